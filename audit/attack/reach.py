"""What of a row is attacked: the part of its text that the model reads, at most so many words of it.

A word beyond the model's limit cannot change the answer, so a search that tries it wastes its budget, and the row would
count as survived. The rest stays around the attacked part, for an edit can push words out of the limit or let some in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from audit.language.translating import tr_later
from audit.window import read_span

if TYPE_CHECKING:
    from models.classifier import Classifier, Encoding, TextInput


TOKENS = 512
"""Tokens of a row up to which a recipe's limit on words holds as it stands; of longer rows it takes fewer in proportion,
for each question costs as much as the row is long."""
LETTERS = 12
"""Characters for each of those words: text without blanks is cut as well."""
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Reach:
    """Which part of a text is attacked, and what the model gets around it.

    Attributes:
        start: first code point of the text that may be attacked.
        end: one past the last.
        read_end: one past the last code point that the model reads; beyond `end` where the recipe's limit is shorter.
        before: what the model is given before the attacked part.
        after: what it is given after it. Of text it does not read, only as much as edits could ever bring in, so that
            a long text is not tokenized again for every question.
        pair: the second text of a pair.
        words: words of the attacked part.
        total: words of the whole text.
        limit: what set the end: the model's limit, the recipe's limit on words, or neither.
    """

    start: int
    end: int
    read_end: int
    before: str
    after: str
    pair: str | None
    words: int
    total: int
    limit: Literal["model", "recipe"] | None

    def framed(self, text: str) -> TextInput:
        """What the model is asked about when the attacked part reads `text`."""
        whole = f"{self.before}{text}{self.after}"
        return whole if self.pair is None else (whole, self.pair)

    @property
    def note(self) -> str | None:
        """The sentence that the outcome carries; None where all of the text was attacked and has words."""
        if self.limit is None:
            return None if self.words else tr_later("nothing to attack: the text has no word")
        which = "last" if self.start else "first"
        why = (
            tr_later("the model reads no more of it")
            if self.limit == "model"
            else tr_later("the recipe takes no more of a text")
        )
        part = tr_later(f"{self.words:,} of {self.total:,} words ({self.end - self.start:,} characters)")
        return tr_later(f"only the {which} {part} were attacked: {why}")


def reach(classifier: Classifier, text: str, pair: str | None, most_words: int, *, alone: bool = False) -> Reach:
    """Find the part of a text that a recipe may attack.

    Args:
        classifier: the model attacked.
        text: the first text of the row.
        pair: the second, if there is one.
        most_words: words that may be attacked at most, in a row of at most `TOKENS` tokens; in longer ones fewer, in
            proportion. Of words that are `LETTERS` characters long on average or longer, fewer as well.
        alone: give the model nothing of what it does not read, so that deleted words let none in.

    Raises:
        NothingRead: the model reads nothing of the text.
    """
    encoding = classifier.encode([_input(text, pair)])[0] if classifier.capabilities.tokens else None
    start, read_end = (0, len(text)) if encoding is None else read_span(encoding, text, 0)
    most = most_words if encoding is None else max(1, most_words * TOKENS // max(TOKENS, encoding.kept))
    words, stop = _first_words(text[start:read_end], most)
    end = read_end if stop is None else start + stop
    limit: Literal["model", "recipe"] | None = None
    if (start, read_end) != (0, len(text)):
        limit = "model"
    if stop is not None:
        limit = "recipe"
    before, after = text[:start], text[end:]
    if alone:
        before, after = "", text[end:read_end]
    elif encoding is not None and encoding.truncated and pair is None:  # of a pair, either length decides both cuts
        before, after = _cut_around(classifier, encoding, text, (start, end, read_end))
    total = words if limit is None else _first_words(text, len(text))[0]
    return Reach(start, end, read_end, before, after, pair, words, total, limit)


def _input(text: str, pair: str | None) -> TextInput:
    return text if pair is None else (text, pair)


def _cut_around(classifier: Classifier, encoding: Encoding, text: str, places: tuple[int, int, int]) -> tuple[str, str]:
    """Before and after with no more unread text than edits could bring in; whole where that reads differently."""
    start, end, read_end = places
    before = text[_alone(classifier, text[:start])[0] : start]
    after = text[end : read_end + _alone(classifier, text[read_end:])[1]]
    rows, _ = classifier.encode_rows([f"{before}{text[start:end]}{after}"])
    if rows[0] != encoding.row:  # a tokenizer that looks further than we cut
        return text[:start], text[end:]
    return before, after


def _alone(classifier: Classifier, text: str) -> tuple[int, int]:
    """[start, end) of what the model would read of a text if it stood alone."""
    places = [(t.start, t.end) for t in classifier.encode([text])[0].tokens if not t.special] if text else []
    return (min(start for start, _ in places), max(end for _, end in places)) if places else (0, len(text))


def _first_words(text: str, most: int) -> tuple[int, int | None]:
    """How many words a text has, at most `most`, and where the last of them ends if there are more."""
    from audit.attack._textattack import words_from_text

    held = _beginning(text, most * LETTERS)
    words = words_from_text(held)
    if len(words) <= most:
        return len(words), None if len(held) == len(text) else len(held)
    place = 0
    for word in words[:most]:
        found = held.find(word, place)
        place = found + len(word) if found >= 0 else place
    return most, place


def _beginning(text: str, most: int) -> str:
    """A text's first characters, up to a blank if there is one near the end of them."""
    if len(text) <= most:
        return text
    gap = next((i for i in range(most, max(0, most - _NEAR), -1) if text[i].isspace()), most)
    return text[:gap]
