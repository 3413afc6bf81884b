"""The page of a workbook: its sheets to choose from, its faults by their cells, other spreadsheets refused with what to do."""

from __future__ import annotations

import pytest
from guessable import TEXTS
from pages import check, keyed, seen

from audit.errors import InputError
from audit.table import TableOptions, open_table
from dashboard.forms.table_check import spec_of
from tests.support.workbooks import rows_xml, sheet_xml, write_workbook

LABELS = ("positive", "negative", "negative", "positive", "negative")


@pytest.fixture
def book(store, tmp_path):
    sheets = {
        "March": sheet_xml(rows_xml([("text", "label"), ("a film", "positive"), ("", "negative")])),
        "April": sheet_xml(rows_xml([("text", "label"), ("another film", "positive")])),
    }
    return store.add_upload(write_workbook(tmp_path / "reviews.xlsx", sheets), "reviews.xlsx").sha256


@pytest.fixture
def notes_first(store, tmp_path):
    """A workbook whose first sheet tells of the second."""
    table = [("Freitext (Kunde)", "Kategorie"), *zip(TEXTS * 3, LABELS * 3, strict=True)]
    notes = [("Auszug der Kundenanfragen",), ("Stand: 2024-03-31",), ("Zusammengestellt von", "Kundenservice")]
    sheets = {"Hinweise": sheet_xml(rows_xml(notes)), "Anfragen": sheet_xml(rows_xml(table))}
    return store.add_upload(write_workbook(tmp_path / "book.xlsx", sheets), "book.xlsx").sha256


def test_a_sheet_is_chosen_on_the_page_and_kept_for_the_audit(app, store, book):
    test = app("data", table=book)
    assert "The sheet 'March' was read" in seen(test)
    assert "Read as Excel" in seen(test)
    assert "A3" in seen(test)
    keyed(test.selectbox, "sheet-").select("April").run()
    check(test)
    assert "1 row ready, no fault." in seen(test)
    assert store.upload(book).options["sheet"] == "April"
    spec = spec_of(store.upload(book))
    assert spec.sheet == "April"
    read = open_table(store.files.local(book), TableOptions.of(spec), name="reviews.xlsx")
    assert [example.text for example in read] == ["another film"]


def test_what_was_decided_of_one_sheet_is_not_held_against_another(app, store, tmp_path):
    """Columns of a sheet mean nothing of the next one, and are found there anew."""
    sheets = {
        "A": sheet_xml(rows_xml([("text", "Urteil"), ("a film I saw", "positive"), ("a bad one", "negative")])),
        "B": sheet_xml(rows_xml([("text", "label"), ("another film", "positive")])),
    }
    table = store.add_upload(write_workbook(tmp_path / "b.xlsx", sheets), "b.xlsx").sha256
    test = app("data", table=table)
    keyed(test.selectbox, "column-label").select("Urteil")
    next(b for b in test.button if b.label == "Read it like this").click().run()
    assert spec_of(store.upload(table)).label == "Urteil"
    keyed(test.selectbox, "sheet-").select("B").run()
    check(test)
    assert "1 row ready, no fault." in seen(test)
    assert spec_of(store.upload(table)).label is None


def test_a_sheet_of_notes_before_the_table_is_seen_as_such(app, store, notes_first):
    test = app("data", table=notes_first)
    assert "The table is in the sheet **Anfragen**" in seen(test)
    assert "The texts are in **Freitext (Kunde)**" in seen(test)
    assert "The labels are in **Kategorie**" in seen(test)
    assert next(iter(test.dataframe[0].value.columns)) == "Freitext (Kunde)"
    assert not test.error
    test.button(key="take-proposal").click().run()
    check(test)
    assert "15 rows ready, no fault." in seen(test)
    spec = spec_of(store.upload(notes_first))
    assert (spec.sheet, spec.text, spec.label) == ("Anfragen", "Freitext (Kunde)", "Kategorie")


def test_the_sheet_of_notes_can_be_meant(app, store, notes_first):
    test = app("data", table=notes_first)
    test.button(key="leave-proposal").click().run()
    check(test)
    assert "The table is in the sheet" not in seen(test)
    assert store.upload(notes_first).options["sheet"] == "Hinweise"
    assert not test.error


@pytest.mark.parametrize("head", [(), ("text", "label")])
def test_a_workbook_has_no_encoding_and_delimiter_and_may_lack_names(app, store, tmp_path, head):
    rows = [*([head] if head else []), *zip(TEXTS * 3, LABELS * 3, strict=True)]
    path = write_workbook(tmp_path / "t.xlsx", {"Sheet1": sheet_xml(rows_xml(rows))})
    table = store.add_upload(path, "t.xlsx").sha256
    test = app("data", table=table)
    asked = {"Encoding", "Delimiter", "Quotes are letters", "First line is data", "Sheet"}
    assert not asked & {box.label for box in (*test.selectbox, *test.checkbox)}
    if head:
        keyed(test.checkbox, "column-header").check()
        next(b for b in test.button if b.label == "Read it like this").click().run()
        check(test)
        assert spec_of(store.upload(table)).text == "column 1"
        assert "16 rows ready" in seen(test)
    else:
        assert "The first line is data" in seen(test)
        test.button(key="take-proposal").click().run()
        check(test)
        assert keyed(test.checkbox, "column-header").value is True
        assert "15 rows ready, no fault." in seen(test)
        assert spec_of(store.upload(table)).header is False


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".xlsb", ".ods", ".numbers"])
def test_other_spreadsheets_are_refused_with_what_to_do(store, tmp_path, ending):
    (tmp_path / "t").write_bytes(b"any")
    with pytest.raises(InputError, match=rf"\({ending}\), which Assay does not open; save it as an Excel workbook"):
        store.add_upload(tmp_path / "t", f"reviews{ending}")
    assert store.uploads() == ()
