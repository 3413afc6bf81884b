"""The sign-flip test of paired differences: exact for two runs of equal models, at any number of texts."""

from __future__ import annotations

import math

import numpy as np

from audit.score.bootstrap import MAX_BLOCKS, Floats

FLIPS = 9_999
"""Random sign patterns; with one more for the data, p is at least 1 in 10,000."""
ALL_UP_TO = 13
"""With at most so many texts that differ, every pattern is tried (8,192)."""


def sign_flip(differences: Floats, generator: np.random.Generator, *, flips: int = FLIPS) -> float:
    """Two-sided p that a paired difference is as often positive as negative, at every size (Fisher 1935, section 21).

    Where two models are equal, which of the two has a text's larger value is a toss of a coin: the sum of the
    differences is held against what it is when coins decide. For outcomes of 0 and 1 this is McNemar's exact test.

    Args:
        differences: second minus first, one per text, (n,).
        generator: of the patterns.
        flips: how many patterns, where there are too many to try all.
    """
    found = differences[differences != 0.0]
    if found.size == 0:
        return 1.0
    if found.size > MAX_BLOCKS:  # texts pooled at random keep the spread of the sum, as in the bootstrap
        owner = generator.permutation(found.size) % MAX_BLOCKS
        found = np.bincount(owner, found, MAX_BLOCKS)
    least = abs(float(found.sum())) * (1.0 - 1e-9)
    if found.size <= ALL_UP_TO:
        every = np.arange(2**found.size)[:, None] >> np.arange(found.size) & 1  # (2^n, n)
        return float((_sums(every.astype(np.float64), found) >= least).mean())
    beyond, step = 0, max(1, 4_000_000 // found.size)
    for start in range(0, flips, step):
        bits = generator.integers(0, 2, size=(min(step, flips - start), found.size), dtype=np.int8)
        beyond += int((_sums(bits.astype(np.float64), found) >= least).sum())
    return (1 + beyond) / (1 + flips)


def texts_needed(comparisons: int, alpha: float) -> int:
    """From how many texts on a paired test can be beyond chance among so many comparisons.

    With n texts, all in favour of one run, p is 2^(1-n); Holm's method wants alpha / comparisons of the smallest.
    """
    return math.ceil(1.0 + math.log2(max(comparisons, 1) / alpha) - 1e-9)


def _sums(bits: Floats, found: Floats) -> Floats:
    """|sum| of the differences under each pattern of 0 (turned) and 1 (kept)."""
    result: Floats = np.abs(2.0 * (bits @ found) - found.sum())
    return result
