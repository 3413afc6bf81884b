"""Which languages a model knows: those its card names it was trained on, else those that its tokenizer can read.

A tokenizer reads a language where it neither takes much of it for unknown nor spells it letter by letter. That is measured on
one fixed text of each language (`reference-sentences.txt`) and says less than a card: who can read German letters has
not learnt German.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from models.errors import ModelError
from models.places import ASSETS
from models.scripts import WHOLE_SYLLABLES, scripts_of
from models.text_language import SCRIPTS_ALONE, fits, script_of_language

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput, TokenRow

TEXTS = ASSETS / "wordlists" / "reference-sentences.txt"
MOST_UNKNOWN = 0.05
"""Share of unknown tokens up to which a language is read."""
MOST_PIECES = {"sound": 0.8, "syllable": 1.3}
"""Tokens a letter up to which a language is read: 1 is spelling. A Chinese character, or a byte of one, is a token often."""
LONGEST = 20_000
"""Characters of a text of which the pieces are counted: few models read as far."""
AT_ONCE = 256
"""Texts that are encoded together."""
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a tokenizer makes of some texts: tokens, those of them that it does not know, and the letters they stand for."""

    tokens: int
    unknown: int
    letters: int

    @property
    def unknown_share(self) -> float:
        """Share of the tokens that are unknown."""
        return self.unknown / self.tokens if self.tokens else 0.0

    def read(self, language: str) -> bool:
        """Whether these are the pieces of a language that the tokenizer can read."""
        kind = "syllable" if script_of_language(language) in WHOLE_SYLLABLES else "sound"
        return self.unknown_share <= MOST_UNKNOWN and self.tokens <= MOST_PIECES[kind] * self.letters


class Known(NamedTuple):
    """The languages that a model knows, by their codes, and by what that is known: `card`, `tokenizer`, "" where nothing tells."""

    languages: tuple[str, ...] = ()
    by: str = ""

    def foreign(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Those of some languages that the model does not know, with their counts; what cannot be told is not held against it."""
        if self.by == "tokenizer":  # which was tried on the reference texts alone
            tried = reference_texts()
            return {one: n for one, n in counts.items() if one in tried and one not in self.languages}
        return {one: n for one, n in counts.items() if one and self.by and not fits(one, self.languages)}


def declared_languages(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages that a card says its model was trained on, as codes; none where it does not say.

    >>> declared_languages({"languages": ["en", "zh"]}), declared_languages({"language": "de"}), declared_languages({})
    (('en', 'zh'), ('de',), ())
    """
    said = card.get("languages", card.get("language"))
    listed = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    given = (one for one in listed[:200] if isinstance(one, str))
    codes = (one.partition("-")[0] for one in given)  # a region, as in zh-CN, is no other language here
    return tuple(dict.fromkeys(code for code in codes if code in SCRIPTS_ALONE or _CODE.fullmatch(code)))


def pieces_of(classifier: Classifier, texts: Sequence[TextInput]) -> Pieces | None:
    """Count the pieces of texts as far as the model reads them; None for a model that shows no tokens.

    Of a text longer than `LONGEST` characters its beginning is looked at; one on which the tokenizer fails is left out.
    """
    if not classifier.capabilities.tokens:
        return None
    found = [
        _some(classifier, [_beginning(text) for text in texts[start : start + AT_ONCE]])
        for start in range(0, len(texts), AT_ONCE)
    ]
    return Pieces(*(sum(getattr(some, name) for some in found) for name in ("tokens", "unknown", "letters")))


def _some(classifier: Classifier, texts: Sequence[TextInput]) -> Pieces:
    try:
        rows, totals = classifier.encode_rows(texts)
    except (ModelError, RuntimeError, ValueError, TypeError, IndexError, OverflowError):
        alone = [_some(classifier, [text]) for text in texts] if len(texts) > 1 else []
        return Pieces(*(sum(getattr(some, name) for some in alone) for name in ("tokens", "unknown", "letters")))
    unknown, tokens = of_rows(classifier, rows)
    letters = sum(sum(scripts_of(text if isinstance(text, str) else " ".join(text)).values()) for text in texts)
    kept, full = sum(map(len, rows)), sum(totals)
    return Pieces(tokens, unknown, round(letters * kept / full) if full else letters)


def _beginning(text: TextInput) -> TextInput:
    return text[:LONGEST] if isinstance(text, str) else (text[0][:LONGEST], text[1][:LONGEST])


def of_rows(classifier: Classifier, rows: Sequence[TokenRow]) -> tuple[int, int]:
    """Unknown tokens, and all tokens with a content, of encoded rows."""
    special = getattr(classifier, "special", None)
    unknown = getattr(special, "unknown", None)
    without: frozenset[int] = getattr(special, "all", frozenset()) - {unknown}
    ids = [one for row in rows for one in row.ids if one not in without]
    return (sum(one == unknown for one in ids) if unknown is not None else 0), len(ids)


def measured_languages(classifier: Classifier) -> dict[str, Pieces]:
    """Language -> what the model's tokenizer makes of its reference text; empty for a model that shows no tokens."""
    found = {language: pieces_of(classifier, [text]) for language, text in reference_texts().items()}
    return {language: pieces for language, pieces in found.items() if pieces is not None}


def reads(classifier: Classifier, language: str, pieces: Pieces) -> bool:
    """Whether a model's tokenizer reads a language.

    Told by the reference text, for a table may be full of signs that are no language's; by `pieces`, what it makes of the
    texts at hand, where there is no such text. Latin letters alone tell no language.
    """
    text = reference_texts().get(language)
    fixed = pieces_of(classifier, [text]) if text else None
    return language == "Latn" or (fixed or pieces).read(language)


def known_languages(classifier: Classifier) -> Known:
    """The languages a model knows: those of its card, else those of the reference texts that its tokenizer reads."""
    said = declared_languages(getattr(classifier, "card", None) or {})
    return Known(said, "card") if said else read_languages(measured_languages(classifier))


def read_languages(measured: Mapping[str, Pieces]) -> Known:
    """The languages that a tokenizer reads, by what it makes of the reference texts; nothing is known where it made nothing."""
    read = tuple(language for language, pieces in measured.items() if pieces.read(language))
    return Known(read, "tokenizer" if measured else "")


@cache
def reference_texts() -> Mapping[str, str]:
    """Language -> its reference text."""
    lines = (line.partition(":") for line in TEXTS.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return {language.strip(): text.strip() for language, _, text in lines if text}
