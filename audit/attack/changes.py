"""What changed between two texts, word by word, with the places in both: computed from the texts alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from audit.records import Change

# Words take in the joiners, marks and controls that attacks hide in them; white space is a piece of its own.
_PIECES = re.compile(
    r"\s+|(?:\w|[\u0008\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]|(?<=\w)['’*@-](?=\w))+|\S"
)


def changes_between(original: str, perturbed: str) -> tuple[Change, ...]:
    """Word-level edits in reading order; [start, end) counts code points of the original, new_ those of the other.

    Equal texts give no changes. White space counts only where nothing else changed there.
    """
    left, right = _spans(original), _spans(perturbed)
    before = [original[a:b] for a, b in left]
    after = [perturbed[a:b] for a, b in right]
    found = []
    for i1, i2, j1, j2 in _blocks(before, after):
        if i2 - i1 == j2 - j1:  # piece for piece
            pieces = [(left[i1 + k], right[j1 + k]) for k in range(i2 - i1)]
        else:
            pieces = [(_cover(left, i1, i2, len(original)), _cover(right, j1, j2, len(perturbed)))]
        found += [_change(original, perturbed, a, b) for a, b in pieces]
    return tuple(found)


def words_changed(changes: Sequence[Change]) -> int:
    """How many words the changes touch: of each change the words before or after, whichever are more."""
    return sum(max(len(change.before.split()), len(change.after.split()), 1) for change in changes)


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _PIECES.finditer(text)]


def _blocks(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Differing stretches [i1, i2) and [j1, j2); equal heads and tails are cut first, they are most of a text."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    for tag, i1, i2, j1, j2 in middle.get_opcodes():
        if tag != "equal":
            yield i1 + head, i2 + head, j1 + head, j2 + head


def _cover(spans: list[tuple[int, int]], start: int, end: int, length: int) -> tuple[int, int]:
    if start < end:
        return spans[start][0], spans[end - 1][1]
    place = spans[start][0] if start < len(spans) else length
    return place, place


def _change(original: str, perturbed: str, a: tuple[int, int], b: tuple[int, int]) -> Change:
    before, after = original[a[0] : a[1]], perturbed[b[0] : b[1]]
    if before.strip() or after.strip():
        a, b = _trimmed(original, a), _trimmed(perturbed, b)
    return Change(a[0], a[1], original[a[0] : a[1]], b[0], b[1], perturbed[b[0] : b[1]])


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    piece = text[span[0] : span[1]]
    start = span[0] + len(piece) - len(piece.lstrip())
    return (start, start + len(piece.strip())) if piece.strip() else (span[0], span[0])
