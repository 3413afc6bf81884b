"""The risk-coverage curve: errors among the surest answers, held against a plain count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import binomtest

from audit.figures.risk import risk_coverage as drawn
from audit.figures.spec import figure_of
from audit.figures.svg import svg
from audit.records import Example, Prediction
from audit.score.frames import build_frames
from audit.score.risk import risk_coverage

LABELS = ("a", "b", "c")


def frames(n, seed, sharp=1.5, labelled=True):
    """A calibrated model, better the sharper it is."""
    draw = np.random.default_rng(seed)
    examples, answers = [], []
    for _ in range(n):
        probs = softmax(sharp * draw.standard_normal(3))
        row, label = f"{draw.integers(2**62):016x}", LABELS[draw.choice(3, p=probs)]
        examples.append(Example(row, f"text {row}", label=label if labelled else None))
        answers.append(Prediction(row, LABELS[int(probs.argmax())], tuple(map(float, probs)), 3, 3, probe="predict"))
    return build_frames(answers, labels=LABELS, examples=examples)


def test_each_point_counts_the_errors_of_the_surest_answers():
    made = frames(500, 3, 1.5)
    table = risk_coverage(made)
    p = made.predictions
    assert len(table) == 60
    assert table["answered"].is_monotonic_increasing
    assert table["answered"].iloc[-1] == 1.0
    for line in table.to_dict("records"):
        kept = p[p["confidence"] >= line["confidence"]]
        wrong = int((kept["correct"] == 0).sum())
        assert (line["n"], line["answered"]) == (len(kept), pytest.approx(len(kept) / 500))
        assert line["error"] == pytest.approx(wrong / len(kept))
        ends = binomtest(wrong, len(kept)).proportion_ci(0.95, "wilson")
        assert (line["low"], line["high"]) == (pytest.approx(ends.low, abs=1e-6), pytest.approx(ends.high, abs=1e-6))


def test_a_model_that_knows_when_it_is_right_has_a_rising_curve_and_few_texts_have_none():
    table = risk_coverage(frames(3000, 1), points=10)
    assert table["error"].iloc[0] < 0.5 * table["error"].iloc[-1]
    assert risk_coverage(frames(19, 1)).empty
    assert risk_coverage(frames(200, 1, labelled=False)).empty
    assert "Too few texts" in str(drawn(risk_coverage(frames(19, 1))))


def test_answers_of_one_confidence_are_one_point():
    made = frames(100, 2)
    made.predictions["confidence"] = np.repeat([0.9, 0.6], 50)
    assert list(risk_coverage(made)["n"]) == [50, 100]


def test_paper_draws_the_band_too():
    picture = svg(figure_of("risk", risk_coverage(frames(300, 4)), x="answered", y="wrong"))
    assert picture.startswith("<?xml") or "<svg" in picture
