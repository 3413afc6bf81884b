"""Rows that a stray quote put together: a cell of several lines, each of which would be a row of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit.language.translating import tr_later
from audit.table.label_names import number_of

SAID = tr_later("looks like a row of its own")
LINE_END = re.compile(r"\r\n|\r|\n")
NAMED = 5  # places the warning names
VALUES = 1_000  # different values of a column that are remembered
FEW = 200  # different values that a column of classes has at most
THOUSANDS = re.compile(r"\d{3}(?!\d)")

Piece = tuple[str, bool]
"""A cell of a line, and whether it comes from inside the quoted cell."""


@dataclass
class _Column:
    """What the cells of a column look like where rows are what they seem."""

    rows: int = 0
    numbers: int = 0
    spaced: int = 0
    blank: int = 0
    several: int = 0
    values: set[str] = field(default_factory=set)

    def add(self, cell: str) -> None:
        """Take note of a cell."""
        if not cell or cell.isspace():
            self.blank += 1
        else:
            self.rows += 1
            self.several += len(cell.split()) > 1
            self.numbers += number_of(cell) is not None
            self.spaced += cell[0].isspace()
            if len(self.values) < VALUES:
                self.values.add(cell)

    @property
    def classes(self) -> bool:
        """A few values, again and again."""
        return 0 < len(self.values) <= min(FEW, (self.rows + 1) // 2, self.rows - 1)

    @property
    def measures(self) -> bool:
        """Numbers, other than classes called by numbers."""
        return not self.classes and 0 < self.rows == self.numbers

    @property
    def telling(self) -> bool:
        """Whether prose would stand out in it."""
        return self.classes or self.measures or (self.rows > 0 and not self.several)

    def has(self, cell: str) -> bool:
        """Whether a cell could be of this column."""
        return cell in self.values or (self.measures and cell.strip() == cell and number_of(cell) is not None)

    def resembles(self, cell: str) -> bool:
        """Whether a cell is one word much like the others, though none of them."""
        alike = {(value.isascii(), value.isalpha(), value.islower()) for value in self.values}
        longest = max(map(len, self.values), default=0)
        kind = (cell.isascii(), cell.isalpha(), cell.islower())
        return 0 < len(cell) <= 2 * longest and not re.search(r"\s", cell) and kind in alike


class Swallowed:
    """Looks at rows as they are read, and says in the end which of them look like several.

    Args:
        delimiter: what stands between cells.
        width: cells of the header.
    """

    def __init__(self, delimiter: str, width: int) -> None:
        self._delimiter, self._width = delimiter, width
        self._columns = [_Column() for _ in range(width)]
        self._suspects: list[tuple[int, int, list[list[Piece]]]] = []

    def learn(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of one line each: what columns look like."""
        for row in rows:
            if len(row) == self._width:
                for column, cell in zip(self._columns, row, strict=True):
                    column.add(cell)

    def look(self, row: Sequence[str], first: int, last: int) -> None:
        """A row that stands on several lines, from `first` to `last`."""
        if len(row) != self._width or self._width == 1:
            return
        lines = list(self._evidence(row))
        fits = sum(len(line) == self._width for line in lines)
        if fits and 2 * fits >= len(lines):
            self._suspects.append((first, last, lines))

    def warning(self) -> str | None:
        """The sentence about all rows that look like several, None without any."""
        found = [(first, last) for first, last, lines in self._suspects if self._like_rows(lines)]
        if not found:
            return None
        places = [f"{first} to {last}" for first, last in found[:NAMED]]
        more = tr_later(f" and {len(found) - NAMED:,} more") if len(found) > NAMED else ""
        if len(found) == 1:
            said = tr_later(
                f"Lines {places[0]} were read as one row, as a quote opens on the first and closes on the last of them"
            )
        else:
            said = tr_later(
                f"{len(found):,} rows were read over several lines (lines {', '.join(places)}{more}), as quotes open and close there"
            )
        return tr_later(f"{said}, but each line {SAID}; if quotes are letters here, turn quoting off (--no-quotes).")

    def _evidence(self, row: Sequence[str]) -> Iterator[list[Piece]]:
        """The lines that the row would be without quotes, those left out that could not be other than they are."""
        line: list[Piece] = []
        for cell in row:
            parts = LINE_END.split(cell)
            if len(parts) == 1:
                line.append((cell, False))
                continue
            for i, part in enumerate(parts):
                if i:
                    if self._tells(line):
                        yield line
                    line = []
                line.extend((piece, True) for piece in part.split(self._delimiter))
        if self._tells(line):
            yield line

    def _tells(self, line: Sequence[Piece]) -> bool:
        """Whether the line is neither blank nor of the right width just because the row is."""
        inside = [piece for piece, within in line if within]
        return any(piece.strip() for piece in inside) and not (len(line) == self._width and len(inside) == 1)

    def _like_rows(self, lines: Sequence[Sequence[Piece]]) -> bool:
        rows = [line for line in lines if len(line) == self._width and not self._prose(line)]
        telling = {position for position, column in enumerate(self._columns) if column.telling}
        if not telling:
            return 2 * len(rows) >= len(lines) and (len(rows) > 1 or (len(rows) == 1 and self._delimiter != ","))
        known = [self._known(line, telling) for line in rows]
        judged = [plausible for plausible in known if plausible is not None]
        against = len(lines) - len(rows) + judged.count(False)
        return judged.count(True) > 0 and judged.count(True) >= against

    def _prose(self, line: Sequence[Piece]) -> bool:
        """Whether delimiters inside the quotes stand as they do in a sentence (`well, yes`), at its end or in a number (`2,000`)."""
        for i, (piece, within) in enumerate(line[1:], start=1):
            before, quoted = line[i - 1]
            if not (within and quoted):
                continue
            column = self._columns[i]
            if not piece.strip() and not column.blank:
                return True
            if piece[:1].isspace() and 2 * column.spaced < max(1, column.rows):
                return True
            if before[-1:].isdigit() and THOUSANDS.match(piece):
                return True
        return False

    def _known(self, line: Sequence[Piece], telling: set[int]) -> bool | None:
        """Whether the cells from inside the quotes are such as their columns hold; None where nothing can tell."""
        cells = [
            (self._columns[i], piece)
            for i, (piece, within) in enumerate(line)
            if within and i in telling and piece.strip()
        ]
        if not cells:
            return None
        if any(column.measures and not column.has(piece) for column, piece in cells):
            return False
        return any(column.has(piece) for column, piece in cells) or all(
            column.resembles(piece) for column, piece in cells
        )
