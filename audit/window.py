"""Which part of a text a model reads: what is longer than its limit is cut, on the side its tokenizer cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.language.translating import tr_later
from audit.words import HAN

if TYPE_CHECKING:
    from models.classifier import Classifier, Encoding

_SPECIALS = 8
_LONGEST_WORD = 40
"""Characters by which a read part may grow so as not to end inside a word."""


class NothingRead(Exception):
    """The model reads nothing of a text: its limit is used up by the second text of the pair, or by special tokens."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            tr_later(f"nothing to change: the model reads {limit} tokens of this row, and none of them is of this text")
        )


def read_span(encoding: Encoding, text: str, segment: int = 0) -> tuple[int, int]:
    """[start, end) of what the model reads of a text, widened so that it neither begins nor ends inside a word.

    Args:
        encoding: the row as the model sees it.
        text: the first text of the row, or the second where `segment` is 1.
        segment: which of the two.

    Raises:
        NothingRead: not one token is of this text, though it is not blank.
    """
    if not encoding.truncated or not text.strip():
        return 0, len(text)
    places = [(token.start, token.end) for token in encoding.tokens if not token.special and token.segment == segment]
    if not places:
        raise NothingRead(encoding.kept)
    start, end = min(start for start, _ in places), max(end for _, end in places)
    if not text[:start].strip():
        start = 0
    elif start < len(text):
        start -= _same_word(text[:start][::-1], text[start])
    if not text[end:].strip():
        end = len(text)
    elif end:
        end += _same_word(text[end:], text[end - 1])
    return start, end


def span_of(classifier: Classifier, text: str, pair: str | None) -> tuple[int, int]:
    """`read_span` of the first text of a row; all of it for a model that shows no tokens, (0, 0) where it reads none."""
    shortest = len(text.encode(errors="replace")) + len((pair or "").encode(errors="replace")) + _SPECIALS
    if not classifier.capabilities.tokens or shortest <= classifier.max_tokens:
        return 0, len(text)  # no tokenizer makes more tokens than there are bytes
    try:
        return read_span(classifier.encode([text if pair is None else (text, pair)])[0], text)
    except NothingRead:
        return 0, 0


def inside(read: str, changed: str, *, follows: bool, goes_on: bool) -> bool:
    """Whether a change of a part of a text is within it: not at a border behind or before which the text goes on.

    What is added at the end of a text, such as a full stop, would come to stand in its middle.

    Args:
        read: the part.
        changed: what became of it.
        follows: there is text before the part.
        goes_on: there is text after it.
    """
    from rapidfuzz.distance import Postfix, Prefix

    first, last = _lettered(read)
    begins_alike, ends_alike = Prefix.similarity(read, changed), Postfix.similarity(read, changed)
    return not (goes_on and begins_alike >= last) and not (follows and ends_alike >= len(read) - first)


def _lettered(text: str) -> tuple[int, int]:
    """[first, last) from the first to the last letter or digit; all of a text without any."""
    places = [i for i, character in enumerate(text) if character.isalnum()]
    return (places[0], places[-1] + 1) if places else (0, len(text))


def _same_word(beyond: str, last: str) -> int:
    """How many characters of the same word lie beyond a place; 0 for one too long to be a word, and in Chinese."""
    if not last.isalnum() or HAN.match(last):
        return 0
    count = 0
    while count < len(beyond) and count <= _LONGEST_WORD and beyond[count].isalnum() and not HAN.match(beyond[count]):
        count += 1
    return count if count <= _LONGEST_WORD else 0
