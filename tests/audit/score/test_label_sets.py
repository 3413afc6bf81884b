"""Scores of answers that hold several labels, against scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap
from simulated import attack, example, prediction
from sklearn import metrics

from audit.score.checks import decide
from audit.score.definitions import define
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.performance import performance
from audit.score.policy import Check
from audit.score.scoring import measure_run
from models.label_sets import join_labels
from models.task import Label, Labels

LABELS = ("a", "b", "a|b")


def said(rows, labels=LABELS, none="|"):
    """Rows of 0 and 1 as texts; labels of a table say none by a sign, answers by nothing."""
    return [join_labels([name for name, on in zip(labels, row, strict=True) if on], labels) or none for row in rows]


def framed(truth, guess, labels=LABELS, weights=None):
    names, golds = [f"row {i}" for i in range(len(truth))], said(truth, labels)
    examples = [
        example(name, gold, occurrence=turn + 1)
        for name, gold, n in zip(names, golds, weights or [1] * len(names), strict=True)
        for turn in range(n)
    ]
    probs = np.where(np.array(guess, dtype=bool), 0.9, 0.2)
    answers = said(guess, labels, none="")
    records = [prediction(name, answer, p) for name, answer, p in zip(names, answers, probs, strict=True)]
    return build_frames(records, task=Labels(labels), examples=examples)


def measured(frames, resamples=500):
    return {m.key: m for m in performance(frames, Measurer(0, resamples))}


def drawn(n, seed=0, right=0.85):
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 3)) < (0.5, 0.2, 0.35)
    return truth, np.where(rng.random((n, 3)) < right, truth, ~truth)


def test_every_score_of_sets_is_scikit_learns():
    truth, guess = drawn(300)
    found = measured(framed(truth, guess))
    assert found["accuracy"].value == pytest.approx(metrics.accuracy_score(truth, guess))
    assert found["hamming_loss"].value == pytest.approx(metrics.hamming_loss(truth, guess))
    assert found["micro_f1"].value == pytest.approx(metrics.f1_score(truth, guess, average="micro"))
    assert found["macro_f1"].value == pytest.approx(metrics.f1_score(truth, guess, average="macro"))
    each = metrics.precision_recall_fscore_support(truth, guess)
    for place, label in enumerate(LABELS):
        for name, values in zip(("class_precision", "class_recall", "class_f1"), each[:3], strict=True):
            assert found[f"{name}[label={label}]"].value == pytest.approx(values[place])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(*[st.booleans()] * 6), min_size=1, max_size=12))
def test_few_rows_and_sets_of_none_give_the_same_values(rows):
    truth, guess = np.array([row[:3] for row in rows]), np.array([row[3:] for row in rows])
    found = measured(framed(truth, guess), resamples=50)
    assert found["accuracy"].value == pytest.approx(metrics.accuracy_score(truth, guess))
    assert found["hamming_loss"].value == pytest.approx(metrics.hamming_loss(truth, guess))
    micro = found["micro_f1"].value
    assert (
        micro is None
        if not (truth | guess).any()
        else micro == pytest.approx(metrics.f1_score(truth, guess, average="micro", zero_division=0.0))
    )
    for name in ("micro_f1", "hamming_loss", "accuracy"):
        score = found[name].score(0.95)
        if score.value is not None:
            assert 0.0 <= score.low <= score.value <= score.high <= 1.0


def test_intervals_of_many_rows_are_those_of_resampled_texts():
    truth, guess = drawn(400, seed=1)
    found = measured(framed(truth, guess), resamples=4000)
    sums = np.column_stack([2 * (truth & guess).sum(1), truth.sum(1) + guess.sum(1), (truth != guess).sum(1)])

    def micro(i):
        part = sums[i]
        return part[..., 0].sum(-1) / part[..., 1].sum(-1)

    def hamming(i):
        return sums[i][..., 2].mean(-1) / 3

    for name, statistic in (("micro_f1", micro), ("hamming_loss", hamming)):
        other = bootstrap((np.arange(400),), statistic, n_resamples=4000, method="percentile", vectorized=False, rng=0)
        low, high = found[name].interval(0.95)
        assert (low, high) == pytest.approx(tuple(other.confidence_interval), abs=0.006)
        assert found[name].n in (400, int((truth | guess).any(axis=1).sum()))


def test_without_an_error_there_is_room_for_some():
    truth = np.array([[1, 0, 0]] * 12 + [[1, 1, 0]] * 8, dtype=bool)
    found = measured(framed(truth, truth))
    exact = binomtest(20, 20).proportion_ci(0.95, "exact").low
    assert found["accuracy"].score(0.95).low == pytest.approx(exact, abs=0.02)
    micro, hamming = found["micro_f1"].score(0.95), found["hamming_loss"].score(0.95)
    assert (micro.value, micro.high, hamming.value, hamming.low) == (1.0, 1.0, 0.0, 0.0)
    assert 0.7 < micro.low < 0.95
    assert 0.05 < hamming.high < 0.2


def test_micro_f1_covers_the_truth():
    """Of 200 audits of 60 rows each at least nine tenths of the intervals hold the F1 of the population."""
    truth, guess = drawn(60_000, seed=2, right=0.8)
    real = metrics.f1_score(truth, guess, average="micro")
    held = 0
    for turn in range(200):
        part = slice(turn * 60, turn * 60 + 60)
        low, high = measured(framed(truth[part], guess[part]), resamples=400)["micro_f1"].interval(0.95)
        held += low <= real <= high
    assert held >= 180


def test_duplicates_count_as_rows_and_widen_the_interval():
    truth, guess = drawn(40, seed=3)
    weights = [3 if i % 2 else 1 for i in range(40)]
    found = measured(framed(truth, guess, weights=weights))
    repeated = np.repeat(np.arange(40), weights)
    assert found["hamming_loss"].value == pytest.approx(metrics.hamming_loss(truth[repeated], guess[repeated]))
    assert found["micro_f1"].value == pytest.approx(metrics.f1_score(truth[repeated], guess[repeated], average="micro"))
    assert found["hamming_loss"].n == 80


def test_subset_accuracy_is_what_right_means_and_is_named_so():
    truth, guess = drawn(50)
    score = measured(framed(truth, guess))["accuracy"].score()
    assert define(score.definition).title == "Subset accuracy"
    assert "exactly its labels" in score.note
    one = build_frames([prediction("x", "a", (0.9, 0.1))], task=Label(("a", "b")), examples=[example("x", "a")])
    plain = {m.name: m.score() for m in performance(one, Measurer(0, 50))}
    assert define(plain["accuracy"].definition).title == "Accuracy"
    assert "exactly" not in plain["accuracy"].note
    assert not {"micro_f1", "hamming_loss"} & plain.keys()


def test_a_policy_may_bound_them():
    measures = measure_run(framed(*drawn(200)), resamples=200)
    good, poor = Check("h", "hamming_loss", max=0.5), Check("m", "micro_f1", min=0.99)
    assert decide(good, measures.find("hamming_loss"), 0.95, 1).verdict == "PASS"
    assert decide(poor, measures.find("micro_f1"), 0.95, 1).verdict == "FAIL"


def test_what_is_of_one_label_alone_is_not_measured_of_sets():
    measures = measure_run(framed(*drawn(200)), resamples=100)
    names = {m.name for m in measures}
    assert not {"confusion_share", "brier", "nll", "temperature", "label_share", "predicted_share"} & names
    assert "several labels" in measures.find("ece").note


def test_the_success_of_attacks_is_counted_for_every_label_of_a_row():
    labels, rows = ("a", "b", "c"), {"a|b": 30, "b": 25, "c": 5}
    records, examples = [], []
    for gold, n in rows.items():
        for _ in range(n):
            name = f"row {len(examples)}"
            examples.append(example(name, gold))
            records.append(attack(name, "success" if "a" in gold else "failed", label=gold))
    measures = measure_run(build_frames(records, task=Labels(labels), examples=examples), resamples=100)
    found = {m.where["label"]: m for m in measures if m.name == "class_attack_success_rate"}
    assert {label: (m.value, m.n) for label, m in found.items()} == {"a": (1.0, 30), "b": (pytest.approx(30 / 55), 55)}
