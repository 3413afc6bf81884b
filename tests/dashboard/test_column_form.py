"""A choice of tables that is declared with a box is asked on the page of a table, and kept, without an edit of the page."""

from __future__ import annotations

from typing import Annotated

import pytest
from pages import check, keyed, seen

from audit.boxes import Box, boxes
from audit.table_choices import TableChoices
from dashboard.forms import column_form

OWN_PLACE = {"label_map": "asked beside the labels of a model", "keep_good": "asked beside the faults"}


class More(TableChoices):
    """With a choice of each form that no choice of tables has so far."""

    above: Annotated[int | None, Box("Lines above", "Left out.", formats=("csv",))] = None
    comment: Annotated[str | None, Box("Sign of comments", formats=("csv",))] = None
    decimal: Annotated[str | None, Box("Decimals", formats=("csv",), choices={".": "point", ",": "comma"})] = None
    trim: Annotated[bool, Box("Keep blanks", formats=("csv",))] = True
    password: Annotated[str | None, Box("Password", formats=("xlsx",))] = None


@pytest.fixture
def table(store, tmp_path):
    (tmp_path / "t.csv").write_text("text,label\n" + "".join(f"row {i},positive\n" for i in range(9)), "utf-8")
    return store.add_upload(tmp_path / "t.csv", "t.csv").sha256


def press(test):
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    return test


def test_every_choice_of_tables_is_asked_somewhere():
    asked = {
        name
        for format_ in ("csv", "xlsx", "jsonl", "parquet")
        for of in (None, "columns", "sheets")
        for name in boxes(TableChoices, format_, of)
    }
    assert asked | set(OWN_PLACE) == set(TableChoices.model_fields)
    assert not asked & set(OWN_PLACE)


def test_boxes_are_those_of_the_format():
    asked = {format_: set(boxes(TableChoices, format_)) for format_ in ("csv", "jsonl", "xlsx", "parquet")}
    assert asked["csv"] >= {"encoding", "delimiter", "quotes", "header"}
    assert "encoding" in asked["jsonl"]
    assert not asked["jsonl"] & {"delimiter", "quotes", "header"}
    assert "header" in asked["xlsx"]
    assert not asked["xlsx"] & {"encoding", "delimiter", "quotes"}
    assert not asked["parquet"] & {"encoding", "delimiter", "quotes", "header"}
    assert boxes(TableChoices, "xlsx")["header"].title == "First row is data"
    assert "sheet" in boxes(TableChoices, "xlsx", "sheets")


def test_a_choice_more_is_a_box_more_and_remembered(app, store, table, monkeypatch):
    monkeypatch.setattr(column_form, "TableChoices", More)
    test = app("data", table=table)
    asked = {box.label for kind in (test.selectbox, test.checkbox, test.number_input, test.text_input) for box in kind}
    assert {"Lines above", "Sign of comments", "Decimals", "Keep blanks"} <= asked
    assert "Password" not in asked
    keyed(test.number_input, "column-above").set_value(3)
    keyed(test.text_input, "column-comment").set_value("#")
    keyed(test.selectbox, "column-decimal").select(",")
    keyed(test.checkbox, "column-trim").check()
    test = press(test)
    kept = {"above": 3, "comment": "#", "decimal": ",", "trim": False}
    assert {name: store.upload(table).options[name] for name in kept} == kept
    assert keyed(test.number_input, "column-above").value == 3
    assert keyed(test.text_input, "column-comment").value == "#"
    assert keyed(test.selectbox, "column-decimal").value == ","
    assert keyed(test.checkbox, "column-trim").value is True
    keyed(test.number_input, "column-above").set_value(None)
    keyed(test.text_input, "column-comment").set_value("")
    keyed(test.selectbox, "column-decimal").select("(find it)")
    keyed(test.checkbox, "column-trim").uncheck()
    press(test)
    back = {"above": None, "comment": None, "decimal": None, "trim": True}
    assert {name: store.upload(table).options[name] for name in back} == back


def test_what_nobody_touched_stays_undecided(app, store, table):
    test = app("data", table=table)
    assert "Columns and how the file is read" in {expander.label for expander in test.expander}
    press(test)
    assert "9 rows ready" in seen(test)
    assert not {"encoding", "delimiter", "quotes", "header", "sheet"} & set(store.upload(table).options)


def test_an_encoding_that_the_page_does_not_offer_is_shown_and_stays(app, store, table):
    """One chosen otherwise is in the list, and not taken back by pressing the button."""
    store.describe_upload(table, options={"encoding": "mac_roman"})
    test = app("data", table=table)
    assert keyed(test.selectbox, "column-encoding").value == "mac_roman"
    press(test)
    assert store.upload(table).options["encoding"] == "mac_roman"
