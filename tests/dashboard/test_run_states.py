"""Reports and actions of runs that stopped early, are gone, or have nothing of what is asked for."""

from __future__ import annotations

import re

import pytest
from pages import check, seen
from runs import make_run

from audit.language.numbers import numbers


def keys(test):
    return {button.key for button in test.button}


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_the_report_of_a_run_without_results_says_so(app, store, tmp_path, status):
    run = make_run(store, tmp_path, rows=16, status=status, done=0.0)
    for section, what in {
        "summary": "scores", "review": "results of this recipe", "robustness": "results of attacks", "explanations": "explanations",
    }.items():  # fmt: skip
        test = app("report", run=run.id, section=section)
        said = seen(test)
        ended = "cancelled" if status == "cancelled" else "stopped by an error"
        assert f"There are no {what}: this audit was {ended} before it had any." in said
        assert "See the run, where it can be resumed" in said
        for wrong in (
            "nothing to judge",
            "computed when an audit ends",
            "Add a recipe",
            "Can the explanations be believed",
        ):
            assert wrong not in said
        assert not test.get("plotly_chart")


def test_a_run_that_stopped_midway_shows_what_it_has(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=32, status="cancelled", done=0.6)
    test = app("report", run=run.id, section="robustness")
    assert "Adversarial examples" in seen(test)
    assert not [c for c in test.get("plotly_chart") if "Add a recipe" in c.proto.spec]
    assert "Heatmaps" in seen(app("report", run=run.id, section="explanations"))
    assert "There are no scores: this audit was cancelled" in seen(app("report", run=run.id))


def test_scores_of_a_run_going_on_come_later(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16, status="running", done=0.3)
    assert "computed when an audit ends" in seen(app("report", run=run.id))


def test_a_check_that_passed_is_listed_and_has_no_box(app, store, tmp_path, monkeypatch):
    run = make_run(store, tmp_path)
    passed = [finding for finding in store.findings(run.id) if finding.verdict == "PASS"][:1]
    assert passed
    monkeypatch.setattr(type(store), "findings", lambda self, run_id: tuple(passed))
    test = app("report", run=run.id)
    assert passed[0].title in seen(test)
    assert not [box for box in test.expander if passed[0].title in box.label]


def test_failed_rows_can_be_retried_only_where_there_are_some(app, store, tmp_path, monkeypatch):
    run = make_run(store, tmp_path, rows=16, score=False)
    assert "do-Retry failed rows" not in keys(app("runs", run=run.id))
    _fail(store, run)
    assert "do-Retry failed rows" in keys(app("runs", run=run.id))


def test_pause_is_not_offered_twice(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16, status="running", done=0.3)
    assert "do-Pause" in keys(app("runs", run=run.id))
    store.wish(run.id, "pause", settle=False)
    test = app("runs", run=run.id)
    assert "Asked to pause" in seen(test)
    assert "do-Pause" not in keys(test)
    assert "do-Cancel" in keys(test)


def test_provenance_says_what_became_of_each_probe(app, store, tmp_path):
    def states(run):
        test = app("report", run=run.id, section="provenance")
        table = next(frame.value for frame in test.dataframe if "Probe" in frame.value.columns)
        return dict(zip(table["Probe"], table["State"], strict=True)), dict(
            zip(table["Probe"], table["Reason"], strict=True)
        )

    run = make_run(store, tmp_path, rows=16, score=False)
    found, reasons = states(run)
    assert {state for probe, state in found.items() if probe != "bae"} == {"done"}
    assert found["bae"] == "skipped"
    assert "masked language model" in reasons["bae"]
    _fail(store, run)
    assert "done, 8 rows failed" in states(run)[0].values()
    assert set(states(make_run(store, tmp_path, rows=16, status="cancelled", done=0.0))[0].values()) == {
        "not run",
        "skipped",
    }
    half = states(make_run(store, tmp_path, rows=16, status="cancelled", done=0.5))[0]
    assert half["predict"] == "8 of 16 rows done"


@pytest.mark.parametrize("page", ["report", "runs"])
def test_a_link_to_a_run_that_is_gone(app, store, tmp_path, page):
    make_run(store, tmp_path, rows=16, score=False)
    test = app(page, run="gone")
    said = seen(test)
    assert test.title[0].value == "This run is not here"
    assert "There is no run named 'gone': it was deleted" in said
    assert "choose from" not in said
    assert "All runs" in said


def test_compare_says_that_a_run_is_gone(app, store, tmp_path):
    first, second = (make_run(store, tmp_path, rows=16, name=name) for name in ("before", "after"))
    test = app("compare", first="nope", second="neither")
    assert "There is no finished run named 'nope'" in seen(test)
    assert "There is no finished run named 'neither'" in seen(test)
    assert "All scores side by side" not in [expander.label for expander in test.expander]
    next(s for s in test.selectbox if s.key == "compare-Before").set_value(first.id).run()
    next(s for s in test.selectbox if s.key == "compare-After").set_value(second.id).run()
    check(test)
    assert "There is no finished run" not in seen(test)
    assert "All scores side by side" in [expander.label for expander in test.expander]
    assert test.query_params["first"] in (first.id, [first.id])


def test_compare_takes_the_beginning_of_an_id(app, store, tmp_path):
    first, second = (make_run(store, tmp_path, rows=16, name=name) for name in ("before", "after"))
    test = app("compare", first=second.id[:9], second=first.id)
    assert next(s for s in test.selectbox if s.key == "compare-Before").value == second.id
    assert test.query_params["first"] in (second.id, [second.id])


@pytest.mark.parametrize("page", ["report", "runs"])
def test_why_a_run_failed_names_no_option_of_the_terminal(app, store, tmp_path, page):
    run = make_run(store, tmp_path, rows=16, status="failed", done=0.0)
    store.update_run(run.id, error="t.csv has 1 fault; mend the file, or go on with the 3 good rows (--keep-good).")
    said = seen(app(page, run=run.id))
    assert "go on with the 3 good rows." in said
    assert "--keep-good" not in said


def _fail(store, run):
    """Let the first shard of the run have failed."""
    import sqlalchemy as sa

    from audit.store import schema

    key = store.shards(run.id)[0].key
    with store.database.write() as connection:
        connection.execute(sa.update(schema.shards).where(schema.shards.c.key == key).values(status="failed"))


def test_workers_are_counted_only_for_a_run_that_waits_for_them(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16)
    assert "workers alive" not in seen(app("runs", run=run.id))
    assert "Running time" in seen(app("runs", run=run.id))
    going = make_run(store, tmp_path, rows=16, status="running", done=0.3)
    assert "0 workers alive" in seen(app("runs", run=going.id))


def test_a_worker_that_ended_says_so_without_a_time(app, store):
    store.heartbeat("w-9", host="elsewhere", pid=9, started_at="2026-01-01T00:00:00.000+00:00", activity="idle")
    store.end_worker("w-9")
    said = seen(app("settings"))
    assert "process 9" in said
    assert "ended" in said
    assert "2000" not in said


def test_a_run_that_nobody_works_on_promises_no_time_and_is_as_far_in_the_list_as_on_its_page(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16, status="running", done=0.5)
    alone = seen(app("runs", run=run.id))
    assert "stopped: no worker is running" in alone
    assert not re.search(r"[0-9]+ (s|min|h) left|estimating the time", alone)
    share = numbers().share(store.progress(run.id).share)
    assert f"{share} done" in seen(app("runs"))
