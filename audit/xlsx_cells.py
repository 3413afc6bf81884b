"""Excel workbooks for spreadsheets, the same for pages and reports: texts stay texts, nothing is a formula, times are fixed."""

from __future__ import annotations

import math
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import IO, Any

from audit.plain_numbers import Number

MOST_ROWS = 1_048_576
"""Rows of a sheet; more go on in another."""
LONGEST = 32_767
"""UTF-16 units that a cell holds."""
LOOKED_AT = 100
"""Rows at the start of a sheet that say how wide its columns are."""
NARROWEST, WIDEST = 8, 60
"""Characters that a column has room for."""
CUT = " … [cut: too long for a cell of Excel]"

_EPOCH = datetime(1980, 1, 1)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


class BookWriter:
    """A workbook as it grows: rows are written to disk, the file is made at the end; the same rows give the same bytes.

    Numbers, those of `audit.plain_numbers` too, and truth values are written as such, None and not-a-number as blank cells,
    everything else as text: what begins like a formula or reads like an error of a spreadsheet is text too. Characters that
    XML cannot hold are escaped as Excel does it (`_x0001_`), and a text longer than a cell is cut and says so. The head stays in
    sight, and columns are as wide as what stands at their start.
    """

    def __init__(self) -> None:
        from openpyxl import Workbook

        self._book = Workbook(write_only=True)
        self._waiting: list[Sequence[Any]] | None = None  # rows until the widths are known, which stand before them

    def start_sheet(self, name: str, head: Sequence[Any]) -> None:
        """Begin a sheet; rows go into it from now on."""
        self._settle_widths()
        self._name, self._head, self._part = name, head, 0
        self._go_on()

    def append(self, row: Sequence[Any]) -> None:
        """Add a row to the sheet begun last, or to one more where it is full."""
        if self._rows == MOST_ROWS:
            self._go_on()
        self._rows += 1
        if self._waiting is None:
            self._write(row)
            return
        self._waiting.append(row)
        if len(self._waiting) > LOOKED_AT:
            self._settle_widths()

    def save(self, out: IO[bytes]) -> None:
        """Write the file; nothing can be added afterwards."""
        self._settle_widths()
        with tempfile.TemporaryFile(prefix="assay-book-") as made:
            self._book.save(made)
            _settle(made, out)

    def _go_on(self) -> None:
        self._settle_widths()
        self._part += 1
        name = self._name[:31] if self._part == 1 else f"{self._name[:24]} ({self._part})"
        self._sheet, self._rows = self._book.create_sheet(name), 1
        self._sheet.freeze_panes = "A2"
        self._waiting = [self._head]

    def _settle_widths(self) -> None:
        """Write what waits, once it is known how wide the columns are."""
        if self._waiting is None:
            return
        from openpyxl.utils import get_column_letter

        rows, self._waiting = self._waiting, None
        for place, cells in enumerate(zip_longest(*rows, fillvalue=None), start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = _room(cells)
        for row in rows:
            self._write(row)

    def _write(self, row: Sequence[Any]) -> None:
        self._sheet.append([_cell(self._sheet, value) for value in row])


def write_book(out: IO[bytes], sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> None:
    """Write sheets by name, the first row of each its head, as `BookWriter`."""
    book = BookWriter()
    for name, rows in sheets:
        every = iter(rows)
        book.start_sheet(name, next(every))
        for row in every:
            book.append(row)
    book.save(out)


def text_of(text: str) -> str:
    """A text as a cell of a workbook holds it; the reader of tables gives it back as it was, unless it was too long."""
    whole = _CONTROLS.sub(lambda found: f"_x{ord(found[0]):04X}_", _NO_CHARACTER.sub("\ufffd", text))
    if len(whole) <= LONGEST // 2 or _units(whole) <= LONGEST:
        return whole
    return whole.encode("utf-16-le")[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Number):
        return value.value
    if hasattr(value, "item"):  # a number of numpy
        return _cell(sheet, value.item())
    text = text_of(str(value))
    if text[:1] not in {"=", "#"}:
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _room(cells: Iterable[Any]) -> int:
    """How wide a column is for these cells; signs that are as wide as two count twice."""
    longest = max((_breadth(str(cell)[: 2 * WIDEST]) for cell in cells if cell is not None), default=0)
    return min(WIDEST, max(NARROWEST, longest + 2))


def _breadth(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _settle(made: IO[bytes], out: IO[bytes]) -> None:
    """The parts of a workbook without the time at which it was written."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            if name == "docProps/core.xml":
                new.writestr(info, _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(name)))
                continue
            with old.open(name) as part, new.open(info, "w", force_zip64=True) as target:
                while block := part.read(1 << 20):
                    target.write(block)
