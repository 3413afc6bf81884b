"""Workbooks that are written: texts come back as texts, nothing is a formula, the same rows are the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import xlsx_cells
from audit.table import TableOptions, open_table
from audit.xlsx_cells import CUT, LONGEST, write_book

HEAD = ("text", "label")


def written(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    write_book(out, [("Rows", [HEAD, *rows])])
    return out.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40), min_size=1, max_size=8))
def test_texts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    kept = [text for text in texts if text.strip() and not {"\0", "\ufffe", "\uffff"} & set(text)] or ["a"]
    path = tmp_path_factory.mktemp("t") / "t.xlsx"
    path.write_bytes(written(*((text, "x") for text in kept)))
    table = open_table(path, TableOptions(text="text"))
    assert [example.text for example in table] == kept
    assert not table.faults


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "#N/A", "#REF!", "{=1}", "＝1", "0042", "1e5", "TRUE"],
)
def test_no_text_is_anything_else(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written((text, text)))).worksheets[0]
    for cell in sheet[2]:
        assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_are_numbers_and_nothing_is_blank() -> None:
    row = (3, 0.25, True, None, float("nan"), float("inf"), np.int64(7), np.float64(0.5))
    sheet = openpyxl.load_workbook(io.BytesIO(written(row))).worksheets[0]
    assert [cell.value for cell in sheet[2]] == [3, 0.25, True, None, None, "inf", 7, 0.5]


def test_what_is_too_long_is_cut_and_says_so() -> None:
    for text in ("x" * 40_000, "😀" * 20_000):
        value = openpyxl.load_workbook(io.BytesIO(written((text, "x")))).worksheets[0]["A2"].value
        assert value.endswith(CUT)
        assert text.startswith(value.removesuffix(CUT))
        assert LONGEST - 2 <= len(value.encode("utf-16-le")) // 2 <= LONGEST
    whole = "y" * LONGEST
    assert openpyxl.load_workbook(io.BytesIO(written((whole, "x")))).worksheets[0]["A2"].value == whole


def test_signs_that_are_no_characters_are_shown_as_such() -> None:
    value = openpyxl.load_workbook(io.BytesIO(written(("a\ud800b\uffff", "x")))).worksheets[0]["A2"].value
    assert value == "a\ufffdb\ufffd"


def test_more_rows_than_a_sheet_has_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_cells, "MOST_ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(written(*((f"t{i}", "x") for i in range(5)))))
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["text", "t0", "t1"], ["text", "t2", "t3"], ["text", "t4"],
    ]  # fmt: skip
    assert book.sheetnames == ["Rows", "Rows (2)", "Rows (3)"]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(("a", 1))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert written(("a", 1)) == first


def test_the_head_stays_in_sight_and_columns_are_as_wide_as_what_they_hold() -> None:
    """A spreadsheet shows a new column as eight characters; a long text gets what fits on a screen, not its whole length."""
    rows = [("short", "一" * 15), ("x" * 500, "y"), *(("z", "n" * 40) for _ in range(xlsx_cells.LOOKED_AT))]
    sheet = openpyxl.load_workbook(io.BytesIO(written(*rows))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [xlsx_cells.WIDEST, 42]
    assert sheet.max_row == len(rows) + 1
    narrow = openpyxl.load_workbook(io.BytesIO(written(("a", None)))).worksheets[0]
    assert [narrow.column_dimensions[letter].width for letter in "AB"] == [xlsx_cells.NARROWEST] * 2
