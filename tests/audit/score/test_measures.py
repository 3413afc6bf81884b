import io
import json
import time

import numpy as np
import pytest
from simulated import simulated_run

from audit.errors import ReportError
from audit.score.definitions import catalog, define
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measures import Measures, Skipped
from audit.score.scoring import measure_run, score_run
from audit.slices import Slice


@pytest.fixture(scope="module")
def frames():
    examples, records, labels = simulated_run(150, duplicates=10)
    return build_frames(records, labels=labels, examples=examples)


@pytest.fixture(scope="module")
def measures(frames):
    return measure_run(frames, resamples=400, skipped=[Skipped("bae", "attack", "bae", "no language model")])


def test_stored_measures_give_the_same_scores_at_any_level(measures):
    stored = Measures.from_bytes(measures.to_bytes())
    for level in (0.8, 0.95, 0.9975):
        assert stored.scores(level) == measures.scores(level)
    assert stored.skipped == measures.skipped == (Skipped("bae", "attack", "bae", "no language model"),)
    assert stored.to_bytes() == measures.to_bytes()
    assert [m.evidence for m in stored] == [m.evidence for m in measures]
    assert [dict(m.context) for m in stored] == [dict(m.context) for m in measures]


def test_the_same_run_measured_twice_is_the_same_bytes_and_another_seed_is_not(frames, measures):
    again = measure_run(frames, resamples=400, skipped=[Skipped("bae", "attack", "bae", "no language model")])
    assert again.to_bytes() == measures.to_bytes()
    other = measure_run(frames, seed=1, resamples=400)
    assert other.find("brier").replicates.values.tolist() != measures.find("brier").replicates.values.tolist()
    assert other.find("brier").value == measures.find("brier").value


def test_keys_are_unique(measures):
    keys = [score.key for score in measures.scores()]
    assert len(keys) == len(set(keys))


def test_every_score_has_n_an_interval_or_the_reason_and_a_definition(measures):
    for score in measures.scores():
        assert score.definition in catalog()
        assert score.unit == define(score.definition).unit
        if score.value is None:
            assert score.note
        else:
            assert score.n > 0
            assert score.low is not None or score.note
        if score.low is not None and not score.method.startswith("simulation"):
            assert score.low <= score.value <= score.high


def test_intervals_are_nested_in_those_of_higher_levels(measures):
    for narrow, wide in zip(measures.scores(0.8), measures.scores(0.99), strict=True):
        if wide.low is None and narrow.low is not None:
            assert "texts cannot bound it" in wide.note  # a quantile that takes more texts at the higher level
        elif narrow.low is not None:
            assert wide.low <= narrow.low
            assert narrow.high <= wide.high


def test_intervals_stay_within_the_range_of_the_quantity(measures):
    for score in measures.scores(0.99999):
        least, most = define(score.definition).range
        if score.low is not None:
            assert least <= score.low
            assert score.high <= most


def test_scores_come_from_frames_or_from_measures(frames, measures):
    assert score_run(measures, level=0.9) == measures.scores(0.9)
    by_key = {score.key: score for score in score_run(frames)}
    assert by_key["accuracy"] == measures.find("accuracy").score()


def test_a_quantity_does_not_depend_on_which_others_are_measured(frames):
    examples, records, labels = simulated_run(150, duplicates=10)
    alone = build_frames([r for r in records if type(r).__name__ == "Prediction"], labels=labels, examples=examples)
    one = measure_run(alone, resamples=400).find("brier")
    assert one.replicates.values.tolist() == measure_run(frames, resamples=400).find("brier").replicates.values.tolist()


def test_deciding_anew_takes_under_a_second(measures):
    data = measures.to_bytes()
    started = time.process_time()
    stored = Measures.from_bytes(data)
    stored.scores(0.99)
    assert find(stored)
    assert time.process_time() - started < 1.0
    assert len(data) < 500_000


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x03\x04 broken"])
def test_bytes_that_are_no_measures_are_refused(data):
    with pytest.raises(ReportError, match="cannot be read"):
        Measures.from_bytes(data)


def test_measures_of_a_newer_assay_are_refused(measures, monkeypatch):
    monkeypatch.setattr("audit.score.measures.FORMAT", 99)
    data = measures.to_bytes()
    monkeypatch.undo()
    with pytest.raises(ReportError, match="format 99"):
        Measures.from_bytes(data)


def test_measures_whose_slices_were_text_are_read(measures):
    measures = Measures(
        tuple(m for m in measures if "label" not in m.where or not any(":" in name for name in m.where))
    )
    with np.load(io.BytesIO(measures.to_bytes())) as archive:  # of a class within a group there were none
        head, replicates = json.loads(archive["head"].tobytes()), archive["replicates"]
    for entry in head["measures"]:
        entry["slice"] = str(Slice(entry.pop("where")))
    old = io.BytesIO()
    text = json.dumps(head | {"format": 1}).encode()
    np.savez_compressed(old, head=np.frombuffer(text, np.uint8), replicates=replicates)
    read = Measures.from_bytes(old.getvalue())
    assert [m.where for m in read] == [m.where for m in measures]
    assert {tuple(m.where) for m in read} >= {(), ("label",), ("label", "word"), ("label", "predicted")}
    assert read.scores(0.9) == Measures.from_bytes(measures.to_bytes()).scores(0.9)


def test_an_empty_run_has_no_measures():
    assert len(measure_run(build_frames([], labels=("a", "b")))) == 0
    assert find(Measures(()))  # the policy's required checks say that they were not measured
