"""Scalings of a run: the fit is scipy's minimum, judged on texts it has not seen, and what cannot be fitted is said."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, softmax

from audit.errors import InputError
from audit.records import Example, Prediction
from audit.score.frames import build_frames
from audit.score.rescaling import fit_vector, rescale
from audit.score.temperature import slope_of
from models.task import Labels, YesOrNo

LABELS = ("a", "b", "c")


def drawn(n, seed, factor=2.0):
    """Logits of a calibrated model times `factor`, and the true labels."""
    draw = np.random.default_rng(seed)
    logits = 1.5 * draw.standard_normal((n, 3))
    truth = np.array([draw.choice(3, p=p) for p in softmax(logits, axis=1)])
    return factor * logits, truth


def frames(n=1200, seed=0, factor=2.0, truth=None, task=None, offset=0):
    logits, drawn_truth = drawn(n, seed, factor)
    truth = drawn_truth if truth is None else truth
    draw = np.random.default_rng(seed + 1000)
    examples, answers = [], []
    for z, label in zip(logits, truth, strict=True):
        row, probs = f"{draw.integers(2**62) + offset:016x}", softmax(z)
        said = LABELS[int(probs.argmax())]
        examples.append(Example(row, f"text {row}", label=None if label is None else LABELS[label]))
        answers.append(Prediction(row, said, tuple(map(float, probs)), 3, 3, probe="predict"))
    named = {"task": task} if task is not None else {"labels": LABELS}
    return build_frames(answers, examples=examples, **named)


def test_the_temperature_is_the_minimum_that_scipy_finds():
    logits, truth = drawn(600, 3)
    logs, weights = log_softmax(logits, axis=1), np.random.default_rng(1).integers(1, 4, 600).astype(float)

    def loss(temperature):
        return -(weights * log_softmax(logs / temperature, axis=1)[np.arange(600), truth]).sum()

    found = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9}).x
    assert 1.0 / slope_of(logs, truth, weights) == pytest.approx(found, rel=1e-6)


def test_the_vector_is_the_minimum_that_scipy_finds_without_our_slopes():
    logits, truth = drawn(300, 4)
    logs, weights = log_softmax(logits, axis=1), np.ones(300)

    def loss(values):
        scores = log_softmax(logs * values[:3] + values[3:], axis=1)
        return (
            -scores[np.arange(300), truth].mean()
            + 0.5 * (((values[:3] - 1) ** 2).sum() + (values[3:] ** 2).sum()) / 300
        )

    found, ours = minimize(loss, np.array([1.0] * 3 + [0.0] * 3)), fit_vector(logs, truth, weights)
    assert loss(np.array(ours.scale + ours.shift)) == pytest.approx(found.fun, abs=1e-8)
    assert ours.scale + ours.shift == pytest.approx(found.x, abs=1e-3)


@pytest.mark.parametrize("method", ["temperature", "vector"])
def test_an_overconfident_model_is_mended_on_texts_the_fit_has_not_seen(method):
    found = rescale(frames(), method=method)
    assert found.fitted + found.judged == 1200
    before, after = ({score.name: score.value for score in scores} for scores in (found.before, found.after))
    assert after["ece"] < 0.5 * before["ece"]
    assert after["nll"] < before["nll"]
    value, low, high = found.better
    assert value == pytest.approx(before["nll"] - after["nll"], abs=1e-4)
    assert low < value < high
    assert found.helps is True
    if method == "temperature":
        assert found.scaling.temperature == pytest.approx(2.0, rel=0.15)
        assert found.changed == 0
        assert before["accuracy"] == after["accuracy"]


def test_texts_that_judge_have_no_part_in_the_fit():
    whole, logits_and_truth = frames(), drawn(1200, 0)
    from audit.score.splitting import halves

    fit = halves(whole.predictions["content_id"], 0)
    truth = logits_and_truth[1].copy()
    truth[~fit] = (truth[~fit] + 1) % 3
    spoilt = rescale(frames(truth=truth))
    assert spoilt.scaling == rescale(whole).scaling
    assert spoilt.before != rescale(whole).before


def test_a_second_run_judges_without_the_texts_that_both_have():
    first, other = frames(400, 1), frames(300, 2)
    both = rescale(first, judge=other)
    assert (both.fitted, both.judged) == (400, 300)
    with pytest.raises(InputError, match="Only 0 texts of the run that is to judge are not in the other one"):
        rescale(first, judge=first)


@pytest.mark.parametrize(
    ("made", "method", "said"),
    [
        (lambda: frames(200, truth=[None] * 200), "temperature", "no labelled texts"),
        (lambda: frames(200, truth=[1] * 200), "temperature", r"texts of one label only \('b'\)"),
        (lambda: frames(99), "temperature", "99 distinct labelled texts, and 100 are needed"),
        (lambda: frames(200, truth=drawn(200, 0)[0].argmax(axis=1)), "temperature", "No temperature fits"),
        (lambda: frames(200, task=Labels(LABELS)), "temperature", "several labels a text"),
        (lambda: frames(200, task=YesOrNo(LABELS)), "vector", "choose the method temperature"),
    ],
)
def test_what_cannot_be_fitted_is_said(made, method, said):
    with pytest.raises(InputError, match=said):
        rescale(made(), method=method)


def test_a_fit_that_does_not_carry_over_is_told():
    turned = frames(400, 6, truth=[(int(t) + 1) % 3 for t in drawn(400, 6)[1]])
    found = rescale(frames(400, 5, factor=0.3), judge=turned)
    assert found.helps is False
