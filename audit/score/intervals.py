"""Intervals for proportions: Wilson, Clopper-Pearson, Newcombe (independent and paired); exact McNemar, Holm, Benjamini-Hochberg.

Closed forms live here rather than in statsmodels calls because a page re-decides hundreds of scores in under a second
and importing statsmodels alone takes longer; the tests hold every one against scipy and statsmodels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from audit.errors import InputError

EXACT_BELOW = 20
"""With fewer trials than this Wilson's interval is too narrow too often: Clopper-Pearson's exact one takes its place."""


class Interval(NamedTuple):
    """Both ends of an interval, in the unit of the value."""

    low: float
    high: float


OfShare = Callable[[float, float, float], Interval]
"""The interval of a proportion from successes, trials and level."""


class PairedTest(NamedTuple):
    """Two binary outcomes on the same n rows: the difference second - first, its interval, and the exact McNemar p.

    `gained` rows were bad first and good second, `lost` the other way round.
    """

    difference: float
    low: float
    high: float
    p_value: float
    gained: int
    lost: int
    n: int


def critical(level: float) -> float:
    """The two-sided normal quantile of a confidence level: 1.96 for 0.95.

    Raises:
        InputError: the level is not strictly between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(f"A confidence level lies between 0 and 1, for example 0.95; got {level}.")
    return float(-ndtri((1.0 - level) / 2.0))


