"""A model's runs over time."""

from __future__ import annotations

import pytest
from runs import make_run

from audit.results.trend import followed, trend
from audit.store import close_stores, open_store


@pytest.fixture
def store(home):
    yield open_store()
    close_stores()


def test_the_runs_of_a_model_in_order(store, tmp_path):
    first, second, other = (make_run(store, tmp_path, rows=24, seed=seed) for seed in range(3))
    store.update_run(first.id, finished_at="2026-03-01T00:00:00.000+00:00")
    store.update_run(second.id, finished_at="2026-01-01T00:00:00.000+00:00")
    store.archive_run(other.id, True)
    store.mark_baseline(second.id, True)
    points = trend(store, "sentiment")
    assert [(p.run_id, p.baseline) for p in points] == [(second.id, True), (first.id, False)]
    assert followed(points)[0] == "accuracy"
    assert all(p.scores["accuracy"].name == "accuracy" and p.scores["accuracy"].low is not None for p in points)
    assert trend(store, "intents") == []
