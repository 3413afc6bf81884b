"""Slices on the pages: typed and kept on Rows, renamed and deleted, beside the weak spots, in policies and on Compare."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import make_run

from audit.actions import policies, slices
from audit.actor import local_user
from audit.results.by_hand import hand_slice
from audit.results.reading import Results
from dashboard.draw.row_filters import FRONT, MORE


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=60)


@pytest.fixture
def kept(store):
    return slices.save(local_user(), "northern", "region=north")


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def typed(test, text):
    test.text_input(key="where").input(text).run()
    return test


def address(test):
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}


def expected(store, run, text):
    return hand_slice(Results(store, run), text)


def test_a_typed_condition_filters_the_rows_and_stands_in_no_address(app, store, run):
    test = typed(app("report", run=run.id, section="rows"), 'holds "was a" & region=north')
    check(test)
    found = expected(store, run, 'holds "was a" & region=north')
    assert f"{found.rows} of 60 rows fit" in seen(test)
    assert "north" not in str(address(test))
    assert (
        app("report", **address(test)).dataframe[0].value["row_id"].tolist()
        == test.dataframe[0].value["row_id"].tolist()
    )
    press(test, "clear-filters")
    assert set(test.query_params) == {"run", "section"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region>>3", "The slice cannot be read at character 8: a number is missing"),
        ("regoin=north", "did you mean 'region'"),
        ("flipped by nothing", "This run has no attack or harmless change 'nothing'"),
    ],
)
def test_what_cannot_be_meant_is_said_and_shows_no_rows(app, store, run, text, said):
    test = typed(app("report", run=run.id, section="rows"), text)
    assert said in " ".join(error.value for error in test.error).replace("\\", "").replace("\u2060", "")
    assert not test.dataframe


def test_the_filters_of_the_page_are_kept_as_a_slice_with_all_they_say(app, store, run):
    test = app("report", run=run.id, section="rows")
    test.selectbox(key="right").select("wrong").run()
    test.selectbox(key="under").select("typos").run()
    test.selectbox(key="came").select("untried").run()
    test.slider(key="length").set_range(0, 50).run()
    rows = test.dataframe[0].value["row_id"].tolist() if test.dataframe else []
    press(test, "slice-save")
    test.text_input(key="slice-name").input("short and wrong")
    press(test, "slice-save-yes")
    (one,) = store.slices()
    assert (one.name, one.condition) == ("short and wrong", "right=no & characters<=50 & not tried by typos")
    again = app("report", run=run.id, section="rows", slice="short and wrong")
    assert (again.dataframe[0].value["row_id"].tolist() if again.dataframe else []) == rows
    assert "slice-save" not in [button.key for button in again.button]  # it is kept already


def test_a_name_that_is_taken_is_refused_and_nothing_is_kept(app, store, run, kept):
    test = typed(app("report", run=run.id, section="rows"), "wrong")
    press(test, "slice-save")
    test.text_input(key="slice-name").input("Northern")
    press(test, "slice-save-yes")
    assert "already; choose another name" in seen(test)
    assert store.slices() == (kept,)


def test_slices_are_renamed_and_deleted_after_a_question(app, store, run, kept):
    test = press(app("report", run=run.id, section="rows"), "slice-rename-northern")
    test.text_input(key="slice-new-name").input("north")
    press(test, "slice-rename-yes")
    assert [one.name for one in store.slices()] == ["north"]
    press(test, "do-delete-slice-north")
    assert "Policies that were made with it keep its condition" in seen(test)
    assert len(store.slices()) == 1
    press(test, "delete-slice-north-yes")
    assert store.slices() == ()


def test_weak_spots_show_every_slice_that_is_kept_and_one_in_full(app, store, run, kept):
    slices.save(local_user(), "elsewhere", "country=fr")
    test = app("report", run=run.id, section="weak", slice="northern")
    said, found = seen(test), expected(store, run, "region=north")
    accuracy = next(side for side in found.sides if side.inside.name == "accuracy")
    assert "Slices by hand" in said
    assert f"{accuracy.inside.value:.1%}" in said
    assert f"{found.rows} of 60 rows are in it" in said
    assert "elsewhere**: The table of this run has no column 'country'" in said
    assert "Flip rate" in said


def test_rows_show_the_scores_of_what_is_filtered(app, store, run):
    test = typed(app("report", run=run.id, section="rows"), "region=north")
    assert "In all other rows" not in seen(test)
    test.toggle(key="slice-scores").set_value(True).run()
    check(test)
    assert "In all other rows" in seen(test)
    assert "says nothing about them" not in seen(test)
    assert "says nothing about them" in seen(typed(test, "wrong"))


def test_compare_shows_both_runs_on_a_slice(app, store, run, kept, tmp_path):
    other = make_run(store, tmp_path, rows=60, name="again")
    test = app("compare", first=run.id, second=other.id, slice="northern")
    said = seen(test)
    assert "On a slice" in said
    assert "text by text" in said
    assert "no difference is established" in said
    test = typed(app("compare", first=run.id, second=other.id), "country=fr")
    assert "Of the run" in seen(test)
    assert "no column 'country'" in seen(test)


def test_a_policy_takes_a_kept_slice_and_refuses_a_bad_condition(app, store, run, kept):
    policies.save(local_user(), "ours", {"version": 1, "check": [{"id": "a", "score": "accuracy", "min": 0.1}]})
    test = app("policies", policy="ours", edit="1")
    test.selectbox(key="policy-add-score").select("accuracy").run()
    test.text_input(key="policy-add-condition").input("region=").run()
    assert test.button(key="policy-add").disabled
    assert "a value is missing" in seen(test)
    test.selectbox(key="policy-add-kept").select("northern").run()
    assert not test.button(key="policy-add").disabled
    press(test, "policy-add")
    press(test, "policy-keep")
    check_ = store.policies()[0].policy["check"][1]
    assert (check_["score"], check_["slice"]) == ("accuracy", "region=north")
    judged = policies.use(local_user(), run.id, store.policies()[0].policy)
    (finding,) = [one for one in store.findings(judged.id) if one.score.where]
    found = expected(store, run, "region=north")
    assert finding.score.value == pytest.approx(found.sides[0].inside.value)
    assert "Accuracy, where region=north: at least 50%" in seen(app("policies", policy="ours"))
    assert "Where region=north: " in seen(app("report", run=run.id, section="summary"))


def test_a_condition_of_a_check_is_changed_and_its_fault_stands_beside_it(app, store):
    made = [{"id": "a", "score": "accuracy", "min": 0.1, "slice": "region=north"}]
    policies.save(local_user(), "ours", {"version": 1, "check": made})
    test = app("policies", policy="ours", edit="1")
    field = next(one for one in test.text_input if str(one.key).endswith("-check-0-slice"))
    field.input("length>many").run()
    assert "'length' is compared with a number" in seen(test)
    assert test.button(key="policy-keep").disabled
    next(one for one in test.text_input if str(one.key).endswith("-check-0-slice")).input("length>9").run()
    press(test, "policy-keep")
    assert store.policies()[0].policy["check"][0]["slice"] == "length>9"


def test_clearing_names_every_filter_once():
    assert len({*FRONT, *MORE}) == len((*FRONT, *MORE))
