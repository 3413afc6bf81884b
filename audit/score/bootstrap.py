"""The bootstrap, vectorised: replicates are made once from sums over resampled texts, and read at any level later.

A text is a cluster: with all its variants and all its duplicates it is drawn or left out together. Statistics are
functions of sums over texts, so a resample is a vector of counts and a replicate a matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from audit.score.intervals import Interval, critical

Floats = NDArray[np.float64]

RESAMPLES = 2000
MAX_BLOCKS = 2_000
"""More texts than this are pooled at random into this many blocks before resampling: the cost stays bounded, the
spread and skewness of a resampled sum stay the same, and the spread is known to within 1.6%, as by 2,000 resamples."""

NEVER_WIDENED = 10**9
"""The `units` of quantiles that are an interval's ends already, at whatever number of texts."""

_CHUNK = 4_000_000  # counts held at once: 32 MB
_TAIL_POINTS = 10  # replicates beyond a quantile below which it is extrapolated


@dataclass(frozen=True, slots=True)
class Replicates:
    """A statistic and what it was in each resample.

    Attributes:
        value: the statistic on the data.
        values: finite replicates, ascending, float64.
        units: how many independent texts were resampled; `NEVER_WIDENED` for a confidence distribution.
        acceleration: BCa's skewness correction; None for the percentile interval.
    """

    value: float
    values: Floats
    units: int
    acceleration: float | None = None

    @property
    def method(self) -> str:
        """The interval's name as printed beside a score."""
        kind = "percentile" if self.acceleration is None else "bca"
        return f"bootstrap-{kind}({self.values.size})"

    @property
    def alike(self) -> bool:
        """Whether all resamples give the same to the six digits that are kept: then they say nothing of the spread."""
        spread = float(self.values[-1] - self.values[0]) if self.values.size else 0.0
        return spread < 1e-6 * max(1.0, abs(self.value))

    def interval(self, level: float = 0.95) -> Interval:
        """The interval at any level; its tails are widened for few texts (Hesterberg 2015, section 5.3.3).

        A tail beyond the reach of the replicates (fewer than 10 further out) is extrapolated as a normal one.
        The interval always holds the value. Not-a-number for a single text, or where all resamples are alike.
        """
        if self.units < 2 or self.alike:
            critical(level)
            return Interval(float("nan"), float("nan"))
        tail = (1.0 - level) / 2.0
        critical(level)
        expansion = np.sqrt(self.units / (self.units - 1.0))
        z = float(stdtrit(self.units - 1.0, tail) * expansion)  # negative
        low_z, high_z = z, -z
        if self.acceleration is not None:
            low_z, high_z = self._bca(z), self._bca(-z)
        low, high = self._quantile(float(ndtr(low_z))), self._quantile(float(ndtr(high_z)))
        return Interval(min(low, self.value), max(high, self.value))

    def _bca(self, z: float) -> float:
        below = (self.values < self.value).mean() + 0.5 * (self.values == self.value).mean()
        bias = float(ndtri(np.clip(below, 0.5 / self.values.size, 1 - 0.5 / self.values.size)))
        shifted = bias + z
        return bias + shifted / (1.0 - float(self.acceleration or 0.0) * shifted)

    def _quantile(self, p: float) -> float:
        finest = min(0.25, _TAIL_POINTS / self.values.size)
        reached = float(np.quantile(self.values, np.clip(p, finest, 1.0 - finest)))
        if finest <= p <= 1.0 - finest:
            return reached
        middle = float(np.median(self.values))
        p = float(np.clip(p, 1e-12, 1.0 - 1e-12))
        return middle + (reached - middle) * float(ndtri(p)) / float(ndtri(finest if p < 0.5 else 1.0 - finest))