def wilson(successes: float, trials: float, level: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion (Wilson 1927).

    Args:
        successes: how many of the trials succeeded; may be fractional where trials is an effective sample size.
        trials: number of trials, >= 0. With none the interval is (0, 1).
        level: confidence level.

    Raises:
        InputError: successes outside [0, trials], or a level outside (0, 1).
    """
    z = critical(level)
    if not 0 <= successes <= trials:
        raise InputError(f"Successes must lie between 0 and the number of trials ({trials}); got {successes}.")
    if trials == 0:
        return Interval(0.0, 1.0)
    share = successes / trials
    weight = z * z / trials
    centre = (share + weight / 2.0) / (1.0 + weight)
    half = z * math.sqrt(share * (1.0 - share) / trials + weight / (4.0 * trials)) / (1.0 + weight)
    low = 0.0 if successes == 0 else max(0.0, centre - half)  # the ends are exact, not 1e-17
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high)


def clopper_pearson(successes: float, trials: float, level: float = 0.95) -> Interval:
    """The exact interval of a proportion (Clopper & Pearson 1934): it never covers less often than its level.

    Args:
        successes: how many of the trials succeeded; may be fractional where trials is an effective sample size.
        trials: number of trials, >= 0. With none the interval is (0, 1).
        level: confidence level.

    Raises:
        InputError: successes outside [0, trials], or a level outside (0, 1).
    """
    critical(level)
    if not 0 <= successes <= trials:
        raise InputError(f"Successes must lie between 0 and the number of trials ({trials}); got {successes}.")
    tail, failures = (1.0 - level) / 2.0, trials - successes
    low = 0.0 if successes == 0 else float(betaincinv(successes, failures + 1.0, tail))
    high = 1.0 if failures == 0 else float(betaincinv(successes + 1.0, failures, 1.0 - tail))
    return Interval(low, high)


def share_interval(successes: float, trials: float, level: float = 0.95) -> Interval:
    """The interval of every share of this project: Clopper-Pearson below 20 trials, Wilson from there on; see both."""
    return (clopper_pearson if trials < EXACT_BELOW else wilson)(successes, trials, level)


def share_method(trials: float) -> str:
    """Which of the two `share_interval` is at so many trials, as printed beside a score."""
    return "clopper-pearson" if trials < EXACT_BELOW else "wilson"


def share_n(share: float, threshold: float, level: float) -> int | None:
    """How many trials make `share_interval` at an observed `share` exclude `threshold`; None when they are equal."""
    if abs(share - threshold) < 1e-12:
        return None
    for trials in range(1, EXACT_BELOW):
        low, high = clopper_pearson(share * trials, trials, level)
        if not low <= threshold <= high:
            return trials
    needed = wilson_n(share, threshold, level)
    return None if needed is None else max(needed, EXACT_BELOW)


def wilson_n(share: float, threshold: float, level: float) -> int | None:
    """How many trials make the Wilson interval at an observed `share` exclude `threshold`; None when they are equal.

    Wilson's interval inverts the score test, so it excludes the threshold exactly when
    n > z^2 threshold (1 - threshold) / (share - threshold)^2. A threshold of 0 or 1 is never excluded by its own share.
    """
    gap = abs(share - threshold)
    if gap < 1e-12:
        return None
    needed = critical(level) ** 2 * threshold * (1.0 - threshold) / gap**2
    return max(1, math.floor(needed) + 1)


def newcombe(
    first: tuple[float, float], second: tuple[float, float], level: float = 0.95, *, of_share: OfShare = wilson
) -> Interval:
    """Interval of second - first for two independent proportions (Newcombe 1998, method 10).

    Args:
        first: (successes, trials) of the first sample.
        second: (successes, trials) of the second sample.
        level: confidence level.
        of_share: the interval of each proportion; Newcombe's is Wilson.
    """
    p1, (l1, u1) = _share(first), of_share(*first, level)
    p2, (l2, u2) = _share(second), of_share(*second, level)
    difference = p2 - p1
    return Interval(
        max(-1.0, difference - math.hypot(p2 - l2, u1 - p1)), min(1.0, difference + math.hypot(u2 - p2, p1 - l1))
    )


def mover(mean: float, error: float, texts: float, successes: float, trials: float, level: float = 0.95) -> Interval:
    """Interval of a mean less a share, from the interval of each (MOVER: Zou & Donner 2008), as if they were independent.

    Args:
        mean, error, texts: of a quantity between 0 and 1, the mean, its standard error, and how many texts it is over;
            below 20 texts the interval of a share of them stands in for Student's.
        successes, trials: of the share.
        level: confidence level.
    """
    low, high = share_interval(min(mean * texts, texts), texts, level)
    if texts >= EXACT_BELOW:
        half = -float(stdtrit(texts - 1.0, (1.0 - level) / 2.0)) * error
        low, high = max(0.0, mean - half), min(1.0, mean + half)
    share, (least, most) = _share((successes, trials)), share_interval(successes, trials, level)
    gap = mean - share
    return Interval(
        max(-1.0, gap - math.hypot(mean - low, most - share)), min(1.0, gap + math.hypot(high - mean, share - least))
    )


def newcombe_paired(
    both: float, lost: float, gained: float, neither: float, level: float = 0.95, *, of_share: OfShare = wilson
) -> Interval:
    """Interval of second - first for two proportions on the same rows (Newcombe 1998b, method 10).

    Args:
        both: rows good in both.
        lost: rows good first and bad second.
        gained: rows bad first and good second.
        neither: rows bad in both.
        level: confidence level.
        of_share: the interval of each proportion; Newcombe's is Wilson.
    """
    n = both + lost + gained + neither
    if n == 0:
        return Interval(-1.0, 1.0)
    p1, (l1, u1) = (both + lost) / n, of_share(both + lost, n, level)
    p2, (l2, u2) = (both + gained) / n, of_share(both + gained, n, level)
    margins = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    phi = 0.0
    if margins > 0:
        cross = both * neither - lost * gained
        if cross > 0:  # Newcombe's continuity correction of phi, towards zero only
            cross = max(cross - n / 2.0, 0.0)
        phi = cross / math.sqrt(margins)
    difference = p2 - p1
    return Interval(
        max(-1.0, difference - _correlated(p2 - l2, u1 - p1, phi)),
        min(1.0, difference + _correlated(u2 - p2, p1 - l1, phi)),
    )


def mcnemar(lost: int, gained: int) -> float:
    """Exact two-sided p-value that `lost` and `gained` rows are equally likely (McNemar 1947); 1.0 with neither."""
    if lost + gained == 0:
        return 1.0
    from scipy.stats import binomtest  # imported on use: it takes most of a second

    return float(binomtest(lost, lost + gained, 0.5).pvalue)


def paired(
    first: Sequence[bool] | NDArray[np.bool_], second: Sequence[bool] | NDArray[np.bool_], level: float = 0.95
) -> PairedTest:
    """Compare two binary outcomes on the same rows, in the same order: difference, interval and exact McNemar.

    The interval is Newcombe's paired one, below 20 rows of Clopper-Pearson's ends instead of Wilson's.

    Raises:
        InputError: the two are not of one length.
    """
    a, b = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    if a.shape != b.shape:
        raise InputError(f"A paired test needs the same rows twice; got {a.size} and {b.size}.")
    both, lost, gained = int((a & b).sum()), int((a & ~b).sum()), int((~a & b).sum())
    neither = a.size - both - lost - gained
    low, high = newcombe_paired(both, lost, gained, neither, level, of_share=share_interval)
    difference = (gained - lost) / a.size if a.size else 0.0
    return PairedTest(difference, low, high, mcnemar(lost, gained), gained, lost, int(a.size))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down adjusted p-values, in the order given (Holm 1979): controls the family-wise error."""
    p, order, back = _ordered(p_values)
    adjusted = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    result: NDArray[np.float64] = np.minimum(adjusted, 1.0)[back]
    return result


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Benjamini-Hochberg adjusted p-values, in the order given (1995): controls the false discovery rate."""
    p, order, back = _ordered(p_values)
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    result: NDArray[np.float64] = np.minimum(adjusted, 1.0)[back]
    return result


def _share(sample: tuple[float, float]) -> float:
    successes, trials = sample
    return successes / trials if trials else 0.5


def _correlated(near: float, far: float, phi: float) -> float:
    return math.sqrt(max(0.0, near**2 - 2.0 * phi * near * far + far**2))


def _ordered(p_values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    p = np.asarray(p_values, dtype=np.float64).ravel()
    order = np.argsort(p, kind="stable")
    return p, order, np.argsort(order, kind="stable")
