"""A run that an earlier Assay scored has no scores of the kinds that came later; that is told, and is no way to drop any other."""

from __future__ import annotations

import pytest
from runs import make_run

from audit.old_forms import came_later, came_with
from audit.results.judging import judge, measured
from audit.results.reading import Results
from audit.results.recomputing import check_scores
from audit.score.policy import load_policy
from audit.store import Store

ASKS = {"version": 1, "name": "asks", "check": [{"id": "ratio", "score": "selection_ratio", "slice": "*", "min": 0.8}]}
EARLIER = {"environment": {"assay": {"version": "0.0.9"}}}


@pytest.fixture
def scored(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    run = make_run(store, tmp_path, rows=120)
    assert any(came_later(score.name, score.where) for score in store.scores(run.id))
    yield store, run
    store.close()


def _leave_out(store, run, those):
    kept = [score for score in store.scores(run.id) if not those(score)]
    store.save_scores(run.id, kept, store.replicates(run.id))


def _later(score):
    return came_later(score.name, score.where)


def test_what_came_later_is_told_and_nothing_else_is_wrong(scored):
    store, run = scored
    judge(store, run.id, load_policy().to_dict())
    _leave_out(store, run, _later)
    assert check_scores(store, run.id), "this Assay would have taken them"
    store.update_run(run.id, provenance=EARLIER)
    told = []
    assert check_scores(store, run.id, noted=told.append) == []
    assert any("scores that this Assay takes besides were not taken then" in line for line in told)


def test_what_came_together_is_told_apart_from_what_came_before_it(scored):
    """A run of last month has the rates of groups and not yet what came after them."""
    store, run = scored
    judge(store, run.id, load_policy().to_dict())
    store.update_run(run.id, provenance=EARLIER)
    last = max(came_with(score.name, score.where) for score in store.scores(run.id))
    assert last > 1
    _leave_out(store, run, lambda score: came_with(score.name, score.where) == last)
    assert check_scores(store, run.id) == []


@pytest.mark.parametrize(
    "those",
    [
        lambda score: score.name == "accuracy_gap",
        lambda score: score.name == "group_accuracy",
        lambda score: _later(score) and score.name != "selection_ratio",
    ],
    ids=["of its time", "a rate of its time", "some of those that came later"],
)
def test_whoever_drops_another_score_is_found(scored, those):
    store, run = scored
    store.update_run(run.id, provenance=EARLIER)
    _leave_out(store, run, those)
    assert any("that is not stored" in fault for fault in check_scores(store, run.id))


def test_a_score_that_the_policy_asks_for_is_not_missing_for_its_age(scored):
    store, run = scored
    judge(store, run.id, ASKS)
    store.update_run(run.id, provenance=EARLIER)
    _leave_out(store, run, _later)
    assert any("selection_ratio" in fault for fault in check_scores(store, run.id))


def _with_targets(lines):
    """The region of every row becomes one of several values, or two of them."""
    where = lines[0].index("group:region")
    cells = ("Women", "African", "Women|African", "Islam|Women")
    return [lines[0], *([*line[:where], cells[i % 4], *line[where + 1 :]] for i, line in enumerate(lines[1:]))]


def test_a_run_whose_cells_were_taken_whole_is_measured_as_it_was(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    run = make_run(store, tmp_path, rows=240, edit=_with_targets)
    before = measured(Results(store, run), cells_apart=False)
    assert any("Women|African" in measure.where.values() for measure in before)
    judge(store, run.id, load_policy().to_dict(), measures=before)
    assert check_scores(store, run.id), "this Assay takes cells apart"
    store.update_run(run.id, provenance=EARLIER)
    told = []
    assert check_scores(store, run.id, noted=told.append) == []
    assert any("were taken for one value each then" in line for line in told)
    store.close()
