"""Confident learning: the figures of its paper, a count by loops, and what holds for any table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import optimize, special

from audit.score.labels.floor import SHARES, floor
from audit.score.labels.learning import NOWHERE, confident_joint, joint, margins, put_into, thresholds

GENERATOR = np.random.default_rng(11)


def test_the_joint_is_that_of_the_worked_example_of_the_paper():
    """Northcutt et al. 2021, figure 1: dogs, foxes and cows, 400 pictures that are confidently of a class."""
    counts = np.array([[100.0, 40.0, 20.0], [56.0, 60.0, 0.0], [32.0, 12.0, 80.0]])
    made = joint(counts, np.array([160.0, 116.0, 124.0]))
    assert np.round(made, 2).tolist() == [[0.25, 0.1, 0.05], [0.14, 0.15, 0.0], [0.08, 0.03, 0.2]]


@st.composite
def answered(draw):
    """Probabilities and labels of a small table."""
    rows, classes = draw(st.integers(1, 12)), draw(st.integers(2, 4))
    raw = draw(arrays.arrays(np.float64, (rows, classes), elements=st.floats(0.0, 1.0).map(lambda x: round(x, 2))))
    raw = raw + 0.01
    labels = draw(arrays.arrays(np.intp, rows, elements=st.integers(0, classes - 1)))
    return raw / raw.sum(axis=1, keepdims=True), labels


def by_loops(probs, labels):
    """The confident joint as the paper's definition reads, a row and a class at a time."""
    rows, classes = probs.shape
    least = []
    for j in range(classes):
        own = [probs[i, j] for i in range(rows) if labels[i] == j]
        least.append(sum(own) / len(own) if own else None)
    counts = [[0] * classes for _ in range(classes)]
    for i in range(rows):
        reached = [j for j in range(classes) if least[j] is not None and probs[i, j] >= least[j] - 1e-9]
        if reached:
            counts[labels[i]][max(reached, key=lambda j: (probs[i, j], -j))] += 1
    return counts


@given(answered())
@settings(max_examples=150, deadline=None)
def test_the_confident_joint_is_what_loops_count(table):
    probs, labels = table
    put = put_into(probs, thresholds(probs, labels))
    assert confident_joint(labels, put, probs.shape[1]).tolist() == by_loops(probs, labels)


@given(answered())
@settings(max_examples=100, deadline=None)
def test_the_joint_is_a_distribution_with_the_shares_of_the_given_labels(table):
    probs, labels = table
    classes = probs.shape[1]
    put = put_into(probs, thresholds(probs, labels))
    listed = np.bincount(labels, minlength=classes).astype(float)
    made = joint(confident_joint(labels, put, classes), listed)
    assert made.sum() == pytest.approx(1.0)
    assert made.sum(axis=1) == pytest.approx(listed / listed.sum())
    assert (margins(probs, labels) >= -1.0).all()
    assert (margins(probs, labels) <= 1.0).all()


@given(answered(), st.permutations(range(4)))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_classes_does_not_matter(table, drawn):
    probs, labels = table
    order = np.array([one for one in drawn if one < probs.shape[1]])
    place = np.argsort(order)
    ties = np.sort(probs, axis=1)
    if (np.diff(ties, axis=1) < 1e-9).any():
        return
    first = put_into(probs, thresholds(probs, labels))
    other = put_into(probs[:, order], thresholds(probs[:, order], place[labels]))
    assert np.where(other == NOWHERE, NOWHERE, order[other]).tolist() == first.tolist()


def test_a_row_that_stands_for_several_counts_as_often():
    probs = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    labels, weights = np.array([0, 0, 1]), np.array([3.0, 1.0, 1.0])
    assert thresholds(probs, labels, weights) == pytest.approx(
        thresholds(np.repeat(probs, [3, 1, 1], axis=0), [0, 0, 0, 0, 1])
    )
    assert thresholds(probs, labels, weights)[0] == pytest.approx((3 * 0.9 + 0.7) / 4)


# -- labels wrong beyond the model's doubts


def sound(rows, classes, generator, *, sharpness=3.0, temperature=1.0):
    """Probabilities of a model, and labels drawn from them at another temperature: it may be too sure, no label is wrong."""
    logits = generator.normal(0.0, sharpness, (rows, classes))
    true = special.softmax(logits / temperature, axis=1)
    labels = (generator.random(rows)[:, None] > true.cumsum(axis=1)).sum(axis=1).clip(0, classes - 1)
    return np.round(special.softmax(logits, axis=1), 6).astype(np.float32), labels.astype(np.intp)


def with_noise(labels, classes, share, generator):
    wrong = generator.random(len(labels)) < share
    return np.where(wrong, (labels + generator.integers(1, classes, len(labels))) % classes, labels).astype(np.intp)


@pytest.mark.parametrize(("classes", "temperature"), [(2, 1.0), (2, 2.0), (6, 1.0), (6, 2.5)])
def test_right_labels_of_a_model_that_is_too_sure_are_seldom_accused(classes, temperature):
    accused = 0
    for seed in range(60):
        probs, labels = sound(600, classes, np.random.default_rng(seed), temperature=temperature)
        accused += floor(probs, labels, np.ones(600), resamples=200).interval(0.95).low > 0.0
    assert accused <= 6  # 2.5% are promised; of 60 more than 6 come by chance once in 1,000


@pytest.mark.parametrize("share", [0.05, 0.10, 0.20])
def test_planted_noise_among_many_classes_is_estimated(share):
    covered = 0
    for seed in range(20):
        draw = np.random.default_rng(seed)
        probs, labels = sound(1500, 10, draw, sharpness=4.0, temperature=1.5)
        found = floor(probs, with_noise(labels, 10, share, draw), np.ones(1500), resamples=200).interval(0.95)
        assert found.low > 0.0
        covered += found.low <= share <= found.high
    assert covered >= 17


def test_it_is_the_maximum_of_the_likelihood():
    draw = np.random.default_rng(3)
    probs, labels = sound(800, 5, draw, temperature=1.5)
    labels = with_noise(labels, 5, 0.12, draw)
    logs = np.log(np.maximum(probs.astype(float), 5e-7))

    def loss(given):
        share, temperature = special.expit(given[0]), np.exp(given[1])
        q = special.softmax(logs / temperature, axis=1)[np.arange(len(labels)), labels]
        return -np.log((1 - share) * q + share * (1 - q) / 4).sum()

    best = optimize.minimize(loss, [-2.0, 0.0], method="Nelder-Mead")
    assert floor(probs, labels, np.ones(800)).value == pytest.approx(special.expit(best.x[0]), abs=0.006)


def test_a_row_that_stands_for_several_is_no_more_evidence_than_one():
    draw = np.random.default_rng(5)
    probs, labels = sound(500, 6, draw)
    labels = with_noise(labels, 6, 0.1, draw)
    one = floor(probs, labels, np.ones(500)).interval(0.95)
    assert floor(probs, labels, np.full(500, 4.0)).interval(0.95) == one


def test_shares_that_are_tried_begin_at_none_and_are_finest_there():
    assert SHARES[0] == 0.0
    assert (np.diff(SHARES) > 0).all()
    assert SHARES[1] < 1e-5
