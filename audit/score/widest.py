"""The widest of several gaps between shares, free of the luck of having been picked: an interval by test inversion.

The observed gap is the widest of k (k - 1) / 2, so chance widens it, and a bootstrap that starts at the observed shares
widens it again. Here true gaps are tried one after the other: groups are drawn from a model that has the gap, and it
belongs to the interval unless the observed gap is too far out among those drawn. At a gap of 0 all groups are alike, so
an interval that leaves out 0 is a test of no difference at all. How far chance reaches at other gaps depends on how
the groups lie between the extremes, which the data tell only in part. So half of the draws lie as the data say, and half
as is least favourable: for the lower end half of the groups at either extreme, where chance adds most; for the upper
end two groups, the smallest, at the extremes and the rest in the middle, where chance adds least.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities

STEPS = 25
"""True gaps that are tried; between them the probability is taken to run straight."""
_REACH = 5.0  # standard errors beyond the observed gap up to which true gaps are tried
_SPREADS = np.concatenate([[0.03], np.geomspace(0.05, 4.0, 23)])  # standard deviations of true log-odds
_LUCK = 0.25  # quantile of the gaps of equal groups below which an observed one bounds no true gap
_STRETCH = np.concatenate([[0.0], np.geomspace(0.05, 60.0, 36)])


def widest_gap(shares: Floats, trials: Floats, generator: np.random.Generator, *, resamples: int) -> Replicates:
    """The true largest share minus the true smallest of k groups, as a confidence distribution.

    Args:
        shares: (k,) observed shares, k >= 2.
        trials: (k,) rows behind each; effective numbers are rounded.
        generator: where the draws come from.
        resamples: draws for each gap tried, and ends kept.

    Returns:
        The value is the gap at which the observed one is the median, were the groups as the data say; 0 where chance
        alone does as much in more than half of the draws.
    """
    sizes = np.maximum(np.rint(trials), 1.0)
    hits = np.clip(shares * sizes, 0.0, sizes)
    smooth = (hits + 0.5) / (sizes + 1.0)
    error = float(np.sqrt(2.0 * (smooth * (1.0 - smooth) / sizes).max()))
    observed = float(np.ptp(shares))
    gaps = np.linspace(0.0, min(0.98, observed + _REACH * error), STEPS)
    draws = max(1, resamples // 2)
    plausible, (most_added, least_added) = (
        _plausible(hits, sizes, draws, generator),
        _least_favourable(hits, sizes, draws),
    )
    as_seen, low, high = (
        _beyond(observed, gaps, pattern, hits, sizes, generator) for pattern in (plausible, most_added, least_added)
    )
    confidence = probabilities(resamples)
    value = _gap_at(np.array([0.5]), as_seen, gaps)[0]
    lower = np.minimum(_gap_at(confidence, (as_seen + low) / 2.0, gaps), value)
    least = _least_seen(hits, sizes, draws, generator)
    if observed < least:  # groups that came out more alike than equal ones mostly do: luck, which bounds no gap
        as_seen, high = (_beyond(least, gaps, pattern, hits, sizes, generator) for pattern in (plausible, least_added))
    beyond = (as_seen + high) / 2.0
    beyond[0] = min(beyond[0], 0.5)  # no gap of 0 is so sure that nothing above it is left, however few are drawn
    upper = np.maximum(_gap_at(confidence, beyond, gaps), value)
    return confidence_distribution(float(value), np.where(confidence < 0.5, lower, upper))


def _least_seen(hits: Floats, sizes: Floats, draws: int, generator: np.random.Generator) -> float:
    """The gap that groups without any true difference have at least in three of four draws."""
    middle = (hits.sum() + 0.5) / (sizes.sum() + 1.0)
    drawn = np.ptp(generator.binomial(sizes.astype(np.int64), middle, size=(draws, sizes.size)) / sizes, axis=1)
    return float(np.quantile(drawn, _LUCK))


def _gap_at(confidence: Floats, beyond: Floats, gaps: Floats) -> Floats:
    """The true gap at which a larger gap than the observed one is drawn so often."""
    return np.asarray(np.interp(confidence, beyond, gaps, left=0.0, right=1.0), dtype=np.float64)


def _beyond(
    observed: float, gaps: Floats, patterns: Floats, hits: Floats, sizes: Floats, generator: np.random.Generator
) -> Floats:
    """How often a gap beyond the observed one is drawn, ties counting half, at each true gap, (steps,), rising."""
    spread = np.ptp(patterns, axis=1)[:, None]
    pattern = patterns / np.where(spread > 0, spread, 1.0)
    pattern = pattern - (pattern @ sizes)[:, None] / sizes.sum()  # (r, k), range 1, mean 0 over rows
    middle = float(logit((hits.sum() + 0.5) / (sizes.sum() + 1.0)))
    top, bottom = pattern.max(axis=1)[:, None], pattern.min(axis=1)[:, None]
    reached = expit(middle + top * _STRETCH) - expit(middle + bottom * _STRETCH)  # (r, stretches), rising
    trials, line = sizes.astype(np.int64), np.arange(len(pattern))
    result = np.ones(gaps.size)
    for step, gap in enumerate(gaps):
        after = np.clip((reached < gap).sum(axis=1), 1, _STRETCH.size - 1)
        least, most = reached[line, after - 1], reached[line, after]
        part = np.clip((gap - least) / np.maximum(most - least, 1e-12), 0.0, 1.0)
        stretch = _STRETCH[after - 1] + part * (_STRETCH[after] - _STRETCH[after - 1])
        drawn = np.ptp(generator.binomial(trials, expit(middle + stretch[:, None] * pattern)) / sizes, axis=1)
        same = np.abs(drawn - observed) <= 1e-9
        result[step] = ((drawn > observed) & ~same).mean() + 0.5 * same.mean()
        if result[step] == 1.0:
            break
    return np.asarray(np.maximum.accumulate(result), dtype=np.float64)


def _plausible(hits: Floats, sizes: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Log-odds of the groups as the data leave them open, (draws, k): a normal model of groups, its spread unknown."""
    odds, noise = _log_odds(hits, sizes)
    weight = 1.0 / (noise + _SPREADS[:, None] ** 2)  # (spreads, k)
    mean = (weight * odds).sum(axis=1) / weight.sum(axis=1)
    fit = 0.5 * (np.log(weight) - weight * (odds - mean[:, None]) ** 2).sum(axis=1) - 0.5 * np.log(weight.sum(axis=1))
    chance = np.exp(fit - fit.max()) * np.gradient(_SPREADS)
    picked = generator.choice(_SPREADS.size, size=draws, p=chance / chance.sum())
    centre = mean[picked] + generator.standard_normal(draws) / np.sqrt(weight.sum(axis=1)[picked])
    kept = _SPREADS[picked][:, None] ** 2 * weight[picked]  # how much of a group's own deviation is kept, (draws, k)
    drawn = centre[:, None] + kept * (odds - centre[:, None])
    return np.asarray(drawn + np.sqrt(kept * noise) * generator.standard_normal(drawn.shape), dtype=np.float64)


def _least_favourable(hits: Floats, sizes: Floats, draws: int) -> tuple[Floats, Floats]:
    """Patterns under which chance adds most, and least, to the widest gap; the order of the groups is the observed one."""
    odds, _ = _log_odds(hits, sizes)
    rank = np.argsort(np.argsort(odds, kind="stable"), kind="stable")
    half = np.where(rank < odds.size / 2.0, -0.5, 0.5)
    first, second = np.argsort(sizes, kind="stable")[:2]
    two = np.zeros(odds.size)
    two[first], two[second] = (0.5, -0.5) if odds[first] >= odds[second] else (-0.5, 0.5)
    return np.tile(half, (draws, 1)), np.tile(two, (draws, 1))


def _log_odds(hits: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """Log-odds and their variance, each (k,)."""
    yes, no = hits + 0.5, sizes - hits + 0.5
    return np.log(yes / no), 1.0 / yes + 1.0 / no
