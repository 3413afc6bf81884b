"""Compare: begins with a sentence, keeps its runs in the address, swaps them, takes three, and hands over files."""

from __future__ import annotations

import io
import json

import pytest
from pages import check, seen
from pypdf import PdfReader
from runs import make_run
from typer.testing import CliRunner

from audit.__main__ import build
from audit.actions import comparisons
from audit.actor import local_user

FATES = ({"textfooler": True}, {"textfooler": False}, {})


@pytest.fixture
def ids(store, tmp_path):
    return [make_run(store, tmp_path, rows=60, name=f"model {i}", fates=fates).id for i, fates in enumerate(FATES)]


def test_it_begins_with_what_the_tests_establish(app, ids):
    said = seen(app("compare", first=ids[0], second=ids[1]))
    assert "“model 1” gains 100.0 percentage points of accuracy under attack (TextFooler)" in said
    assert "no difference is established" in said


def test_equal_runs_differ_in_nothing(app, store, tmp_path):
    first, second = (make_run(store, tmp_path, rows=60, name=name) for name in ("before", "after"))
    test = app("compare", first=first.id, second=second.id)
    assert "No difference is established" in seen(test)
    assert not test.button(key="compare-swap").disabled


def test_swapping_turns_the_sentence_and_the_address(app, ids):
    test = app("compare", first=ids[0], second=ids[1])
    test.button(key="compare-swap").click().run()
    check(test)
    assert "“model 0” loses 100.0 percentage points" in seen(test)
    assert test.query_params["first"] in (ids[1], [ids[1]])
    assert test.query_params["second"] in (ids[0], [ids[0]])


def test_three_runs_are_a_table_chosen_in_the_address(app, ids):
    test = app("compare", first=ids[0], second=ids[1], more=ids[2])
    said = seen(test)
    assert "“model 1” is established best in accuracy under attack (TextFooler)." in said
    assert test.multiselect(key="compare-More").value == [ids[2]]
    assert f"first={ids[0]}&second={ids[1]}&more={ids[2]}" in test.code[0].value
    test.multiselect(key="compare-More").set_value([]).run()
    check(test)
    assert "more" not in test.query_params
    assert "model 1” gains" in seen(test)


@pytest.mark.parametrize(
    ("status", "said"),
    [("running", "has not finished yet (running)"), ("paused", "has not finished yet (paused)"),
     ("failed", "did not finish (stopped by an error)"), ("cancelled", "did not finish (cancelled)")],
)  # fmt: skip
def test_a_run_that_has_not_finished_is_not_said_to_be_gone(app, store, tmp_path, ids, status, said):
    run = make_run(store, tmp_path, status=status, done=0.4, name="the other")
    test = app("compare", first=ids[0], second=run.id)
    (warning,) = [one.value for one in test.warning]
    assert f"the other {said}" in warning
    assert "deleted" not in warning
    assert any(run.id in link.proto.query_string for link in test.get("page_link")), "with a link to it"


def test_a_run_of_the_address_that_is_gone_is_left_out_of_many(app, ids):
    test = app("compare", first=ids[0], second=ids[1], more=f"nope,{ids[2]}")
    assert test.multiselect(key="compare-More").value == [ids[2]]


def test_the_file_is_made_as_somebody_and_told_by_an_event(store, ids):
    name, pdf = comparisons.make(local_user(), ids, "pdf")
    assert name.endswith(".pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "established best in accuracy under attack" in " ".join(text.split())
    (event,) = [e for e in store.events() if e.verb == "make_comparison"]
    assert (event.kind, event.subject, event.outcome) == ("report", ids[0], "done")


def audit(*arguments):
    return CliRunner().invoke(build(), list(arguments), catch_exceptions=False)


def test_the_command_says_the_same_and_writes_the_same_file(store, ids, tmp_path):
    said = audit("diff", ids[0], ids[1], "--pdf", str(tmp_path / "two.pdf"))
    assert said.exit_code == 0
    assert "“model 1” gains 100.0 percentage points of accuracy under attack" in " ".join(said.stdout.split())
    assert (tmp_path / "two.pdf").read_bytes() == comparisons.make(local_user(), ids[:2], "pdf")[1]
    three = audit("diff", *ids, "--json")
    found = json.loads(three.stdout)
    assert found["runs"] == ids
    best = {line["key"]: line["best"] for line in found["lines"]}
    assert best["accuracy_under_attack@textfooler"] == 1
    assert best["accuracy"] is None


def test_it_opens_on_two_runs_of_one_table(app, store, tmp_path):
    """The newest run of all is of a table that no other is of: nothing could be compared with it."""
    first, second = (make_run(store, tmp_path, rows=16, seed=1, name=name).id for name in ("before", "after"))
    make_run(store, tmp_path, rows=24, seed=2, name="of another table")
    test = app("compare")
    assert [test.selectbox(key=f"compare-{name}").value for name in ("Before", "After")] == [first, second]


def test_scores_of_three_runs_are_a_table_to_take_away(app, ids):
    from dashboard.draw.compared import scores_of

    table = scores_of(ids[:3])
    first, second, third = (f"model {i} ({one[:6]})" for i, one in enumerate(ids[:3]))
    assert list(table.columns) == ["score", "probe", first, second, third, "texts", "best"]
    attacked = table[(table["score"] == "Accuracy under attack") & (table["probe"] == "TextFooler")].iloc[0]
    assert attacked["best"] == second
    assert attacked[second] > attacked[first]
    assert attacked["texts"] > 0
