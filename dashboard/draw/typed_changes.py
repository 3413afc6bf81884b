"""Word-level changes between two texts that a person typed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from audit.records import Change

_PIECE = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
LONGEST = 4000
"""Pieces compared word by word; longer texts are shown as one change."""


def word_changes(before: str, after: str) -> tuple[Change, ...]:
    """What has to be changed in `before` to get `after`, word by word."""
    old, new = list(_PIECE.finditer(before)), list(_PIECE.finditer(after))
    if max(len(old), len(new)) > LONGEST:
        return (Change(0, len(before), before, 0, len(after), after),)
    matcher = SequenceMatcher(None, [m.group() for m in old], [m.group() for m in new], autojunk=False)
    made = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            start, end = _span(old, a, b, len(before))
            new_start, new_end = _span(new, c, d, len(after))
            made.append(Change(start, end, before[start:end], new_start, new_end, after[new_start:new_end]))
    return tuple(made)


def _span(pieces: list[re.Match[str]], first: int, last: int, length: int) -> tuple[int, int]:
    if first == last:
        at = pieces[first].start() if first < len(pieces) else length
        return at, at
    return pieces[first].start(), pieces[last - 1].end()
