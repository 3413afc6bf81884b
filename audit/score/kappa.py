"""Cohen's kappa: how far two judges agree beyond what their own habits would make them agree by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm


@dataclass(frozen=True, slots=True)
class Kappa:
    """How far two judges agree on the same things.

    Attributes:
        n: things both judged; agreed: on how many of them they said the same.
        value: 1 for full agreement, 0 for what chance gives, below 0 for less; None where it is not defined: both said one
            and the same of everything.
        low, high: its interval; None where there is none, or the judgements are too alike for one.
    """

    n: int
    agreed: int
    value: float | None
    low: float | None
    high: float | None


def kappa(first: Sequence[str], second: Sequence[str], level: float = 0.95) -> Kappa:
    """Cohen's kappa of two judges, unweighted, with the large-sample interval of Fleiss, Cohen and Everitt (1969).

    Args:
        first, second: what each said of the same things, in the same order.
        level: of the interval.

    References: Cohen 1960; Fleiss, Cohen & Everitt 1969.
    """
    names = sorted({*first, *second})
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))  # (k, k): first judge by second
    for one, other in zip(first, second, strict=True):
        table[place[one], place[other]] += 1.0
    n, agreed = len(first), int(np.trace(table))
    if n == 0 or len(names) < 2:
        return Kappa(n, agreed, None, None, None)
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float(np.trace(p)), float(rows @ columns)
    if chance >= 1.0:
        return Kappa(n, agreed, None, None, None)
    value = (observed - chance) / (1.0 - chance)
    sums = rows[None, :] + columns[:, None]  # of the cell (i, j): how often the first says j and the second i
    same = float((np.diag(p) * (1.0 - np.diag(sums) * (1.0 - value)) ** 2).sum())
    apart = p * sums**2
    other_cells = (1.0 - value) ** 2 * float(apart.sum() - np.trace(apart))
    variance = (same + other_cells - (value - chance * (1.0 - value)) ** 2) / (n * (1.0 - chance) ** 2)
    if variance <= 1e-15:
        return Kappa(n, agreed, value, None, None)
    reach = float(norm.ppf(0.5 + level / 2.0)) * math.sqrt(variance)
    return Kappa(n, agreed, value, max(-1.0, value - reach), min(1.0, value + reach))
