"""The rows of one sheet as a stream, and what stands after them: which cells are merged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from openpyxl.utils import range_boundaries

from audit.language.translating import tr_later
from audit.table.excel.strings import LONGEST, Text
from audit.table.excel.xml import BLOCK, BrokenXml, blocks

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can have."""
MOST_CELLS = 200_000_000
MOST_MERGED = 100_000
TAIL = 4 << 20  # bytes at the end of a sheet in which its merged cells are looked for
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


class Cell(NamedTuple):
    """A cell as the file has it: the kind and style of its value, its characters (None: there is none), whether a formula."""

    kind: str
    style: int
    value: str | None
    formula: bool


@dataclass(slots=True)
class Row:
    """The cells of a row by column, counted from 0; those that hold nothing are left out."""

    number: int
    hidden: bool
    cells: dict[int, Cell] = field(default_factory=dict)


class Rows:
    """Reads a sheet once, from its first row.

    Attributes:
        hidden: columns that are hidden, counted from 0; known once the first row was read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hidden: set[int] = set()
        self._done: list[Row] = []
        self._row: Row | None = None
        self._number = self._column = self._cells = self._told = 0
        self._kind, self._style, self._formula = "n", 0, False
        self._open = self._in_value = self._valued = False
        self._value: list[str] = []
        self._length = 0
        self._inline = Text()
        self._columns: dict[str, int] = {}

    def __iter__(self) -> Iterator[Row]:
        """Rows that hold something, in the order of the sheet.

        Raises:
            BrokenXml: the part is no sheet.
        """
        for _ in blocks(self._stream, start=self._start, end=self._end, text=self._text):
            done, self._done = self._done, []
            yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "v":
            self._in_value = self._valued = self._open
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = True
        elif self._open:
            self._inline.start(name, attributes)
        elif name == "col":
            self._tell_of_columns(attributes)

    def _tell_of_columns(self, attributes: dict[str, str]) -> None:
        """Note which columns are hidden. They are told of from left to right; one that was told of is not looked at again."""
        first, last = max(int(attributes["min"]) - 1, self._told), min(int(attributes["max"]), MOST_COLUMNS)
        if attributes.get("hidden") in {"1", "true"}:
            self.hidden.update(range(first, last))
        self._told = max(self._told, last)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if not self._number < number <= MOST_ROWS:
            raise BrokenXml(
                tr_later(
                    f"row {number:,} follows row {self._number:,}; a sheet has at most {MOST_ROWS:,} rows, in order"
                )
            )
        self._number, self._column = number, 0
        self._row = Row(number, attributes.get("hidden") in {"1", "true"})

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._row is None or self._open:
            raise BrokenXml(tr_later("a cell stands outside the rows"))
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise BrokenXml(tr_later(f"the sheet has more than {MOST_CELLS:,} cells"))
        place = attributes.get("r")
        if place is not None:
            letters = place.rstrip("0123456789")
            column = self._columns.get(letters)
            self._column = self._columns.setdefault(letters, _position(place)) if column is None else column
        if self._column >= MOST_COLUMNS:
            raise BrokenXml(tr_later(f"a row has more than {MOST_COLUMNS:,} columns"))
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._open = True

    def _end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._row is not None and self._row.cells:
                self._done.append(self._row)
            self._row = None
        elif self._open:
            self._inline.end(name)

    def _end_cell(self) -> None:
        if self._row is None:
            raise BrokenXml(tr_later("a cell stands outside the rows"))
        if self._kind == "inlineStr":
            value: str | None = self._inline.taken()
        else:
            value = "".join(self._value) if self._valued else None
        if value is not None or self._formula:
            self._row.cells[self._column] = Cell(self._kind, self._style, value, self._formula)
        self._column += 1
        self._value.clear()
        self._length = 0
        self._open = self._in_value = self._valued = self._formula = False

    def _text(self, found: str) -> None:
        if self._in_value:
            if self._length < LONGEST:
                self._value.append(found)
                self._length += len(found)
        elif self._open:
            self._inline.characters(found)


def merged_cells(stream: IO[bytes]) -> tuple[tuple[int, int, int, int], ...]:
    """(first column, first row, last column, last row) of the merged cells of a sheet; columns from 0, rows as numbered.

    They stand behind the rows: the sheet is unpacked to its end, but only the end is looked at.

    Raises:
        BrokenXml: there are more than any sheet that is a table has.
    """
    tail = b""
    while block := stream.read(BLOCK * 16):
        tail = (tail + block)[-TAIL:]
    _, rows_end, after = tail.rpartition(b"sheetData>")
    found = _MERGED.findall(after if rows_end else tail)
    if len(found) > MOST_MERGED:
        raise BrokenXml(tr_later(f"more than {MOST_MERGED:,} places have merged cells"))
    areas = [range_boundaries(area.decode()) for area in found]
    return tuple((first - 1, top, last - 1, bottom) for first, top, last, bottom in areas)


def _position(place: str) -> int:
    """The column of a place such as `B17`, counted from 0."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise BrokenXml(tr_later(f"a cell stands at {place[:20]!r}, which is no place"))
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - 64
    return number - 1
