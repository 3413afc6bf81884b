"""A cell of a multi-label column: several labels joined by `|`, where a name may hold that sign itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.label_sets import SIGN, pieces, unescaped

Find = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """The parts of a cell, as typed with what each means (None: no label of the model).

    `unclear` is a part that was read as one label although its pieces are labels too.
    """

    parts: tuple[tuple[str, str | None], ...]
    unclear: str | None = None

    def labels(self, order: Sequence[str]) -> list[str] | None:
        """The labels meant, in this order, none for a cell of nothing but `|`; None when a part is no label."""
        meant = {label for _, label in self.parts}
        return None if None in meant else [label for label in order if label in meant]


def longest_name(labels: Sequence[str]) -> int:
    """How many pieces between `|` the longest name of a model has."""
    return max((label.count(SIGN) + 1 for label in labels), default=1)


def read_cell(cell: str, find: Find, longest: int = 1) -> Cell:
    r"""Take a cell apart at its `|`: the longest known name wins, `\|` never parts, blank pieces say nothing.

    Args:
        cell: as typed.
        find: the label a name means, None if there is none.
        longest: pieces that the longest name of the model has (`longest_name`).
    """
    typed = pieces(cell)
    reach: list[tuple[int, str | None] | None] = [None] * len(typed)  # from each piece: (next one, label)
    known = [False] * len(typed) + [True]  # whether everything from this piece on can be read
    for start in reversed(range(len(typed))):
        for end in range(min(start + longest, len(typed)), start, -1):
            label = _meant(SIGN.join(typed[start:end]), find)
            if label is not None and known[end]:
                reach[start], known[start] = (end, label), True
                break
        if reach[start] is None and not typed[start].strip():
            reach[start], known[start] = (start + 1, None), known[start + 1]
    if not known[0]:
        return Cell(tuple((unescaped(piece), _meant(piece, find)) for piece in typed if piece.strip()))
    found: list[tuple[str, str | None]] = []
    at, unclear = 0, None
    while at < len(typed):
        end, label = reach[at] or (at + 1, None)
        joined = SIGN.join(typed[at:end])
        if end > at + 1 and all(_meant(piece, find) for piece in typed[at:end]):
            unclear = joined
        if label is not None:
            found.append((unescaped(joined), label))
        at = end
    return Cell(tuple(found), unclear)


def _meant(piece: str, find: Find) -> str | None:
    label = find(piece)
    return label if label is not None or "\\" not in piece else find(unescaped(piece))
