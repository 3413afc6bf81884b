"""F1: of one class by Wilson's interval on the Jaccard index, of all classes by recovering variances from those.

F1 = 2 J / (1 + J), where J, the Jaccard index, is the share of rows of the class or put into it that are both: an ordinary
proportion. So the F1 of a class has Wilson's interval, carried over. The mean over classes combines them (MOVER, Zou &
Donner 2008), because resampling rows fails here: a class with four rows has F1 of little variety in resamples, and
its mean in resamples lies below the mean in the data as that lies below the truth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, ndtri

from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities

_EXACT = 200
"""Up to so many rows the mean and variance of a class's F1 are summed over its possible outcomes."""


class Sums(NamedTuple):
    """What distinct kinds of texts add to each class; all (kinds, classes), multiplied by nothing.

    Attributes:
        true: 1 where the text is of the class.
        put: 1 where it is put into the class.
        weight: rows that share such a text, (kinds,).
        texts: how many texts are of this kind, (kinds,).
    """

    true: Floats
    put: Floats
    weight: Floats
    texts: Floats

    @property
    def rows(self) -> Floats:
        """Rows of each kind, (kinds,)."""
        return self.weight * self.texts

    def jaccard(self) -> tuple[Floats, Floats]:
        """Rows of a class that are put into it, and rows that are either, both per class on the effective number of texts."""
        both, either = self.true * self.put, np.maximum(self.true, self.put)
        hits, rows = self.rows @ both, self.rows @ either
        effective = rows**2 / np.maximum((self.rows * self.weight) @ either, 1e-12)
        return hits / np.maximum(rows, 1e-12) * effective, effective


def f1_of(jaccard: Floats) -> Floats:
    """F1 of a Jaccard index."""
    result: Floats = 2.0 * jaccard / (1.0 + jaccard)
    return result


def macro_f1(sums: Sums, *, resamples: int) -> Replicates:
    """Mean over classes of F1, as a confidence distribution.

    The ends are mean - bias -/+ sqrt(c sum(d^2)) / K: d are the distances of the K classes' ends from their F1, c says
    how far their errors go together, and the bias is what few rows take from F1 on average, because F1 bends
    downwards in J; it and the variances come from J shrunk towards that of all classes. One class that stands for all
    the uncertainty keeps Wilson's distances; the more classes share it, the more d follows their standard
    deviations, as sums do.

    Args:
        sums: of classes that have a row.
        resamples: ends kept.
    """
    hits, rows = sums.jaccard()
    share = hits / rows
    value, classes = f1_of(share), share.size
    bias, variance = _moments(hits, rows)
    together = _together(sums, value)
    z = ndtri(probabilities(resamples))[:, None]  # (r, 1)
    distance = f1_of(_wilson_end(share, rows, z)) - value  # (r, classes), of one sign per line
    alone = float(np.sqrt((variance**2).sum()) / max(variance.sum(), 1e-12))  # 1: one class; 1 / sqrt(K): all alike
    distance = np.sqrt(alone * distance**2 + (1.0 - alone) * z**2 * variance)
    half = np.sqrt(together * (distance**2).sum(axis=1)) / classes
    ends = value.mean() - bias.mean() + np.sign(z[:, 0]) * half
    return confidence_distribution(float(value.mean()), np.clip(ends, 0.0, 1.0))


def _wilson_end(share: Floats, rows: Floats, z: Floats) -> Floats:
    """Wilson's one-sided end at the normal quantile z, (r, classes)."""
    bend = z**2 / rows
    root = z * np.sqrt(share * (1.0 - share) / rows + bend / (4.0 * rows))
    return np.asarray(np.clip((share + bend / 2.0 + root) / (1.0 + bend), 0.0, 1.0), dtype=np.float64)


def _moments(hits: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Bias and variance of every class's F1 if J were the shrunk one, each (classes,)."""
    shrunk = _shrunk(hits, rows)
    trials = np.clip(np.rint(rows), 1, _EXACT)[:, None]
    k = np.minimum(np.arange(trials.max() + 1)[None, :], trials)  # (classes, outcomes)
    ways = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1)
    chance = np.exp(ways + k * np.log(shrunk)[:, None] + (trials - k) * np.log1p(-shrunk)[:, None])
    chance[np.arange(chance.shape[1])[None, :] > trials] = 0.0
    outcome = f1_of(k / trials)
    # a class counts only where a row is of it, so not all of its rows were wrongly put into it (half of the errors are)
    occurs = 1.0 - ((1.0 - shrunk) / 2.0) ** trials[:, 0]
    mean = (chance * outcome).sum(axis=1) / occurs
    variance = (chance * outcome**2).sum(axis=1) / occurs - mean**2
    scale = trials[:, 0] / np.maximum(rows, 1.0)  # beyond the exact sums both fall as 1 / rows
    return (mean - f1_of(shrunk)) * scale, np.maximum(variance, 0.0) * scale


def _shrunk(hits: Floats, rows: Floats) -> Floats:
    """Each class's J, drawn to the common one as far as a beta-binomial of all classes asks (Kleinman 1973)."""
    total = float(rows.sum())
    common = float(hits.sum()) / total
    spare = total - float((rows**2).sum()) / total - (rows.size - 1)
    excess = float((rows * (hits / rows - common) ** 2).sum()) - (rows.size - 1) * common * (1.0 - common)
    scale = spare * common * (1.0 - common)
    alike = float(np.clip(excess / scale, 0.005, 0.7)) if scale > 1e-12 else 0.5
    strength = 1.0 / alike - 1.0
    return np.asarray(np.clip((hits + strength * common) / (rows + strength), 1e-6, 1.0 - 1e-6), dtype=np.float64)


def _together(sums: Sums, value: Floats) -> float:
    """Variance of the sum of the classes' F1 over the sum of their variances: one error lowers the F1 of two classes.

    By the delta method, from what one text more or less would change in each class; 1 without errors.
    """
    either = sums.true + sums.put
    pull = (2.0 * sums.true * sums.put - value * either) / np.maximum(sums.rows @ either, 1e-12)  # (kinds, classes)
    mass = sums.texts * sums.weight**2
    apart = float(mass @ (pull**2).sum(axis=1))
    return float(mass @ pull.sum(axis=1) ** 2) / apart if apart > 0 else 1.0
