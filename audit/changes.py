"""What changed between two texts, word by word, with the places in both: computed from the texts alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from audit.records import Change
from audit.words import HAN, han_words

# Words take in the joiners, marks and controls that attacks hide in them; a Chinese character stands alone.
_WORDS = re.compile(
    rf"{HAN.pattern[:-1]}|(?:(?!{HAN.pattern[:-1]})\w|[\u0008\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]|(?<=\w)['’*@-](?=\w))+|\S"
)

_STEPS = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))
_MOST_COMPARED = 2_500  # pairs of words in a stretch of which nothing stayed: beyond, the stretch is one change
_MOST_ALIGNED = (
    25_000_000  # pairs of words, or of letters, between the first and the last that differ: beyond, place by place
)


class _Piece(NamedTuple):
    """A word, [start, end), and the white space behind it, [end, after)."""

    start: int
    end: int
    after: int


class _Edit(NamedTuple):
    """[start, end) of the original becomes [new_start, new_end); `blank`: no word of either changes."""

    start: int
    end: int
    new_start: int
    new_end: int
    blank: bool = False


def changes_between(original: str, perturbed: str) -> tuple[Change, ...]:
    """Word-level edits in reading order; [start, end) counts code points of the original, new_ those of the other.

    The edits are as few as can be; of Chinese, whole words of the original as jieba cuts it, for a wrong character
    makes it cut the other text differently. Equal texts give no changes. White space is a change of its own only
    between words that stay, and goes with a word taken out or put in, so that `rebuilt` is exact.
    """
    edits: list[_Edit] = []
    for edit in _edits(original, perturbed):
        last = edits[-1] if edits else None
        if last and (last.blank or edit.blank) and (last.end, last.new_end) == (edit.start, edit.new_start):
            edits[-1] = _Edit(last.start, edit.end, last.new_start, edit.new_end, last.blank and edit.blank)
        else:
            edits.append(edit)
    if HAN.search(original):
        edits = _of_words(edits, list(han_words(original)))
    return tuple(Change(a, b, original[a:b], c, d, perturbed[c:d]) for a, b, c, d, _ in edits)


def rebuilt(original: str, changes: Sequence[Change]) -> str:
    """The perturbed text: the original with its changes made."""
    parts, place = [], 0
    for change in changes:
        parts += [original[place : change.start], change.after]
        place = change.end
    return "".join([*parts, original[place:]])


def moved(changes: Sequence[Change], by: int) -> tuple[Change, ...]:
    """The same changes in a text with so many more characters before them."""
    return tuple(
        replace(c, start=c.start + by, end=c.end + by, new_start=c.new_start + by, new_end=c.new_end + by)
        for c in changes
    )


def words_changed(changes: Sequence[Change]) -> int:
    """How many words the changes touch: of each change the words before or after, whichever are more.

    A Chinese word with a wrong character is one word, though jieba would cut it.
    """
    return sum(max(_words(c.before), len(c.after.split()) if c.before else _words(c.after), 1) for c in changes)


def _words(text: str) -> int:
    return sum(max(1, sum(1 for _ in han_words(word))) for word in text.split())


def _pieces(text: str) -> list[_Piece]:
    """Words and Chinese characters, after an empty one that has the white space the text begins with."""
    spans = [(0, 0), *(match.span() for match in _WORDS.finditer(text))]
    following = [*(start for start, _ in spans[1:]), len(text)]
    return [_Piece(*span, after) for span, after in zip(spans, following, strict=True)]


def _of_words(edits: Sequence[_Edit], words: Sequence[tuple[int, int]]) -> list[_Edit]:
    """Widen edits that begin or end inside a Chinese word of the original to the whole of it; join those that meet."""
    starts = [start for start, _ in words]
    found: list[_Edit] = []
    for edit in edits:
        left, right = _inside(words, starts, edit.start), _inside(words, starts, edit.end)
        before, after = edit.start - (left or (edit.start, 0))[0], (right or (0, edit.end))[1] - edit.end
        wide = _Edit(edit.start - before, edit.end + after, edit.new_start - before, edit.new_end + after, edit.blank)
        if found and wide.start < found[-1].end:
            # the last one was widened over what lies between them, which is the same in both texts
            wide = _Edit(found[-1].start, wide.end, found[-1].new_start, wide.new_end)
            found.pop()
        found.append(wide)
    return found


def _inside(words: Sequence[tuple[int, int]], starts: Sequence[int], place: int) -> tuple[int, int] | None:
    """The word that a place is inside of; a border is not."""
    i = bisect_left(starts, place) - 1
    return words[i] if i >= 0 and words[i][0] < place < words[i][1] else None


def _edits(original: str, perturbed: str) -> Iterator[_Edit]:
    """Words taken out, put in and replaced, and other white space behind words that stay; in reading order."""
    left, right = _pieces(original), _pieces(perturbed)
    before, after = ([text[p.start : p.end] for p in ps] for text, ps in ((original, left), (perturbed, right)))
    for same, i1, i2, j1, j2 in _stretches(_aligned(before, after)):
        if same:
            pairs = [(k, k + 1, k + j1 - i1, k + j1 - i1 + 1) for k in range(i1, i2)]
        else:
            pairs = [(i1 + a, i1 + b, j1 + c, j1 + d) for a, b, c, d in _paired(before[i1:i2], after[j1:j2])]
        for a, b, c, d in pairs:
            x, y = _joined(left[a:b], left[a - 1].after), _joined(right[c:d], right[c - 1].after)
            alike = original[x.end : x.after] == perturbed[y.end : y.after] and x.start < x.end and y.start < y.end
            if not same:
                yield _Edit(x.start, x.end if alike else x.after, y.start, y.end if alike else y.after)
            elif original[x.end : x.after] != perturbed[y.end : y.after]:
                yield _Edit(x.end, x.after, y.end, y.after, blank=True)


def _aligned(before: list[str], after: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Edit operations with the fewest words; between texts too long for that, whose memory is the square, word by word."""
    from rapidfuzz.distance import Levenshtein, Postfix, Prefix

    head = Prefix.similarity(before, after)
    tail = min(Postfix.similarity(before, after), min(len(before), len(after)) - head)
    left, right = len(before) - head - tail, len(after) - head - tail
    if left * right <= _MOST_ALIGNED:
        return [
            (op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in Levenshtein.opcodes(before, after)
        ]
    stop = head + min(left, right)
    found = [("equal", 0, head, 0, head)]
    found += [("equal" if before[i] == after[i] else "replace", i, i + 1, i, i + 1) for i in range(head, stop)]
    found.append(("replace", stop, len(before) - tail, stop, len(after) - tail))
    found.append(("equal", len(before) - tail, len(before), len(after) - tail, len(after)))
    return [edit for edit in found if edit[1] < edit[2] or edit[3] < edit[4]]


def _joined(pieces: list[_Piece], place: int) -> _Piece:
    """All pieces as one; of none, nothing at that place."""
    return _Piece(pieces[0].start, *pieces[-1][1:]) if pieces else _Piece(place, place, place)


def _paired(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Which words [a, b) became which [c, d): one another, one two, two one, or none; by the fewest characters."""
    from rapidfuzz.distance import Levenshtein

    letters = sum(map(len, old)) * sum(map(len, new))
    if len(old) * len(new) > _MOST_COMPARED or letters > _MOST_ALIGNED or not old or not new:
        if len(old) == len(new):
            return [(k, k + 1, k, k + 1) for k in range(len(old))]
        return [(0, len(old), 0, len(new))]

    def cost(before: list[str], after: list[str]) -> int:
        characters = Levenshtein.distance(" ".join(before), " ".join(after))
        return int(characters) + (not before or not after)  # a word alone goes or comes with a space

    best: dict[tuple[int, int], tuple[int, int, int]] = {(0, 0): (0, 0, 0)}  # cost, and the words of the last step
    for i in range(len(old) + 1):
        for j in range(len(new) + 1):
            if i or j:
                best[i, j] = min(
                    (
                        (best[i - m, j - n][0] + cost(old[i - m : i], new[j - n : j]), m, n)
                        for m, n in _STEPS
                        if i >= m and j >= n
                    ),
                    key=lambda way: (way[0], way[1:] != (1, 1)),
                )
    found, i, j = [], len(old), len(new)
    while i or j:
        _, m, n = best[i, j]
        found.append((i - m, i, j - n, j))
        i, j = i - m, j - n
    return found[::-1]


def _stretches(opcodes: Any) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches of equal and of differing pieces in turn: (equal, [i1, i2), [j1, j2))."""
    for same, group in groupby(opcodes, key=lambda edit: edit[0] == "equal"):
        edits = list(group)
        yield same, edits[0][1], edits[-1][2], edits[0][3], edits[-1][4]
