"""One reader for pages, paper and commands: the run's own level and seed everywhere, and the records read once."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from runs import make_run

from audit.report.build import build_report
from audit.results.comparing import compare
from audit.results.judging import judge_unmeasured, keep_tables
from audit.results.reading import Results, read
from audit.results.tables import FORM, STAMP, words_name
from audit.score.curves import budget_curve, words_changed
from audit.score.data import label_distribution
from audit.score.word_rows import FALSE_DISCOVERIES
from audit.store import Store

BANDS = ("reliability", "risk", "words_changed", "queries", "words")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('results') / 'runs.db'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def ids(store, tmp_path_factory):
    """Two runs of one table, at confidence 0.95 and 0.99."""
    return [
        make_run(store, tmp_path_factory.mktemp("tables"), rows=120, seed=7, level=level).id for level in (0.95, 0.99)
    ]


@pytest.mark.parametrize("name", BANDS)
def test_every_band_is_drawn_at_the_level_of_the_run(store, ids, name):
    usual, wide = (read(store, run_id).table(name) for run_id in ids)
    more = (wide["high"] - wide["low"]) - (usual["high"] - usual["low"])
    assert more.max() > 0.01
    assert more.min() > -1e-9


def test_the_bands_are_those_of_the_arithmetic_at_that_level(store, ids):
    results = read(store, ids[1])
    frames = results.frames
    for name, right in (
        ("labels", label_distribution(frames, level=0.99)),
        ("queries", budget_curve(frames.attacks, by="queries", level=0.99)),
        ("words", words_changed(frames.attacks, level=0.99)),
    ):
        pd.testing.assert_frame_equal(results.table(name), right, check_dtype=False)


@pytest.mark.parametrize("level", [0, 1])
def test_a_word_has_one_interval_on_page_paper_and_among_the_scores(store, ids, level):
    run_id = ids[level]
    told = [s for s in store.scores(run_id) if (s.name, s.probe) == ("word_importance", "integrated_gradients")]
    scores = {(s.where["word"], s.where["label"]): s for s in told}
    table = read(store, run_id).table(words_name("integrated_gradients"))
    page = {(w["word"], w["target"]): w for w in table.to_dict("records")}
    paper = {(w.word, w.target): w for w in build_report(store, run_id).words}
    assert scores.keys() <= page.keys()
    assert paper.keys() <= scores.keys()
    assert paper
    given = {key: (score.low, score.high) for key, score in scores.items()}
    assert any(low is not None for low, _ in given.values())
    for key, interval in given.items():
        assert _bounds(page[key]) == (interval if None in interval else pytest.approx(interval, abs=1e-6))
    for key, word in paper.items():
        assert (word.low, word.high) == _bounds(page[key])
    assert {key for key, word in page.items() if word["certain"]} == {
        k for k, w in page.items() if w["q_value"] <= FALSE_DISCOVERIES
    }


def _bounds(word):
    """Low and high of a word of a table; None where there are none."""
    return tuple(None if math.isnan(word[end]) else word[end] for end in ("low", "high"))


def test_another_seed_draws_other_intervals(store, ids):
    run = store.run(ids[0])
    other = Results(store, replace(run, spec={**run.spec, "seed": 8}))
    other.__dict__["_tables_hold"] = False
    name = words_name("integrated_gradients")
    one, other = read(store, run.id).table(name), other.table(name)
    pd.testing.assert_series_equal(one["mean"], other["mean"])
    assert (one["low"] != other["low"]).any()


def test_what_is_kept_is_what_the_records_give(store, ids):
    run = store.run(ids[1])
    kept, anew = Results(store, run), Results(store, run)
    anew.__dict__["_tables_hold"] = False
    for name in (*BANDS, "confusion", "lengths", "faithfulness", words_name("integrated_gradients")):
        pd.testing.assert_frame_equal(kept.table(name), anew.table(name), check_dtype=False, obj=name)


def test_tables_of_an_earlier_form_are_not_shown_and_are_made_anew(store, ids, monkeypatch):
    run_id = ids[0]
    right = read(store, run_id).table("labels")
    store.save_tables(run_id, {"labels": b"of before"})
    pd.testing.assert_frame_equal(read(store, run_id).table("labels"), right, check_dtype=False)
    monkeypatch.setattr("audit.results.judging.judge", lambda *_, **__: pytest.fail("its scores are as they were"))
    judge_unmeasured(store)
    assert store.table(run_id, STAMP) == FORM
    assert store.untabled(FORM) == ()
    monkeypatch.setattr(Results, "_read", lambda *_: pytest.fail("the records were read"))
    pd.testing.assert_frame_equal(read(store, run_id).table("labels"), right, check_dtype=False)


def test_nothing_that_was_kept_before_stays(store, ids):
    results = read(store, ids[0])
    store.save_tables(results.run.id, {"of a probe that is gone": b""})
    keep_tables(results)
    assert store.table(results.run.id, "of a probe that is gone") is None


def test_a_comparison_reads_the_records_of_each_run_once(store, ids, monkeypatch):
    read_, original = [], type(store).iter_records
    monkeypatch.setattr(
        type(store),
        "iter_records",
        lambda self, run_id, *a, **k: read_.append(run_id) or original(self, run_id, *a, **k),
    )
    found = compare(store, *ids)
    assert sorted(read_) == sorted(ids)
    assert found.rows.empty
    assert len(read_) == 2


def test_two_levels_are_compared_at_the_higher(store, ids):
    usual, wide = compare(store, ids[0], ids[0]), compare(store, *ids)
    assert (usual.level, wide.level) == (0.95, 0.99)
    widths = [{d.key: d.high - d.low for d in of.paired if d.low is not None} for of in (usual, wide)]
    assert widths[0].keys() == widths[1].keys()
    wider = [key for key, width in widths[0].items() if widths[1][key] > width]
    assert "accuracy" in wider
    assert all(widths[1][key] >= width for key, width in widths[0].items())
    assert wide.to_json()["level"] == 0.99
