"""The page of a workbook: its sheets to choose from, its faults by their cells, other spreadsheets refused with what to do."""

from __future__ import annotations

import pytest
from pages import check, seen

from audit.errors import InputError
from audit.table import TableOptions, open_table
from dashboard.forms.table_check import spec_of
from tests.support.workbooks import rows_xml, sheet_xml, write_workbook


@pytest.fixture
def book(store, tmp_path):
    sheets = {
        "March": sheet_xml(rows_xml([("text", "label"), ("a film", "positive"), ("", "negative")])),
        "April": sheet_xml(rows_xml([("text", "label"), ("another film", "positive")])),
    }
    return store.add_upload(write_workbook(tmp_path / "reviews.xlsx", sheets), "reviews.xlsx").sha256


def test_a_sheet_is_chosen_on_the_page_and_kept_for_the_audit(app, store, book):
    test = app("data", table=book)
    assert "The sheet 'March' was read" in seen(test)
    assert "Read as Excel" in seen(test)
    assert "A3" in seen(test)
    test.selectbox(key="column-sheet").select("April")
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert "1 row ready, no fault." in seen(test)
    assert store.upload(book).options["sheet"] == "April"
    spec = spec_of(store.upload(book))
    assert spec.sheet == "April"
    read = open_table(store.files.local(book), TableOptions.of(spec), name="reviews.xlsx")
    assert [example.text for example in read] == ["another film"]


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".xlsb", ".ods", ".numbers"])
def test_other_spreadsheets_are_refused_with_what_to_do(store, tmp_path, ending):
    (tmp_path / "t").write_bytes(b"any")
    with pytest.raises(InputError, match=rf"\({ending}\), which Assay does not open; save it as an Excel workbook"):
        store.add_upload(tmp_path / "t", f"reviews{ending}")
    assert store.uploads() == ()
