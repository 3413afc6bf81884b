"""Can a row's table be told from where it lies in the eyes of the model? A classifier two-sample test, and a kernel's.

Lopez-Paz & Oquab 2017 (classifier two-sample tests), Gretton et al. 2012 (maximum mean discrepancy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats

FOLDS = 5
MOST = 3000
"""Texts of either table that take part, drawn at random."""
COMPONENTS = 50
"""Directions, those along which both tables together spread most, that the classifier sees."""
KERNEL = 600
"""Texts of either table that the kernel's test takes: each pair of them is looked at."""
PERMUTATIONS = 500


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Scores (texts,) of rows of both tables by classifiers that had not seen them: the higher, the more like an audited row."""

    reference: Floats
    audited: Floats
    audited_at: NDArray[np.intp]


def told_apart(
    reference: NDArray[np.float32], audited: NDArray[np.float32], generator: np.random.Generator
) -> ToldApart:
    """Fit a logistic regression on four fifths, score the last, five times over.

    Args:
        reference, audited: (texts, width) finite.
        generator: draws which texts take part, and in which fold.
    """
    from sklearn.linear_model import LogisticRegression

    at = [_drawn(len(side), MOST, generator) for side in (reference, audited)]
    both = np.concatenate([reference[at[0]], audited[at[1]]]).astype(np.float64)
    audited_ones = np.repeat([0, 1], [len(at[0]), len(at[1])])
    seen = _principal(both)
    fold = np.empty(len(both), dtype=np.intp)
    for side in (0, 1):  # as many of either in each fold
        own = np.flatnonzero(audited_ones == side)
        fold[own[generator.permutation(len(own))]] = np.arange(len(own)) % FOLDS
    scores = np.empty(len(both))
    for k in range(FOLDS):
        fitted = LogisticRegression(C=0.1, class_weight="balanced", max_iter=200).fit(
            seen[fold != k], audited_ones[fold != k]
        )
        scores[fold == k] = fitted.decision_function(seen[fold == k])
    return ToldApart(scores[audited_ones == 0], scores[audited_ones == 1], at[1])


def kernel_test(
    reference: NDArray[np.float32], audited: NDArray[np.float32], generator: np.random.Generator
) -> tuple[float, float]:
    """MMD squared (unbiased, Gaussian kernel as wide as the median distance) and p by permutations of which table a text is of."""
    sides = [side[_drawn(len(side), KERNEL, generator)].astype(np.float64) for side in (reference, audited)]
    m, both = len(sides[0]), np.concatenate(sides)
    squares = (both**2).sum(axis=1)
    distance = np.maximum(squares[:, None] + squares[None] - 2 * both @ both.T, 0.0)
    width = float(np.median(distance[np.triu_indices(len(both), 1)])) or 1.0
    kernel = np.exp(-distance / width)
    np.fill_diagonal(kernel, 0.0)
    value = float(_discrepancy(kernel, np.arange(len(both))[None] < m)[0])
    drawn = np.zeros((PERMUTATIONS, len(both)), dtype=bool)
    for row in drawn:
        row[generator.permutation(len(both))[:m]] = True
    beyond = _discrepancy(kernel, drawn) >= value - 1e-12
    return value, float((1 + beyond.sum()) / (1 + PERMUTATIONS))


def _discrepancy(kernel: Floats, first: NDArray[np.bool_]) -> Floats:
    """(draws,) unbiased MMD squared for each way (draws, texts) of saying which texts are of the first table."""
    one = first.astype(np.float64)
    other = 1.0 - one
    to_one, to_other = one @ kernel, other @ kernel
    m, n = one.sum(axis=1), other.sum(axis=1)
    within = (to_one * one).sum(axis=1) / (m * (m - 1)) + (to_other * other).sum(axis=1) / (n * (n - 1))
    return np.asarray(within - 2 * (to_one * other).sum(axis=1) / (m * n))


def _principal(both: Floats) -> Floats:
    """(texts, at most 50) along the directions of most spread, each scaled to one; directions without any are left out."""
    centred = both - both.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred / len(both))
    kept = np.argsort(-values, kind="stable")[: min(COMPONENTS, max(2, len(both) // 20))]
    kept = kept[values[kept] > 1e-12 * max(float(values.max()), 1e-300)]
    return np.asarray(centred @ directions[:, kept] / np.sqrt(values[kept]))


def _drawn(n: int, most: int, generator: np.random.Generator) -> NDArray[np.intp]:
    return np.sort(generator.permutation(n)[:most]).astype(np.intp)
