"""The words around each change, before and after it: a sentence hides a swap that its clause shows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from audit.records import Change

WORDS = 4
"""Words to either side of a change that belong to its clause."""
_WORD = re.compile(r"\w+(?:['’*@-]\w+)*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A change in its surroundings.

    Attributes:
        before: the clause as it was; `after`: as it is now.
        old: words of the clause; `place` and `count` say which of them changed.
        new: words of the changed clause, with `new_place` and `new_count`.
    """

    before: str
    after: str
    old: tuple[str, ...]
    place: int
    count: int
    new: tuple[str, ...]
    new_place: int
    new_count: int


def clauses(original: str, changed: str, changes: Sequence[Change]) -> list[Clause]:
    """One for each change, in their order."""
    ours, theirs = _spans(original), _spans(changed)
    found = []
    for change in changes:
        before, old, place, count = _around(original, ours, change.start, change.end)
        after, new, new_place, new_count = _around(changed, theirs, change.new_start, change.new_end)
        found.append(Clause(before, after, old, place, count, new, new_place, new_count))
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _around(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[str, tuple[str, ...], int, int]:
    """The clause around [start, end), its words, and which of them lie inside: the first, and how many."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    last = max(first, bisect_left(spans, end, key=lambda span: span[0]))
    low, high = max(0, first - WORDS), min(len(spans), last + WORDS)
    words = tuple(text[a:b] for a, b in spans[low:high])
    clause = text[min(start, spans[low][0]) : max(end, spans[high - 1][1])] if low < high else text[start:end]
    return clause, words, first - low, last - first
