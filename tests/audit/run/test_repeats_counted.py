"""Duplicates and conflicting labels are counted in the whole table, however few of its rows are audited."""

from __future__ import annotations

import pytest
from run_fakes import make_spec
from simulated import example, prediction

from audit.run.replay import check_run
from audit.score.data import data
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.repeats import counted_in_table
from audit.spec import SampleSpec


@pytest.fixture
def run(store, bench, tmp_path, table):
    """40 of 400 rows: one text stands there 21 times, 14 times as positive and 7 times as negative."""
    path = table(400, dict.fromkeys(range(0, 400, 20), "told again and again") | {1: "told again and again"})
    return bench.whole(make_spec(tmp_path / "m", path).model_copy(update={"sample": SampleSpec(n=40)}))


def test_a_sample_tells_of_the_repeats_of_the_whole_table(store, run):
    scores = {score.name: score for score in store.scores(run.id) if not score.where}
    kept = run.provenance["table"]["repeats"]
    assert kept == {"rows": 400, "repeated": 19, "labelled": 400, "conflicting": 21, "texts": 1}
    assert run.rows_sampled <= 40
    for name, hits in (("duplicate_share", 19), ("conflict_share", 21)):
        score = scores[name]
        assert (score.value, score.n, score.method) == (pytest.approx(hits / 400), 400, "counted")
        assert (score.low, score.high) == (None, None)
    assert check_run(store, run.id) == []


def measured(n=40, repeated=0):
    examples = [example(f"r{i}", "no" if i % 2 else "yes", text=f"text {max(i, repeated)}") for i in range(n)]
    records = [prediction(f"r{i}", "yes", (0.1, 0.9)) for i in range(n)]
    return Measures(tuple(data(build_frames(records, labels=("no", "yes"), examples=examples), Measurer(0, 100))))


@pytest.mark.parametrize("said", [
    None, {}, {"table": {}}, {"table": {"repeats": 5}}, {"table": {"repeats": {"rows": 400}}},
    {"table": {"repeats": dict.fromkeys(("rows", "repeated", "labelled", "conflicting", "texts"), "9")}},
    {"table": {"repeats": {"rows": 400, "repeated": -1, "labelled": 400, "conflicting": 0, "texts": 0}}},
    {"table": {"repeats": {"rows": 9, "repeated": 1, "labelled": 9, "conflicting": 1, "texts": 1}}},
    {"table": {"repeats": {"rows": 400, "repeated": 401, "labelled": 400, "conflicting": 900, "texts": 0}}},
])  # fmt: skip
def test_what_cannot_be_changes_nothing(said):
    before = measured()
    assert counted_in_table(before, said).scores() == before.scores()


def test_what_was_counted_stands_in_the_place_of_the_estimate():
    said = {"table": {"repeats": {"rows": 400, "repeated": 30, "labelled": 300, "conflicting": 6, "texts": 2}}}
    after = counted_in_table(measured(), said)
    assert after.find("duplicate_share").counted
    assert after.find("duplicate_share").value == 30 / 400
    assert after.find("conflict_share").value == 6 / 300
    assert after.find("conflict_share").context["texts"] == 2
    assert after.find("truncated_share").counted is False


def test_leftovers_of_markup_are_counted_in_the_whole_table_too(store, bench, tmp_path, table):
    path = table(400, dict.fromkeys(range(0, 400, 10), "good<br />very good"))
    run = bench.whole(make_spec(tmp_path / "m", path).model_copy(update={"sample": SampleSpec(n=40)}))
    (score,) = [score for score in store.scores(run.id) if score.name == "markup_share"]
    assert (score.value, score.n, score.method) == (0.1, 400, "counted")
    (found,) = [f for f in store.findings(run.id) if f.score.name == "markup_share"]
    assert found.verdict == "FAIL"
    assert found.title == "10.0% of the texts hold leftovers of markup (HTML)"
    assert check_run(store, run.id) == []
