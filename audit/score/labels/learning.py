"""Confident learning (Northcutt, Jiang & Chuang 2021, arXiv 1911.00068): which labels a model contradicts with confidence.

Nothing here knows of tables: `probs` is (n, k), `labels` (n,) the index of each row's given label, `weights` (n,) how many
rows of the table each stands for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
NOWHERE = -1
"""A row that is confidently of no class."""
_SLACK = 1e-9
"""A probability that equals a threshold but for the last bits reaches it."""


def thresholds(probs: NDArray[np.floating], labels: Ints, weights: Floats | None = None) -> Floats:
    """(k,) how sure the model is of each class on average, over the rows labelled so; infinite for a class without rows."""
    weight = _weights(labels, weights)
    own = probs[np.arange(len(labels)), labels].astype(np.float64)
    classes = probs.shape[1]
    rows = np.bincount(labels, weight, minlength=classes)
    sums = np.bincount(labels, weight * own, minlength=classes)
    return np.where(rows > 0, sums / np.maximum(rows, 1e-12), np.inf)


def put_into(probs: NDArray[np.floating], least: Floats) -> Ints:
    """(n,) the class each row is confidently of: the likeliest of those that reach their threshold; `NOWHERE` if none does."""
    reached = probs >= least - _SLACK
    best = np.where(reached, probs, -1.0).argmax(axis=1)
    return np.where(reached.any(axis=1), best, NOWHERE).astype(np.intp)


def confident_joint(labels: Ints, put: Ints, classes: int, weights: Floats | None = None) -> Floats:
    """(k, k) rows counted by their given label and the class they are confidently of; rows of none are left out."""
    counts = np.zeros((classes, classes))
    sure = put != NOWHERE
    np.add.at(counts, (labels[sure], put[sure]), _weights(labels, weights)[sure])
    return counts


def joint(counts: Floats, rows: Floats) -> Floats:
    """(k, k) the estimated share of rows by given and true label: counts drawn up to the rows each label really has.

    Args:
        counts: the confident joint; rows: (k,) rows of each given label. A label no row of which is confidently of any
            class is taken to be right.
    """
    whole = counts.sum(axis=1, keepdims=True)
    shares = np.where(whole > 0, counts / np.maximum(whole, 1e-12), np.eye(len(counts)))
    drawn = shares * rows[:, None]
    total = float(drawn.sum())
    return drawn / total if total else drawn


def margins(probs: NDArray[np.floating], labels: Ints) -> Floats:
    """(n,) the given label's probability less that of the likeliest other one: the normalised margin, -1 the most doubtful."""
    at = np.arange(len(labels))
    others = probs.astype(np.float64, copy=True)
    own = others[at, labels].copy()
    others[at, labels] = -np.inf
    return np.asarray(own - others.max(axis=1), dtype=np.float64)


def _weights(labels: Ints, weights: Floats | None) -> Floats:
    return np.ones(len(labels)) if weights is None else weights
