"""Numbers of somebody's table in a workbook: each comes back as it was typed, as a number where every one of its column can."""

from __future__ import annotations

import io
from decimal import Decimal, localcontext

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.plain_numbers import DIGITS, Number, PlainColumns, is_plain
from audit.table import TableOptions
from audit.table.joining import beside
from audit.xlsx_cells import write_book

LIKE_NUMBERS = st.one_of(
    st.integers().map(str),
    st.integers(-(10**16), 10**16).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda d: format(d, "f")[:40]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.from_regex(r"[+-]?0{0,2}[0-9]{1,17}(\.[0-9]{1,13})?", fullmatch=True),
    st.sampled_from(
        ["", "-0", "+1", " 1", "1 ", "1,5", "1e5", "٣", "１", "½", "inf", "nan", "0x1", "1_000", "=1", "TRUE", "n/a"]
    ),
)
COLUMNS = st.integers(1, 5).flatmap(
    lambda rows: st.lists(st.lists(LIKE_NUMBERS, min_size=rows, max_size=rows), min_size=1, max_size=4)
)


def kept(text: str) -> bool:
    """Whether a spreadsheet, which knows 15 digits and leaves needless zeros out, shows the number of a text as the text.

    A whole number of more digits is left alone whatever they are: it is somebody's key, not an amount.
    """
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    if not number.is_finite() or not text.isascii():
        return False
    with localcontext(prec=DIGITS):
        rounded = +number
    shown = format(rounded.normalize(), "f") if rounded else "0"
    return shown == text and (not number or Decimal("1e-9") <= abs(number) < 10**DIGITS)


@settings(max_examples=60, deadline=None)
@given(COLUMNS)
@example([["1", "2"], ["01", "2"], ["", "7"], ["-0", "1"]])
@example([["0.1", "0.30000000000000004"], ["999999999999999", "-0.000000001"], ["1234567890123456", "1"]])
def test_every_cell_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, columns: list[list[str]]) -> None:
    rows = list(zip(*columns, strict=True))
    numbers = PlainColumns(len(columns))
    for row in rows:
        numbers.add(row)
    names = [f"c{i}" for i in range(len(columns))]
    out = io.BytesIO()
    write_book(out, [("Rows", [("text", *names), *(("t", *numbers.marked(row)) for row in rows)])])
    path = tmp_path_factory.mktemp("n") / "n.xlsx"
    path.write_bytes(out.getvalue())
    lines = range(2, len(rows) + 2)
    found = beside(path, TableOptions(text="text"), lines)
    assert [found.cells[line] for line in lines] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    for place, column in enumerate(columns, start=2):
        whole = any(column) and all(kept(cell) for cell in column if cell)
        values = [sheet.cell(line, place).value for line in lines]
        if whole:
            assert values == [float(cell) if cell else None for cell in column]
        else:
            assert values == [cell or None for cell in column]


@settings(max_examples=300, deadline=None)
@given(LIKE_NUMBERS)
def test_plain_is_what_a_number_gives_back(text: str) -> None:
    assert is_plain(text) == kept(text)


def test_what_is_no_text_is_left_as_it_is() -> None:
    numbers = PlainColumns(3)
    for row in ((None, "1", 4), ("5", "2", 5)):
        numbers.add(row)
    assert numbers.found == (True, True, False)
    assert numbers.marked((None, "1", 4)) == (None, "1", 4)
    assert [type(cell) for cell in numbers.marked(("5", "", 5))] == [Number, type(None), int]
