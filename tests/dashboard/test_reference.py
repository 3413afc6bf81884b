"""New audit, a table to compare with: one that was uploaded, alike or not."""

from __future__ import annotations

import csv

import pytest
from pages import check, seen
from runs import write_table

from audit.spec import TableSpec
from audit.table import TableOptions, open_table
from tests.support.workbooks import rows_xml, sheet_xml, write_workbook


def chosen(app, store, tmp_path, reference):
    table = store.add_upload(write_table(tmp_path / "now.csv", 30, ("negative", "positive"), seed=1), "now.csv")
    test = app("new_audit", model="sentiment", table=table.sha256)
    next(box for box in test.selectbox if box.key == "audit-reference").select(reference.sha256).run()
    check(test)
    return test


def test_an_audit_is_started_with_it(app, store, tmp_path):
    before = store.add_upload(write_table(tmp_path / "before.csv", 30, ("negative", "positive"), seed=2), "before.csv")
    test = chosen(app, store, tmp_path, before)
    test.button(key="start").click().run()
    run = store.run("latest")
    assert run.spec["reference"]["path"] == before.sha256
    assert [event.verb for event in store.events(run_id=run.id)] == ["start_run"]


def test_one_with_other_columns_is_refused(app, store, tmp_path):
    path = write_table(tmp_path / "other.csv", 30, ("negative", "positive"), seed=3)
    path.write_text(path.read_text().replace("text,label", "text,id", 1), encoding="utf-8")
    test = chosen(app, store, tmp_path, store.add_upload(path, "other.csv"))
    assert test.button(key="start").disabled
    assert "other.csv" in seen(test).replace("\\", "")


def with_channel(path, column="channel"):
    rows = [(f"a fine film, {n}", "positive", ("web", "app")[n % 2]) for n in range(30)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label", column), *rows])
    return path


def test_groups_that_are_chosen_for_the_audit_are_those_of_the_table_it_is_compared_with(app, store, tmp_path):
    now = store.add_upload(with_channel(tmp_path / "now.csv"), "now.csv").sha256
    (tmp_path / "then").mkdir()
    path = with_channel(tmp_path / "then" / "then.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("film", "book"), encoding="utf-8")
    then = store.add_upload(path, "then.csv").sha256
    other = store.add_upload(with_channel(tmp_path / "other.csv", "region"), "other.csv").sha256
    test = app("new_audit", model="sentiment", table=now)
    next(one for one in test.multiselect if one.label == "Groups").select("channel").run()
    box(test, "audit-reference").select(then).run()
    check(test)
    assert not test.button(key="start").disabled
    box(test, "audit-reference").select(other).run()
    assert "has nothing for these columns of the audited table now.csv: channel" in seen(test)
    assert test.button(key="start").disabled
    box(test, "audit-reference").select(then).run()
    test.button(key="start").click().run()
    run = store.run("latest")
    assert (run.spec["table"]["groups"], run.spec["reference"]["groups"]) == (["channel"], ["channel"])


@pytest.fixture
def book(store, tmp_path):
    """A workbook of two months, and a third sheet with other columns."""
    months = {
        "March": [("text", "label"), *[(f"a fine film in March, {n}", "positive") for n in range(20)]],
        "April": [("text", "label"), *[(f"a dull film in April, {n}", "negative") for n in range(30)]],
        "Notes": [("date", "who"), ("1 May", "Anna")],
    }
    sheets = {name: sheet_xml(rows_xml(rows)) for name, rows in months.items()}
    return store.add_upload(write_workbook(tmp_path / "book.xlsx", sheets), "book.xlsx").sha256


def box(test, start):
    return next(box for box in test.selectbox if (box.key or "").startswith(start))


def texts(store, spec):
    table = TableSpec(**spec)
    read = open_table(store.files.local(table.path), TableOptions.of(table), name="book.xlsx")
    return {example.text.partition(",")[0] for example in read}


def test_two_sheets_of_one_workbook_are_compared(app, store, book):
    test = app("new_audit", model="sentiment", table=book)
    assert box(test, "audit-sheet").value == "March"
    box(test, "audit-reference").select(book).run()
    check(test)
    assert "March" not in box(test, "reference-sheet").options, "a sheet is not compared with itself"
    assert box(test, "reference-sheet").value == "April"
    test.button(key="start").click().run()
    run = store.run("latest")
    assert texts(store, run.spec["table"]) == {"a fine film in March"}
    assert texts(store, run.spec["reference"]) == {"a dull film in April"}
    again = app("new_audit", clone=run.id)
    assert box(again, "reference-sheet").value == "April"


def test_another_sheet_is_audited_and_the_table_stays_as_it_was(app, store, book):
    test = app("new_audit", model="sentiment", table=book)
    box(test, "audit-sheet").select("April").run()
    check(test)
    assert "30" in seen(test)
    box(test, "audit-reference").select(book).run()
    assert box(test, "reference-sheet").options == ["March", "Notes"]
    test.button(key="start").click().run()
    run = store.run("latest")
    assert texts(store, run.spec["table"]) == {"a dull film in April"}
    assert texts(store, run.spec["reference"]) == {"a fine film in March"}
    assert "sheet" not in store.upload(book).options


def test_a_sheet_with_other_columns_is_refused(app, store, book):
    test = app("new_audit", model="sentiment", table=book)
    box(test, "audit-reference").select(book).run()
    box(test, "reference-sheet").select("Notes").run()
    check(test)
    assert test.button(key="start").disabled


def test_other_tables_have_no_sheet_to_choose(app, store, tmp_path):
    table = store.add_upload(write_table(tmp_path / "now.csv", 30, ("negative", "positive"), seed=1), "now.csv")
    test = app("new_audit", model="sentiment", table=table.sha256)
    assert not [one for one in test.selectbox if one.label == "Sheet"]
    assert table.sha256 not in box(test, "audit-reference").options
