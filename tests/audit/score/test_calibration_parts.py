"""Calibration of parts: each is what an audit of its rows alone would say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from audit.records import Example, Prediction
from audit.score.calibration import calibration
from audit.score.calibration_parts import calibration_of_parts
from audit.score.frames import build_frames
from audit.score.scoring import measure_families
from models.task import Labels

LABELS = ("a", "b")


def made(n=900, groups=("north", "south"), only=None, task=None):
    """A calibrated model, but for the south, where its sure answers are no better than a coin."""
    draw = np.random.default_rng(5)
    examples, answers = [], []
    for i in range(n):
        probs = softmax(1.5 * draw.standard_normal(2))
        region = groups[i % len(groups)]
        label = LABELS[draw.choice(2, p=probs if region != "south" else (0.5, 0.5))]
        row = f"{draw.integers(2**62):016x}"
        if only in (None, region):
            examples.append(Example(row, f"text {row}", label=label, groups={"region": region}))
            answers.append(
                Prediction(row, LABELS[int(probs.argmax())], tuple(map(float, probs)), 3, 3, probe="predict")
            )
    return build_frames(answers, examples=examples, **({"task": task} if task else {"labels": LABELS}))


def scores(frames, family=calibration_of_parts):
    return {s.key: s for s in measure_families(frames, [family]).scores(0.95)}


def test_a_part_that_is_overconfident_is_told_apart():
    found = scores(made())
    assert {"ece[group:region=south]", "ece[predicted=a]", "confidence_gap[predicted=b]"} <= set(found)
    assert found["confidence_gap[group:region=south]"].low > 0.15
    assert found["confidence_gap[group:region=north]"].low < 0 < found["confidence_gap[group:region=north]"].high
    alone = scores(made(only="south"), calibration)
    for name in ("ece", "confidence_gap"):
        part = found[f"{name}[group:region=south]"]
        assert (part.value, part.low, part.high, part.n) == pytest.approx(
            (alone[name].value, alone[name].low, alone[name].high, alone[name].n)
        )


def test_small_parts_single_ones_and_answers_of_several_labels_have_none():
    assert not any("group" in key for key in scores(made(groups=("north",))))
    few = scores(made(n=300, groups=("north", "east", "west", "south")))
    assert set(few) <= {f"{name}[predicted={label}]" for name in ("ece", "confidence_gap") for label in LABELS}
    assert scores(made(task=Labels(LABELS))) == {}
