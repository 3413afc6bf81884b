"""The expected calibration error: bins that never split ties, the debiased figure, its resamples, and what a calibrated model gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from audit.score.bootstrap import Floats

BINS = 15


@dataclass(frozen=True, slots=True)
class Binned:
    """Rows with a label, sorted by confidence into bins of equal mass; rows of one confidence are in one bin.

    Attributes:
        confidence: stated probability of the predicted label, (n,).
        correct: whether it is right, (n,).
        weights: rows of the table per text, (n,).
        bins: bin of each row, (n,), ascending in confidence.
        count: number of bins.
    """

    confidence: Floats
    correct: Floats
    weights: Floats
    bins: NDArray[np.intp]
    count: int

    def sums(self) -> Floats:
        """What each row adds to weight, squared weight, confidence and correct of its bin, (n, 4 bins)."""
        inside = np.zeros((self.bins.size, self.count))
        inside[np.arange(self.bins.size), self.bins] = 1.0
        columns = (self.weights, self.weights**2, self.weights * self.confidence, self.weights * self.correct)
        return np.hstack([inside * column[:, None] for column in columns])


def binned(confidence: Floats, correct: Floats, weights: Floats, bins: int = BINS) -> Binned:
    """Sort rows into at most `bins` bins of equal mass.

    Rows of one confidence stay together, in the bin where the middle of their mass falls: a model that states few
    different probabilities has fewer bins, one that always states the same has one.
    """
    order = np.argsort(confidence, kind="stable")
    stated, weight = confidence[order], weights[order]
    _, level = np.unique(stated, return_inverse=True)
    mass = np.bincount(level, weight)
    middle = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    numbers = np.minimum((middle * bins).astype(np.intp), bins - 1)[level]
    _, numbers = np.unique(numbers, return_inverse=True)
    return Binned(stated, correct[order], weight, numbers, int(numbers.max(initial=0)) + 1)


def plain_ece(sums: Floats, bins: int) -> Floats:
    """ECE without debiasing, (r,), of sums (r, 4 bins): the mass-weighted |accuracy - confidence| of the bins."""
    mass, _, confidence, correct = _split(sums, bins)
    return _shares((np.abs(correct - confidence)).sum(axis=1), mass.sum(axis=1))


def debiased_ece(sums: Floats, bins: int) -> Floats:
    """ECE less its bias, (r,), of sums (r, 4 bins); >= 0.

    No ECE is less than |mean confidence - accuracy|, which the noise of many small bins would hide once it is taken
    off: the figure is the larger of that of the bins and that of all rows as one bin, each without its own bias.
    """
    whole = sums.reshape(len(sums), 4, bins).sum(axis=2)
    return np.maximum(_debiased(sums, bins), _debiased(whole, 1))


def resampled_ece(data: Binned, sums: Floats, generator: np.random.Generator) -> Floats:
    """ECE of resampled rows, (r,), of sums (r, 4 bins): the accuracy of each bin is drawn from its Jeffreys posterior.

    Resampling alone gives a bin that is all right (or all wrong) an accuracy without any noise.
    """
    bins = data.count
    mass, squares, _, correct = _split(data.sums().sum(axis=0, keepdims=True), bins)
    texts = mass**2 / squares  # effective number of texts of each bin, (1, bins)
    right = correct / mass * texts
    drawn = sums.copy()
    accuracy = generator.beta(right + 0.5, texts - right + 0.5, size=(len(sums), bins))
    drawn[:, 3 * bins :] = accuracy * drawn[:, :bins]
    return debiased_ece(drawn, bins)


def calibrated_null(data: Binned, simulations: int, generator: np.random.Generator) -> Floats:
    """Debiased ECE of `simulations` models whose stated probabilities are exactly right, at these rows: (simulations,)."""
    found = []
    step = max(1, min(simulations, 4_000_000 // max(data.bins.size, 1)))
    sums = data.sums()
    fixed, inside = sums.sum(axis=0), sums[:, : data.count]  # (4 bins,), weights by bin (n, bins)
    for start in range(0, simulations, step):
        size = min(step, simulations - start)
        right = (generator.random((size, data.bins.size)) < data.confidence).astype(np.float64)
        drawn = np.tile(fixed, (size, 1))
        drawn[:, 3 * data.count :] = right @ inside
        found.append(debiased_ece(drawn, data.count))
    return np.concatenate(found)


def _debiased(sums: Floats, bins: int) -> Floats:
    """ECE less its bias under Gaussian noise of each bin's accuracy (Kumar et al. 2019, section 5), >= 0.

    A bin's gap d with standard error s is estimated as 2|d| - E|N(d, s^2)|, the folded normal mean in closed form.
    """
    mass, squares, confidence, correct = _split(sums, bins)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.abs(correct - confidence) / mass
        accuracy = (correct + 0.5) / (mass + 1.0)  # shrunk: a bin that is all right still has noise
        error = np.sqrt(accuracy * (1.0 - accuracy) * squares) / mass
        folded = error * np.sqrt(2.0 / np.pi) * np.exp(-(gap**2) / (2.0 * error**2)) + gap * (
            1.0 - 2.0 * ndtr(-gap / error)
        )
        each = np.where(mass > 0, mass * (2.0 * gap - folded), 0.0)
    return np.maximum(_shares(each.sum(axis=1), mass.sum(axis=1)), 0.0)


def _split(sums: Floats, bins: int) -> tuple[Floats, Floats, Floats, Floats]:
    return sums[:, :bins], sums[:, bins : 2 * bins], sums[:, 2 * bins : 3 * bins], sums[:, 3 * bins :]


def _shares(total: Floats, mass: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = total / mass
    return result
