"""How far two tables' shares of something differ: labels, answers, languages, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from audit.score.bootstrap import RESAMPLES, Floats, Replicates

RARE = 5.0
"""An expected count below this makes the chi-squared distribution a poor guide: tables are drawn instead."""
FALSE = 0.05
"""Expected share of words told that do not differ (Benjamini & Hochberg)."""
TABLES = 2000


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two distributions held against each other.

    Attributes:
        names: of the values, `reference` and `audited`: (values,) counts of each.
        distance: total variation, 0-1: the share of either table that would have to be of another value to make them equal.
        p: that both are drawn from one distribution (chi-squared).
        psi: population stability index, by which many are used to judge.
    """

    names: tuple[str, ...]
    reference: Floats
    audited: Floats
    distance: Replicates
    p: float
    psi: float

    @property
    def most(self) -> tuple[str, float, float]:
        """The value whose share differs most, its share in the reference table and in the audited one."""
        first, second = self.reference / self.reference.sum(), self.audited / self.audited.sum()
        at = int(np.argmax(np.abs(second - first)))
        return self.names[at], float(first[at]), float(second[at])


def contrast(
    reference: Mapping[str, float], audited: Mapping[str, float], generator: np.random.Generator
) -> Contrast | None:
    """Two distributions by their counts; None where one has none."""
    names = tuple(sorted({*reference, *audited}))
    first, second = (
        np.array([side.get(name, 0.0) for name in names], dtype=np.float64) for side in (reference, audited)
    )
    if not first.sum() or not second.sum():
        return None
    drawn = [_redrawn(side, generator) for side in (first, second)]
    replicates = _distance(drawn[0], drawn[1])
    value = float(_distance(first, second))
    # a distance is never below 0, so that redrawn ones are too large by about as much as the first is
    centred = np.clip(2 * value - replicates, 0.0, 1.0)
    made = Replicates(value, np.sort(centred), round(min(first.sum(), second.sum())))
    return Contrast(names, first, second, made, _p(first, second, generator), _psi(first, second))


def told_apart(
    words: tuple[Mapping[str, int], Mapping[str, int]], rows: tuple[int, int]
) -> list[tuple[str, float, float]]:
    """Words that stand in another share of either table's rows, corrected for all that were looked at: word, z, p.

    Args:
        words: in how many rows of the reference table, and of the audited one, each stands; rows: of both.
    """
    names = sorted({*words[0], *words[1]})
    if not names or not min(rows):
        return []
    first, second = (np.array([side.get(name, 0) for name in names], dtype=np.float64) for side in words)
    pooled = (first + second) / sum(rows)
    error = np.sqrt(pooled * (1 - pooled) * (1 / rows[0] + 1 / rows[1]))
    z = np.divide(second / rows[1] - first / rows[0], error, out=np.zeros_like(error), where=error > 0)
    p = 2 * stats.norm.sf(np.abs(z))
    corrected = stats.false_discovery_control(p, method="bh")
    order = np.lexsort((np.arange(len(z)), -np.abs(z)))
    return [(names[i], float(z[i]), float(corrected[i])) for i in order if corrected[i] <= FALSE]


def counted(values: Sequence[str] | NDArray[np.object_], weight: Floats) -> dict[str, float]:
    """How many rows have each value; those without one are left out."""
    found: dict[str, float] = {}
    for value, rows in zip(values, weight, strict=True):
        if value:
            found[str(value)] = found.get(str(value), 0.0) + float(rows)
    return found


def _distance(first: Floats, second: Floats) -> Floats:
    """Total variation of counts along the last axis."""
    shares = (side / side.sum(axis=-1, keepdims=True) for side in (first, second))
    one, other = shares
    return np.asarray(0.5 * np.abs(one - other).sum(axis=-1))


def _redrawn(counts: Floats, generator: np.random.Generator) -> Floats:
    return generator.multinomial(round(counts.sum()), counts / counts.sum(), size=RESAMPLES).astype(np.float64)


def _p(first: Floats, second: Floats, generator: np.random.Generator) -> float:
    table = np.array([first, second])[:, (first + second) > 0]
    if table.shape[1] < 2:
        return 1.0
    expected = table.sum(axis=0) * table.sum(axis=1)[:, None] / table.sum()
    statistic = float((((table - expected) ** 2) / expected).sum())
    if expected.min() >= RARE:
        return float(stats.chi2.sf(statistic, table.shape[1] - 1))
    pool = np.round(table.sum(axis=0)).astype(np.int64)
    drawn = generator.multivariate_hypergeometric(pool, round(table[0].sum()), size=TABLES, method="marginals")
    others = np.stack([drawn, pool - drawn], axis=1)
    found = (((others - expected) ** 2) / expected).sum(axis=(1, 2))
    return float((1 + (found >= statistic - 1e-9).sum()) / (1 + TABLES))


def _psi(first: Floats, second: Floats) -> float:
    """With half a row added to each count, so that a value that one table lacks is not infinitely far."""
    one, other = ((side + 0.5) / (side.sum() + 0.5 * len(side)) for side in (first, second))
    return float(((other - one) * np.log(other / one)).sum())
