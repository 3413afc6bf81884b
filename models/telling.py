"""What is kept and raised is English; here it is told again in the reader's language.

Errors, reasons and notes are made where nobody knows who will read them: in a worker, in a file of records, in a database.
They are kept as English sentences with their values filled in, and the English is the key, as everywhere in gettext: the
sentence of the sources that a text was made from is found again, with what fills its `{names}`, and said by the catalog.

>>> again("No such file.")
'No such file.'
>>> taken_apart("Run 7f3a has 12 rows.", ("{name} has {n} rows.", "Run {id} has {n} rows."))
('Run {id} has {n} rows.', {'id': '7f3a', 'n': '12'})
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from string import Formatter

from models.translating import ENGLISH, language, sentences_of, tr

LONGEST = 20_000
"""Characters from which on a text is shown as it is."""
ENOUGH = 3
"""Words of its own by which a sentence is known in a text that is longer than twice itself."""
_DEEPEST = 4
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+")
_BREAKS = ("\n", "; ", ". ", ": ")
"""Where a text of several sentences is taken apart; a full stop stays with its sentence."""

Parts = tuple[tuple[str, ...], tuple[str, ...]]
"""The fixed parts of a sentence, one more than its names, and its names."""


def again(text: object) -> str:
    """An English text of ours in the language spoken, as far as the catalog has its sentences; else as it is.

    Args:
        text: an error, a reason, a note or what else `str` makes an English text of.
    """
    told = str(text)
    if language() == ENGLISH or len(told) > LONGEST:
        return told
    return _again(told, sentences_of(language()), 0)


def _again(text: str, known: Sequence[str], depth: int) -> str:
    if depth > _DEEPEST or not _WORD.search(text):
        return text
    found = taken_apart(text, known)
    if found is not None:
        sentence, values = found
        return tr(sentence, **{name: _value(value, known, depth + 1) for name, value in values.items()})
    for sign in _BREAKS:
        pieces = text.split(sign)
        if len(pieces) > 1:
            stop = sign.strip() if sign == ". " else ""
            told = [_again(f"{piece}{stop}", known, depth + 1) for piece in pieces[:-1]]
            between = sign.removeprefix(stop)
            return between.join([*told, _again(pieces[-1], known, depth + 1)])
    return text


def _value(text: str, known: Sequence[str], depth: int) -> str | int:
    return int(text.replace(",", "")) if _COUNT.fullmatch(text) else _again(text, known, depth)


def taken_apart(text: str, known: Iterable[str]) -> tuple[str, dict[str, str]] | None:
    """The sentence a text was made from, and what fills its names; of several, the one with most fixed letters."""
    best: tuple[int, str, dict[str, str]] | None = None
    for sentence in known:
        if (filled := _filled(text, parts_of(sentence))) is not None:
            fixed = len(text) - sum(map(len, filled.values()))
            if (best is None or fixed > best[0]) and (2 * fixed >= len(text) or _says_enough(sentence)):
                best = (fixed, sentence, filled)
    return None if best is None else best[1:]


@cache
def parts_of(sentence: str) -> Parts:
    """A sentence's fixed parts and the names between them; of one with too little that is fixed, none."""
    fixed, names, kept = [], [], ""
    for before, name, _, _ in Formatter().parse(sentence):
        kept += before
        if name is not None:
            fixed.append(kept)
            names.append(name)
            kept = ""
    told = (*fixed, kept), tuple(names)
    return told if not names or _WORD.search(" ".join(told[0])) else ((), ())


@cache
def _says_enough(sentence: str) -> bool:
    """Whether a sentence has so many words of its own that a text made otherwise has hardly all of them in their order."""
    return sum(len(_WORD.findall(part)) for part in parts_of(sentence)[0]) >= ENOUGH


def _filled(text: str, parts: Parts) -> dict[str, str] | None:
    """What stands between the fixed parts, leftmost first; None where the text is not made so."""
    fixed, names = parts
    if not fixed:
        return None
    first, last = fixed[0], fixed[-1]
    if not names:
        return {} if text == first else None
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return None
    found: dict[str, str] = {}
    at, end = len(first), len(text) - len(last)
    for name, part in zip(names, (*fixed[1:-1], None), strict=True):
        until = end if part is None else text.find(part, at, end) if part else at
        if until < 0:
            return None
        value = text[at:until]
        if found.setdefault(name, value) != value:
            return None
        at = until + len(part or "")
    return found
