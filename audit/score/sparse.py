"""What can be said from few texts, or from texts that are all alike: there a bootstrap sees no spread and is far too sure.

A quantity between two ends is then treated as a share of the way from the least to the most: of all quantities with one
mean between the same ends, one that only takes the ends varies most (Hoeffding 1963), so the interval of a share of as
many texts errs on the wide side. A quantity without ends gets no interval, and the reason.
"""

from __future__ import annotations

import math

from audit.said import Said
from audit.score.bootstrap import Replicates
from audit.score.intervals import Interval, share_interval, share_method

FEW = 10
"""Fewer texts than this: the bootstrap of a quantity between two ends gives way to the interval of a share."""
FEWEST = 5
"""Fewer texts than this: a quantity without ends gets no interval."""

Range = tuple[float, float]


def stands_in(replicates: Replicates, ends: Range) -> bool:
    """Whether the interval of a share takes the place of the bootstrap."""
    return _bounded(ends) and (replicates.units < FEW or replicates.alike)


def as_share(value: float, texts: float, ends: Range, level: float) -> Interval:
    """The interval of a mean between two ends, as that of a share of so many texts."""
    least, most = ends
    place = min(max((value - least) / (most - least), 0.0), 1.0)
    low, high = share_interval(place * texts, texts, level)
    return Interval(min(least + (most - least) * low, value), max(least + (most - least) * high, value))


def interval_of(replicates: Replicates, ends: Range, level: float) -> Interval | None:
    """The interval of a resampled quantity; None where the texts are too few or too alike to tell.

    Args:
        replicates: the quantity and its resamples.
        ends: the least and the most it can be; infinite where it has no end.
        level: confidence level.
    """
    if replicates.values.size == 0 or not math.isfinite(replicates.value):
        return None
    if stands_in(replicates, ends):
        return as_share(replicates.value, max(replicates.units, 1), ends, level)
    if replicates.units < FEWEST or replicates.alike:
        return None
    return _inside(replicates, ends, level)


def quantile_interval(replicates: Replicates, q: float, ends: Range, level: float) -> Interval | None:
    """The interval of the q-quantile; None where so few texts cannot bound it at this level.

    With n texts the quantile lies beyond all of them with probability q^n or (1 - q)^n (the order statistics' exact
    interval): either must be at most half of 1 - level. Texts that are all alike are enough then: the ends may be equal.
    """
    if replicates.values.size == 0 or replicates.units < quantile_texts(q, level):
        return None
    if replicates.alike:
        return Interval(replicates.value, replicates.value)
    return _inside(replicates, ends, level)


def quantile_texts(q: float, level: float) -> int:
    """How many texts it takes to bound the q-quantile on both sides: 6 for a median at 95%, 36 for a ninth decile."""
    return math.ceil(math.log((1.0 - level) / 2.0) / math.log(max(q, 1.0 - q)) - 1e-9)


def too_few(replicates: Replicates) -> Said:
    """Why a quantity without ends has no interval."""
    if replicates.units >= FEWEST:
        return Said("note.all_alike", {"texts": replicates.units})
    return Said("note.one_text") if replicates.units == 1 else Said("note.few_texts_only", {"texts": replicates.units})


def of_share(texts: float) -> Said:
    """The name of the interval of a share of so many texts, and how many they are, for a note."""
    if share_method(texts) == "wilson":
        return Said("note.wilson_one") if round(texts) == 1 else Said("note.wilson", {"texts": round(texts)})
    if round(texts) == 1:
        return Said("note.clopper_pearson_one")
    return Said("note.clopper_pearson", {"texts": round(texts)})


def _inside(replicates: Replicates, ends: Range, level: float) -> Interval:
    """The bootstrap's interval without what lies beyond the ends, where an extrapolated tail may reach; it holds the value."""
    low, high = replicates.interval(level)
    return Interval(min(max(low, ends[0]), replicates.value), max(min(high, ends[1]), replicates.value))


def _bounded(ends: Range) -> bool:
    return math.isfinite(ends[0]) and math.isfinite(ends[1])
