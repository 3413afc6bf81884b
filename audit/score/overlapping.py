"""How far groups are apart that may share rows, such as those of a column whose cells hold several values.

What is said of two groups that share rows is not independent: a shared row moves both. Each group's estimate is a sum over
texts, so how any two move together follows from the texts themselves (their influence functions), shared ones included. The
widest difference was picked by looking: from the joint distribution of all differences, drawn with that dependence, comes
how far out the farthest of them lies by chance (single-step, Hothorn et al. 2008), and the ends of all differences at
that distance hold together, so the largest of the ends bound the largest true difference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities
from audit.score.extremes import NO_SPREAD

DRAWS, AT_ONCE = 2_000, 200


def widest_of_overlapping(
    values: Floats, influence: Floats, generator: np.random.Generator, *, resamples: int
) -> Replicates:
    """The largest of k quantities less the smallest, of groups that may share texts, as a confidence distribution.

    Args:
        values: (k,) as observed, k >= 2.
        influence: (n, k) how far each text moves each of them; its columns sum to 0 over texts.
        generator: where the draws come from; resamples: confidences at which the ends are kept.
    """
    together = influence.T @ influence  # (k, k) covariance of the estimates
    high, low, spread = _pairs(together)
    apart = values[high] - values[low]
    if not apart.size:
        return confidence_distribution(float(np.ptp(values)), np.zeros(resamples))
    drawn = generator.multivariate_normal(np.zeros(values.size), together, size=DRAWS, method="eigh")
    farthest = ((drawn[:, high] - drawn[:, low]) / spread).max(axis=1)
    confidence = probabilities(resamples)
    reach = np.quantile(farthest, np.maximum(confidence, 1.0 - confidence))
    ends = np.array(
        [
            (apart - r * spread).max() if c < 0.5 else (apart + r * spread).max()
            for c, r in zip(confidence, reach, strict=True)
        ]
    )
    return confidence_distribution(float(np.ptp(values)), np.sort(np.maximum(ends, 0.0)))


def of_shares(hits: Floats, weights: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """The share of hits in each group, and how far each text moves it: (k,) and (n, k).

    A group is never taken for surer than with half a hit and half a miss more: one whose rows are all alike has a spread too.

    Args:
        hits: (n,) 1 or 0; weights: (n,) rows of the table that share the text.
        inside: (n, k) 1 where the text is in the group.
    """
    mass = inside * weights[:, None]
    total = mass.sum(axis=0)
    share = (mass * hits[:, None]).sum(axis=0) / total
    off = mass * (hits[:, None] - share) / total
    texts = total**2 / (mass**2).sum(axis=0)  # as many as they are worth, where some are duplicated
    smooth = (share * texts + 0.5) / (texts + 1.0)
    wanted, found = smooth * (1.0 - smooth) / texts, (off**2).sum(axis=0)
    alike = found < wanted * 1e-9  # all rows of the group are alike: they have no spread of their own
    level = np.where(alike, np.sqrt(wanted / np.maximum((mass**2).sum(axis=0), 1e-12)), 0.0)
    return share, np.where(alike, mass * level, off * np.sqrt(np.maximum(wanted / np.maximum(found, 1e-300), 1.0)))


def by_chance(
    hits: Floats, weights: Floats, inside: Floats, generator: np.random.Generator, *, draws: int = DRAWS
) -> float:
    """How often groups are as surely apart when which texts are hits is shuffled: p of a permutation test of no difference.

    The groups stay as they are, shared texts included; what is compared is the largest difference of two groups over its error, so
    that small groups, which differ most by chance, do not drown the others. Texts that stand for as many rows are shuffled among each
    other.

    Args:
        hits, weights, inside: as in `of_shares`; draws: shufflings.
    """
    mass = inside * weights[:, None]
    total, size = mass.sum(axis=0), mass.sum(axis=0) ** 2 / (mass**2).sum(axis=0)
    mean = float((hits * weights).sum() / weights.sum())
    level = (mass.T @ mass) / np.outer(total, total) * max(mean * (1.0 - mean), 1.0 / size.max() ** 2)
    high, low, spread = _pairs(level)  # by one share for all, as where there is no difference
    if not spread.size:
        return 1.0

    def farthest(some: Floats) -> Floats:
        shares = some @ mass / total
        found: Floats = ((shares[:, high] - shares[:, low]) / spread).max(axis=1)
        return found

    seen, as_far = float(farthest(hits[None])[0]), 0
    alike = [np.flatnonzero(weights == weight) for weight in np.unique(weights)]
    for start in range(0, draws, AT_ONCE):
        shuffled = np.tile(hits, (min(AT_ONCE, draws - start), 1))
        for places in alike:
            shuffled[:, places] = generator.permuted(shuffled[:, places], axis=1)
        as_far += int((farthest(shuffled) >= seen - 1e-9).sum())
    return (1 + as_far) / (1 + draws)


def _pairs(together: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Every two groups either way round that do not hold the very same texts, and the error of their difference."""
    one, other = np.nonzero(~np.eye(len(together), dtype=bool))
    spread = np.sqrt(np.maximum(together[one, one] + together[other, other] - 2.0 * together[one, other], 0.0))
    told = spread > NO_SPREAD
    return one[told], other[told], spread[told]
