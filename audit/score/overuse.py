"""Whether a model counts a word for more than the labels bear out: a test that a sound model fails as often as chance says.

Of the texts with a word, a model whose probabilities are right expects as many to have a label as do, but for chance. The
shortfall is tested twice, and the larger p-value stands: (1) against the stated probabilities; (2) against these after
they have been calibrated on all texts, which asks whether texts with the word have the label less often than other
texts with the same probability. The first alone would accuse every strong word of an overconfident model, the second
alone the strong words of an underconfident one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaincc, logit, ndtr

from audit.score.bootstrap import Floats

_KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Quantiles of the model's output where the slope of the calibration curve may change."""
_LEAST = 1e-6  # probabilities are stored to 6 digits
_PENALTY = (1e-3, 0.05, 0.1)  # ridge of the curve's intercept, slope and changes of slope, on a standardised output


@dataclass(frozen=True)
class Overuse:
    """One word and class.

    Attributes:
        texts: labelled texts with the word.
        hits: how many of them have the label.
        expected: how many the model's probabilities expect to.
        p_value: one-sided, of no overuse.
    """

    texts: int
    hits: int
    expected: float
    p_value: float

    @property
    def excess(self) -> float:
        """Share of the texts with the word that the model gives the label beyond those that have it."""
        return (self.expected - self.hits) / self.texts


class Expectation:
    """What a model expects of one class over a set of labelled texts."""

    def __init__(self, truth: NDArray[np.bool_], outputs: Floats, probabilities: Floats | None = None) -> None:
        """Fit the calibration curve.

        Args:
            truth: (n,) whether the text has the label.
            outputs: (n,) a number that rises with the model's belief in the class, for example its log-odds.
            probabilities: (n,) of the class; None where they are not known, and only test (2) is made.
        """
        self._truth = truth.astype(np.float64)
        self._stated = None if probabilities is None else np.clip(probabilities, _LEAST, 1.0 - _LEAST)
        basis = _basis(outputs)  # (terms, n)
        penalty = np.array([*_PENALTY[:2], *[_PENALTY[2]] * (len(basis) - 2)])[: len(basis)]
        self._calibrated = _fitted(basis, self._truth, penalty)
        weight = self._calibrated * (1.0 - self._calibrated)
        self._weighted = basis * weight
        self._project = np.linalg.solve(self._weighted @ basis.T + np.diag(penalty), basis)

    @classmethod
    def of_probabilities(cls, truth: NDArray[np.bool_], probabilities: Floats) -> Expectation:
        """Of the model's own probabilities of the class, (n,)."""
        return cls(truth, logit(np.clip(probabilities, _LEAST, 1.0 - _LEAST)), probabilities)

    def overuse(self, inside: NDArray[np.bool_]) -> Overuse:
        """Test the texts with a word, (n,) true where it occurs."""
        word = inside.astype(np.float64)
        stated = self._calibrated if self._stated is None else self._stated
        expected, hits = float(word @ stated), float(word @ self._truth)
        beyond = word - (self._weighted @ word) @ self._project  # what the curve could not take up
        alone = self._stated is None
        p_value = _tail(float(word @ self._calibrated) - hits - 0.5 * alone, beyond, self._calibrated)
        if not alone:  # a count of texts: half a text of continuity
            p_value = max(p_value, _tail(expected - hits - 0.5, word, stated))
        return Overuse(int(word.sum()), int(hits), expected, p_value)


def _basis(outputs: Floats) -> Floats:
    """A constant, the standardised output and where its slope may change, (terms, n)."""
    z = (outputs - outputs.mean()) / max(float(outputs.std()), 1e-9)
    knots = np.unique(np.quantile(z, _KNOTS))
    inner = knots[(knots > z.min() + 1e-6) & (knots < z.max() - 1e-6)]
    return np.vstack([np.ones_like(z), z, *(np.maximum(z - knot, 0.0) for knot in inner)])


def _fitted(basis: Floats, truth: Floats, penalty: Floats) -> Floats:
    """Probabilities of a logistic regression with ridge, by Newton's method with bounded steps, (n,)."""
    coefficients = np.zeros(len(basis))
    share = np.clip(truth.mean(), 0.5 / truth.size, 1.0 - 0.5 / truth.size)
    coefficients[0] = logit(share)
    for _ in range(60):
        p = expit(coefficients @ basis)
        curvature = (basis * np.maximum(p * (1.0 - p), 1e-9)) @ basis.T + np.diag(penalty)
        step = np.linalg.solve(curvature, basis @ (truth - p) - penalty * coefficients)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        coefficients += step
        if np.abs(step).max() < 1e-7:
            break
    return np.asarray(np.clip(expit(coefficients @ basis), _LEAST, 1.0 - _LEAST), dtype=np.float64)


def _tail(shortfall: float, pull: Floats, p: Floats) -> float:
    """Chance that sum(pull (p - y)) reaches the shortfall, each y true with probability p.

    A gamma distribution of the sum's own mean, variance and skewness (Pearson's type III): the sum over a few
    near-certain texts is far from normal.
    """
    variance = float((pull**2 * p * (1.0 - p)).sum())
    if shortfall <= 0.0 or variance < 1e-12:
        return 1.0
    skewness = float((pull**3 * p * (1.0 - p) * (2.0 * p - 1.0)).sum()) / variance**1.5
    z = shortfall / np.sqrt(variance)
    if skewness < 1e-3:
        return float(ndtr(-z))
    shape = 4.0 / skewness**2
    return float(gammaincc(shape, shape + z * np.sqrt(shape)))