def counts(n: int, resamples: int, generator: np.random.Generator) -> Iterator[Floats]:
    """Yield how often each of n texts is drawn: chunks (c, n), `resamples` rows in all, each summing to n."""
    step = max(1, min(resamples, _CHUNK // max(n, 1)))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.integers(0, n, size=(size, n)) + np.arange(size)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def cell_counts(sizes: NDArray[np.integer], resamples: int, generator: np.random.Generator) -> Iterator[Floats]:
    """As `counts`, for texts that fall into cells of identical ones: (c, cells) multinomial draws, far cheaper.

    Args:
        sizes: how many texts each cell holds, all >= 1.
        resamples: number of resamples.
        generator: where the draws come from.
    """
    n = int(sizes.sum())
    step = max(1, min(resamples, _CHUNK // max(sizes.size, 1)))
    for start in range(0, resamples, step):
        yield generator.multinomial(n, sizes / n, size=min(step, resamples - start)).astype(np.float64)


def of_sums(
    contributions: Floats,
    statistic: Callable[[Floats], Floats],
    generator: np.random.Generator,
    *,
    sizes: NDArray[np.integer] | None = None,
    resamples: int = RESAMPLES,
    bca: bool = False,
) -> Replicates:
    """Bootstrap a statistic of column sums.

    Args:
        contributions: (n texts, d); row i is what text i adds to each of d sums.
        statistic: takes sums (r, d), gives (r,); not-a-number where undefined.
        generator: a generator of this statistic's own.
        sizes: how many texts each row of `contributions` stands for, where identical ones are already together.
        resamples: how many.
        bca: correct for bias and skewness (Efron 1987); the acceleration comes from leaving out one text at a time.

    Returns:
        The value and its replicates; without texts, not-a-number and none.
    """
    full = np.asarray(contributions, dtype=np.float64)
    if full.shape[0] == 0:
        return Replicates(float("nan"), np.empty(0), 0)
    if sizes is None:
        full, sizes = _collapse(full)
    total: Floats = sizes.astype(np.float64)[None, :] @ full  # (1, d)
    texts = int(sizes.sum())
    if texts > full.shape[0]:
        draws, used = cell_counts(sizes, resamples, generator), full
    else:
        used = _blocks(full, generator)
        draws = counts(len(used), resamples, generator)
    replicates = np.concatenate([statistic(chunk @ used) for chunk in draws])
    acceleration = _acceleration(statistic(total - full), sizes) if bca and texts > 2 else None
    return Replicates(float(statistic(total)[0]), as_stored(replicates), texts, acceleration)


def of_mean(
    values: Floats,
    weights: Floats,
    generator: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    bca: bool = False,
) -> Replicates:
    """Bootstrap the weighted mean of values (n,); a weight is how many rows share the text."""
    return of_sums(np.column_stack([values * weights, weights]), ratio, generator, resamples=resamples, bca=bca)


def of_quantile(
    values: Floats, weights: Floats, q: float, generator: np.random.Generator, *, resamples: int = RESAMPLES
) -> Replicates:
    """Bootstrap the weighted q-quantile (the smallest value with at least q of the weight at or below it)."""
    if values.size == 0:
        return Replicates(float("nan"), np.empty(0), 0)
    pairs, sizes = np.unique(np.column_stack([values, weights]), axis=0, return_counts=True)  # ascending by value
    support: Floats = pairs[:, 0]
    per_text: Floats = pairs[:, 1]

    def quantile(chunk: Floats) -> Floats:
        mass = np.cumsum(chunk * per_text, axis=1)  # (c, cells)
        found: Floats = support[np.argmax(mass >= q * mass[:, -1:] - 1e-9, axis=1)]
        return found

    value = float(quantile(sizes[None, :].astype(np.float64))[0])
    distinct = sizes.size == values.size
    draws = counts(sizes.size, resamples, generator) if distinct else cell_counts(sizes, resamples, generator)
    replicates = np.concatenate([quantile(chunk) for chunk in draws])
    return Replicates(value, as_stored(replicates), int(values.size))


def confidence_distribution(value: float, ends: Floats) -> Replicates:
    """The ends of one-sided intervals at evenly spread confidence, kept like replicates: their quantiles are intervals.

    Stores an interval that no resampling gives, for any level (Xie & Singh 2013: a confidence distribution).

    Args:
        value: the statistic on the data.
        ends: (r,) upper ends at confidence (i + 0.5) / r, ascending.
    """
    return Replicates(value, as_stored(np.asarray(ends, dtype=np.float64)), NEVER_WIDENED)


def probabilities(resamples: int) -> Floats:
    """The confidences at which `confidence_distribution` wants its ends: (i + 0.5) / resamples, (resamples,)."""
    return (np.arange(resamples, dtype=np.float64) + 0.5) / resamples


def ratio(sums: Floats) -> Floats:
    """First column over second; not-a-number where the second is zero. The statistic of weighted means and rates."""
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = sums[:, 0] / sums[:, 1]
    return result


def _blocks(contributions: Floats, generator: np.random.Generator) -> Floats:
    n = contributions.shape[0]
    if n <= MAX_BLOCKS:
        return contributions
    owner = generator.permutation(n) % MAX_BLOCKS
    return np.column_stack([np.bincount(owner, column, minlength=MAX_BLOCKS) for column in contributions.T])


def _collapse(contributions: Floats) -> tuple[Floats, NDArray[np.integer]]:
    """Distinct rows and how often each occurs; the rows as they are where they hardly repeat."""
    sample = contributions[:: max(1, len(contributions) // 500)]
    if len(np.unique(sample, axis=0)) > 0.5 * len(sample):
        return contributions, np.ones(len(contributions), dtype=np.int64)
    cells, sizes = np.unique(contributions, axis=0, return_counts=True)
    return cells, sizes


def _acceleration(jackknife: Floats, sizes: NDArray[np.integer]) -> float:
    """BCa's acceleration from the statistics without one text of each cell (cells,)."""
    kept = np.isfinite(jackknife)
    values, weight = jackknife[kept], sizes[kept]
    if values.size == 0:
        return 0.0
    spread = np.average(values, weights=weight) - values
    squares = float((weight * spread**2).sum())
    return 0.0 if squares <= 1e-300 else float((weight * spread**3).sum() / (6.0 * squares**1.5))


def as_stored(replicates: Floats) -> Floats:
    """Ascending and rounded to single precision, the form they are stored in: a stored interval repeats exactly."""
    kept = replicates[np.isfinite(replicates)].astype(np.float32).astype(np.float64)
    result: Floats = np.sort(kept)
    return result
