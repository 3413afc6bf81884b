"""Merged cells: the file keeps a value in the first of them only, and a person sees it in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from audit.language.translating import tr_later
from audit.table.excel.sheet import Cell, Row
from audit.table.excel.xml import BrokenXml
from audit.table.faults import letters

NAMED = 5  # places that a sentence names
MOST_FILLED = 50_000_000
"""Cells that may be filled: a line of the file merges a million of them, so that a small one could have work for hours."""

Area = tuple[int, int, int, int]
"""First column, first row, last column, last row; columns from 0."""


class Merged:
    """Fills the cells that were merged with the one above them.

    Args:
        areas: of the whole sheet; below: the row of the header, which and above which nothing is filled; width: columns of the
            table.
    """

    def __init__(self, areas: Sequence[Area], below: int, width: int) -> None:
        inside = [area for area in areas if area[1] > below and area[0] < width]
        self._across = [area for area in inside if area[0] != area[2]]
        self._down: dict[int, list[Area]] = {}
        for area in sorted((area for area in inside if area[0] == area[2]), key=lambda area: -area[1]):
            self._down.setdefault(area[0], []).append(area)  # the next one last
        self._named = sorted(
            (area for areas in self._down.values() for area in areas), key=lambda area: (area[1], area[0])
        )
        self._held: dict[int, Cell] = {}
        self._filled = 0

    def filled(self, row: Row) -> Mapping[int, Cell]:
        """The cells of a row, those merged with one above included. Rows come in their order; a row without cells stays so.

        Raises:
            BrokenXml: more would have to be filled than any table has merged.
        """
        if not self._down:
            return row.cells
        self._filled += len(self._down)
        if self._filled > MOST_FILLED:
            raise BrokenXml(tr_later(f"its merged cells stand for more than {MOST_FILLED:,} others; undo the merging"))
        found = dict(row.cells)
        for column, waiting in self._down.items():
            while waiting and waiting[-1][3] < row.number:
                waiting.pop()
                self._held.pop(column, None)
            if not waiting or row.number < waiting[-1][1]:
                continue
            if row.number == waiting[-1][1]:
                if column in row.cells:
                    self._held[column] = row.cells[column]
            elif column in self._held:
                found[column] = self._held[column]
        return found

    def remarks(self) -> Iterator[str]:
        """What was filled, and what could not be."""
        if self._named:
            yield tr_later(
                f"Merged cells were read as if their value stood in each of their rows: {_places(self._named)}."
            )
        if self._across:
            yield tr_later(
                f"Cells merged over several columns hold a value in their first one only: {_places(self._across)}; undo the merging if "
                "the others are meant."
            )


def _places(areas: Sequence[Area]) -> str:
    shown = [f"{letters(left)}{top}:{letters(right)}{bottom}" for left, top, right, bottom in areas[:NAMED]]
    more = tr_later(f" and {len(areas) - NAMED} more") if len(areas) > NAMED else ""
    return ", ".join(shown) + more
