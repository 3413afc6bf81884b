"""A model's runs over time, and what is established against the baseline."""

from __future__ import annotations

import pytest
from runs import make_run

from audit.results.comparing import compare
from audit.results.trend import against_baseline, followed, trend
from audit.store import close_stores, open_store


@pytest.fixture
def store(home):
    yield open_store()
    close_stores()


def told(*tests, texts=200):
    return against_baseline({"paired": tests, "common": {"texts": texts}})


def line(name, difference, better, *, called="", p=0.001, said=None):
    return {
        "name": name, "called": called, "difference": difference, "low": difference - 0.03, "high": difference + 0.03,
        "better": better, "said": said or {True: "better", False: "worse", None: "no difference is established"}[better],
        "p_adjusted": p,
    }  # fmt: skip


def test_nothing_established_is_said_so():
    said = told(line("accuracy", -0.02, None), line("brier", 0.01, None))
    assert said == "Against the baseline no difference is established, on 200 texts that both runs have."
    assert "on 1 text that" in told(line("accuracy", 0, None), texts=1)


def test_what_is_established_is_told_what_got_worse_first():
    said = told(
        line("brier", 0.05, None), line("flip_any", -0.1, True, called="Keyboard typos"), line("accuracy", -0.04, False)
    )  # fmt: skip
    said = said.replace("\u2212", "-")
    assert said.index("Accuracy is worse: -4.0 percentage points (-7.0 to -1.0") < said.index("is better: -10.0")
    assert "Keyboard typos" in said
    assert "Brier" not in said


def test_many_differences_are_counted():
    said = told(*(line("accuracy", -0.04, False, called=str(i)) for i in range(5)))
    assert said.endswith("2 more scores.")


@pytest.mark.parametrize(("texts", "why"), [(0, "no text in common"), (9, "measured nothing alike")])
def test_what_cannot_be_compared_is_said(texts, why):
    assert why in told(texts=texts)


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


def test_a_run_against_itself_is_no_different(store, tmp_path):
    run = make_run(store, tmp_path, rows=24)
    assert "no difference is established, on 24 texts" in against_baseline(compare(store, run.id, run.id).to_json())
