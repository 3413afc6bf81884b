"""Rows that are chosen once for all sections of a run's results: what is shown is of them, and that is said."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import make_run

from audit.actions import slices
from audit.actor import local_user
from audit.results.by_hand import hand_slice
from audit.results.reading import Results

SECTIONS = (
    "summary", "robustness", "review", "explanations", "performance", "weak", "rows", "policy", "provenance", "print", "map",
)  # fmt: skip


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=60)


@pytest.fixture
def northern(store, run):
    slices.save(local_user(), "northern", "region=north")
    return hand_slice(Results(store, run), "region=north")


def value(found, name):
    return next(side.inside for side in found.sides if side.inside.name == name)


def address(test):
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_drawn_and_says_which_rows_are_shown(app, run, northern, section):
    test = app("report", run=run.id, section=section, slice="northern")
    assert f"{northern.rows} of 60 rows" in seen(test)
    assert "Show all rows" in [button.label for button in test.button]


def test_the_numbers_are_those_of_the_rows(app, run, northern):
    said = seen(app("report", run=run.id, section="performance", slice="northern"))
    accuracy = value(northern, "accuracy")
    assert f"{accuracy.value:.1%}" in said
    assert f"n = {northern.rows}" in said
    assert "n = 60" not in said
    assert f"{value(northern, 'accuracy_under_attack').value:.1%}" in seen(
        app("report", run=run.id, section="robustness", slice="northern")
    )


def test_one_press_goes_back_to_all_rows(app, run, northern):
    test = app("report", run=run.id, section="performance", slice="northern")
    test.button(key="all-rows").click().run()
    check(test)
    assert "n = 60" in seen(test)
    assert set(test.query_params) == {"run", "section"}


def test_the_choice_stands_in_the_address_and_goes_along_to_other_sections(app, run, northern):
    test = app("report", run=run.id, section="rows")
    test.text_input(key="where").input("region=north").run()
    asked = address(test)
    assert "north" not in str(asked)
    again = app("report", **{**asked, "section": "performance"})
    assert f"{northern.rows} of 60 rows" in seen(again)


def test_what_is_of_the_run_says_so(app, run, northern):
    of_all = "These are of all 60 rows."
    for section in ("summary", "policy", "provenance", "print"):
        assert of_all in seen(app("report", run=run.id, section=section, slice="northern")), section
    for section in ("performance", "explanations", "robustness"):
        assert of_all not in seen(app("report", run=run.id, section=section, slice="northern")), section
    assert of_all not in seen(app("report", run=run.id, section="summary"))


def test_the_summary_has_these_rows_beside_all_others(app, run, northern):
    said = seen(app("report", run=run.id, section="summary", slice="northern"))
    assert "These rows beside all others" in said
    assert f"{northern.rows} of 60 rows are in it" in said


def test_browsers_have_these_rows_alone(app, store, run, northern):
    inside = {row.row_id for row in Results(store, run).examples.values() if "north" in row.groups.values()}
    test = app("report", run=run.id, section="robustness", slice="northern", outcome="")
    shown = set(test.dataframe[0].value["row_id"])
    assert shown
    assert shown <= inside
    whole = app("report", run=run.id, section="robustness")
    assert not set(whole.dataframe[0].value["row_id"]) <= inside


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("length>5000", "No row of this audit fits"),
        ("regoin=north", "did you mean 'region'"),
        ("region>>3", "cannot be read at character 8"),
    ],
)
def test_rows_that_are_none_show_no_number(app, run, text, said):
    test = app("report", run=run.id, section="performance")
    test.text_input(key="where").input(text).run()
    found = seen(test) + " ".join(error.value for error in test.error).replace("\\", "").replace("\u2060", "")
    assert said in found
    assert "Accuracy" not in seen(test)
    assert "Show all rows" in [button.label for button in test.button]


def test_an_address_whose_condition_is_gone_does_not_pass_for_the_rows_it_meant(app, run):
    test = app("report", run=run.id, section="performance", where="a1b2c3")
    assert "not known any more" in seen(test)
    test = app("report", run=run.id, section="performance", slice="deleted since")
    assert "No slice is kept under the name deleted since; all rows are shown" in seen(test)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wrong", "accuracy says nothing about them"),
        ("label=positive", "All of these rows are labelled positive: precision and F1 say nothing"),
        ("predicted=positive", "recall, the share of a class that it finds, says nothing"),
        ("flipped by typos", "its rates say nothing about them"),
        ('holds "take 7"', "1 row bears no rate"),
    ],
)
def test_what_rows_so_chosen_cannot_tell_is_said(app, run, text, said):
    test = app("report", run=run.id, section="performance")
    test.text_input(key="where").input(text).run()
    check(test)
    assert said in seen(test)


def test_what_the_filters_of_rows_find_is_taken_for_every_section(app, run):
    test = app("report", run=run.id, section="rows")
    test.selectbox(key="right").select("wrong").run()
    test.button(key="use-rows").click().run()
    check(test)
    assert test.text_input(key="where").value == "right=no"
    assert "right" not in test.query_params
    assert "accuracy says nothing" in seen(app("report", **{**address(test), "section": "performance"}))
