"""Excel, a few hundred rows at a time: one sheet of a workbook as rows of cells, each as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from audit.language.translating import tr_later
from audit.table.batches import SIZE, Batch, Used
from audit.table.cells import Role
from audit.table.columns import fold
from audit.table.excel.formats import Formats, NotShown
from audit.table.excel.header import PEEK, header_row
from audit.table.excel.merged import Merged
from audit.table.excel.package import Package, Sheet
from audit.table.excel.sheet import Cell, Row, Rows, merged_cells
from audit.table.excel.strings import SharedStrings, unescaped
from audit.table.faults import Fault, FaultLog, excerpt, letters
from audit.table.guessing import place_names
from audit.table.options import TableOptions

MOST_CHARACTERS = 1 << 32
"""Of all cells in use: a text that is kept once may stand in every row, and a small file become any number of gigabytes."""
NAMED = 10  # sheets, and places, that a sentence names
NO_VALUE = tr_later(
    "the cell holds a formula and no value; open the file in a spreadsheet program, let it calculate, and save it."
)


class Unreadable(Exception):
    """A cell that shows nothing to read: the kind of fault and what is wrong."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


class ExcelReader:
    """Header and rows of one sheet. Lines are rows as the sheet numbers them.

    Attributes:
        header: names by column from A; "" where there is none; `column 1` ... where the first row is data.
        sheet: the name of the sheet; sheets: of all of them.
    """

    suspect: bool = False  # XML can hold neither NUL nor bytes that are no characters
    place: Literal["line", "row"] = "row"
    delimiter: str | None = None

    def __init__(self, path: Path, name: str, options: TableOptions, log: FaultLog) -> None:
        self._log = log
        self._package = Package(path, name, log)
        self._open = ExitStack()
        self._open.callback(self._package.close)
        try:
            with self._package.careful():
                self._strings, self._formats = self._shared()
                chosen, self._rows, self._first = self._choose(options)
                self.sheets, self.sheet = tuple(sheet.name for sheet in self._package.sheets), chosen.name
                self._start(chosen, options)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def remarks(self) -> Iterator[str]:
        """What the sheet hides, merges, shows as an error, or has beside the table."""
        yield from self._merged.remarks()
        if self._hidden_rows:
            yield tr_later(
                f"Hidden rows were read like the others: {self._hidden_rows:,}, the first is row {self._hidden_first}; delete them in "
                "the sheet if they are not meant."
            )
        if self._hidden_columns:
            columns = ", ".join(letters(column) for column in sorted(self._hidden_columns)[:NAMED])
            yield tr_later(f"Hidden columns were read like the others: {columns}.")
        if self._outside:
            yield tr_later(
                f"Cells right of the table were not read: {self._outside:,}, the first is {self._outside_first}."
            )
        for column, (count, first) in self._blanked.items():
            yield tr_later(
                f"Cells of the column '{column}' that show an error such as #N/A were read as blank: {count:,}, the first is {first}."
            )

    def batches(self, used: Used) -> Iterator[Batch]:
        """All rows below the header; what is not in use stays blank, and a row that holds nothing is none."""
        rows: list[list[str]] = []
        lines: list[int] = []
        characters = 0
        with self._package.careful():
            for row in chain(self._first, self._rows):
                cells = self._read(row, used)
                if cells is None:
                    continue
                rows.append(cells)
                lines.append(row.number)
                characters += sum(map(len, cells))
                if characters > MOST_CHARACTERS:
                    message = tr_later("the cells up to here hold more than 4 billion characters; split the file.")
                    raise self._log.stop(self._fault("too_many_rows", message, row.number))
                if len(rows) == SIZE:
                    yield Batch(rows, lines)
                    rows, lines = [], []
        if rows:
            yield Batch(rows, lines)

    def _shared(self) -> tuple[SharedStrings, Formats]:
        strings, formats = SharedStrings(), Formats(from_1904=self._package.from_1904)
        if self._package.strings is not None:
            with self._package.open(self._package.strings) as stream:
                strings.read(stream)
        if self._package.styles is not None:
            with self._package.open(self._package.styles) as stream:
                formats.read(stream)
        return strings, formats

    def _choose(self, options: TableOptions) -> tuple[Sheet, Iterator[Row], list[Row]]:
        """The sheet asked for, else the first that is not hidden and holds something; with its first rows."""
        sheets = self._package.sheets
        wanted = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
        if options.sheet is not None:
            wanted = [s for s in sheets if s.name == options.sheet] or [
                s for s in sheets if fold(s.name) == fold(options.sheet)
            ]
            if not wanted:
                message = tr_later(f"there is no sheet '{options.sheet}'; {self._listed()}")
                raise self._log.stop(Fault("missing_sheet", message))
        parts: dict[str, Sheet] = {}  # one may have any number of tabs, and is read once
        for sheet in wanted:
            parts.setdefault(sheet.part, sheet)
        for sheet in parts.values():
            stream = self._open.enter_context(self._package.open(sheet.part))
            rows = Rows(stream)
            every = iter(rows)
            first = list(islice(every, PEEK))
            if first:
                break
        else:
            named = f"'{wanted[0].name}'"
            raise self._log.stop(
                Fault("no_rows", tr_later(f"the sheet {named} has no cell with a value; {self._listed()}"))
            )
        if options.sheet is None and len(sheets) > 1:
            self._log.warn(tr_later(f"The sheet '{sheet.name}' was read (--sheet names another); {self._listed()}"))
        self._hidden_columns = rows.hidden
        return sheet, every, first

    def _listed(self) -> str:
        names = [f"'{sheet.name}'" for sheet in self._package.sheets]
        more = tr_later(f" and {len(names) - NAMED} more") if len(names) > NAMED else ""
        return tr_later(f"the sheets are: {', '.join(names[:NAMED])}{more}.")

    def _start(self, sheet: Sheet, options: TableOptions) -> None:
        """Find the header, and what lies about the table."""
        self._hidden_rows = self._hidden_first = self._outside = 0
        self._outside_first = ""
        self._blanked: dict[str, tuple[int, str]] = {}
        seen = [{c: self._shown(cell) for c, cell in row.cells.items()} for row in self._first]
        seen = [{c: text for c, text in row.items() if text.strip()} for row in seen]
        if options.header:
            below = self._take_header(seen, options)
        else:
            self.header, below = place_names(_width(seen)), 0
        with self._package.open(sheet.part) as stream:
            self._merged = Merged(merged_cells(stream), below, len(self.header))

    def _take_header(self, seen: Sequence[Mapping[int, str]], options: TableOptions) -> int:
        """Take the header from the first rows; the number it has in the sheet. Those above it are left out, which is told."""
        texts = [
            all(row.cells[c].kind in {"s", "str", "inlineStr"} for c in shown)
            for row, shown in zip(self._first, seen, strict=True)
        ]
        place = header_row(seen, texts, options)
        head = self._first[place]
        for column, cell in head.cells.items():
            if cell.formula and cell.value is None:
                raise self._log.stop(self._fault("no_value", NO_VALUE, head.number, column))
        self.header = [seen[place].get(column, "") for column in range(_width(seen[place:]))]
        above = [(self._first[i].number, row) for i, row in enumerate(seen[:place]) if row]
        if above:
            number, row = above[0]
            column = min(row)
            shown = excerpt([row[column]])[:60]
            self._log.warn(
                tr_later(
                    f"Row {head.number} was taken as the header; what stands above it was left out ({letters(column)}{number}: "
                    f"'{shown}')."
                )
            )
        self._first = self._first[place + 1 :]
        return head.number

    def _read(self, row: Row, used: Used) -> list[str] | None:
        """The cells of a row; None where it is blank, or holds what a column in use cannot take: a fault."""
        found: Mapping[int, Cell] = self._merged.filled(row)
        width = len(self.header)
        if row.hidden and found:
            self._hidden_first = self._hidden_first or row.number
            self._hidden_rows += 1
        cells = [""] * width
        good, blank = True, True
        for column, cell in found.items():
            if column >= width:
                if (cell.value or "").strip():
                    self._outside_first = self._outside_first or f"{letters(column)}{row.number}"
                    self._outside += 1
                continue
            if column not in used.positions:
                blank = blank and not (cell.value or "").strip()
                continue
            try:
                cells[column] = self._value(cell, used.roles.get(column), column, row.number)
            except Unreadable as error:
                self._log.add(self._fault(error.kind, error.message, row.number, column))
                good = False
            blank = blank and not cells[column].strip()
        return cells if good and not blank else None

    def _value(self, cell: Cell, role: Role | None, column: int, number: int) -> str:
        """A cell as its column takes it: where an error is no harm, it is blank and counted."""
        if cell.kind == "s" and cell.value is not None:  # most cells
            return self._strings[int(cell.value)]
        if cell.formula and cell.value is None and cell.kind != "inlineStr" and role is not None:
            raise Unreadable("no_value", NO_VALUE)
        if cell.kind != "e":
            try:
                return self._plain(cell)
            except NotShown:
                error = "####"
        else:
            error = cell.value or ""
        if role is None:
            return error
        if role == "group":
            name = self.header[column].strip()
            count, first = self._blanked.get(name, (0, f"{letters(column)}{number}"))
            self._blanked[name] = (count + 1, first)
            return ""
        raise Unreadable("error_cell", tr_later(f"the cell shows the error {error}; mend or empty it."))

    def _plain(self, cell: Cell) -> str:
        """What a cell shows."""
        if cell.value is None:
            return ""
        if cell.kind == "s":
            return self._strings[int(cell.value)]
        if cell.kind == "n":
            return self._formats.shown(cell.value, cell.style)
        if cell.kind == "b":
            return "TRUE" if cell.value.strip() in {"1", "true"} else "FALSE"
        if cell.kind == "d":
            return cell.value.removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
        return unescaped(cell.value) if cell.kind == "str" else cell.value

    def _shown(self, cell: Cell) -> str:
        try:
            return self._plain(cell)
        except NotShown:
            return "####"

    def _fault(self, kind: str, message: str, number: int, column: int | None = None) -> Fault:
        name = self.header[column].strip() if column is not None and column < len(getattr(self, "header", ())) else None
        return Fault(
            kind, message, number, name or (None if column is None else letters(column)), place="row", sheet=self.sheet,
            letters=None if column is None else letters(column),
        )  # fmt: skip


def _width(rows: Sequence[Mapping[int, str]]) -> int:
    """How many columns rows have, from A to the last that holds something."""
    return max((max(row) for row in rows if row), default=0) + 1
