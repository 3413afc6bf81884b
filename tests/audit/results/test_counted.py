"""A run that was scored before counts were told from estimates keeps its intervals, and they are what its records give."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runs import make_run

from audit.results import judging
from audit.results.reading import read
from audit.results.recomputing import check_scores
from audit.store import Store


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    yield made
    made.close()


@pytest.mark.parametrize("form", ["as it is", "as estimates"])
def test_it_is_found_right_and_a_count_that_was_changed_is_not(store, tmp_path, form, monkeypatch):
    run = make_run(store, tmp_path, rows=24)
    assert read(store, run.id).frames.whole
    if form == "as estimates":
        before = judging.measured
        monkeypatch.setattr(judging, "measured", lambda results: before(results).as_estimates())
        judging.judge(store, run.id, None, anew=True)
        monkeypatch.undo()
    stored = {score.key: score for score in store.scores(run.id)}
    assert (stored["truncated_share"].low is None) == (form == "as it is")
    assert check_scores(store, run.id) == []
    forged = replace(stored["truncated_share"], low=None, high=None, method="counted", value=0.5)
    store.save_scores(run.id, [forged if s.key == forged.key else s for s in stored.values()], store.replicates(run.id))
    assert check_scores(store, run.id)
