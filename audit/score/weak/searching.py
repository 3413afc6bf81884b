"""Looking for weak parts on one half of the rows, and holding the best of them against the other half.

What is chosen because it looks weak looks weaker than it is; on rows that had no part in the choice it does not. There the
chosen ones are tested together: the largest of their statistics against that under permutations of which rows are wrong
(Westfall & Young 1993), so that among all of them one in twenty tables without weak parts shows any.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from audit.score.bootstrap import Floats
from audit.score.weak.candidates import LEAST, Mask, Parts
from audit.slices import Slice

CHOSEN = 15
"""Parts that are judged on the other half."""
PAIRED = 40
"""The weakest single parts, each of which is crossed with every other."""
ALIKE = 0.7
"""Two parts that share more of their rows than this (Jaccard) are one: the weaker is kept."""
BEYOND = 2.0
"""By how many standard errors two marks together must be worse than either."""
PERMUTATIONS = 2000


def statistics(parts: Parts, wrong: Floats) -> Floats:
    """(parts,) how many standard errors more often rows inside are wrong than outside; -inf where either side is too small."""
    n, total = len(wrong), float(wrong.sum())
    inside = np.asarray(parts.inside.sum(axis=0)).ravel().astype(np.float64)
    hits = np.asarray(parts.inside.T @ wrong.astype(np.float32)).ravel().astype(np.float64)
    return _z(hits, inside, total, n)


def _z(hits: Floats, inside: Floats, total: float, n: int) -> Floats:
    outside, share = n - inside, total / max(n, 1)
    enough = (inside >= LEAST / 3) & (outside >= LEAST / 3)
    if not 0.0 < share < 1.0:
        return np.full(len(hits), -np.inf)
    safe_in, safe_out = np.maximum(inside, 1.0), np.maximum(outside, 1.0)
    gap = hits / safe_in - (total - hits) / safe_out
    z: Floats = np.where(enough, gap / np.sqrt(share * (1 - share) * (1 / safe_in + 1 / safe_out)), -np.inf)
    return z


def with_pairs(singles: Parts, cutting: Parts, wrong: Floats, searched: Mask) -> Parts:
    """The single parts, and two marks together where both make it worse than either: trees of depth two, grown greedily.

    Args:
        singles: by one mark; cutting: parts that only cut others (classes).
        wrong: (n,) 1.0 where the model is wrong; searched: (n,) the rows that are looked at.
    """
    both = Parts(
        (*singles.where, *cutting.where),
        sparse.csc_array(sparse.hstack([singles.inside, cutting.inside], format="csc")),
    )
    seen, errors = both.of(searched), wrong[searched]
    z = statistics(singles.of(searched), errors)
    first = np.lexsort((np.arange(len(z)), -z))[:PAIRED]
    columns, named = [singles.inside], list(singles.where)
    for one in first[np.isfinite(z[first])]:
        for other in _worse_together(seen, int(one), errors):
            where = Slice({**both.where[one], **both.where[other]})
            if len(where) == len(both.where[one]) + len(both.where[other]) and where not in named:
                inside = both.mask(int(one)) & both.mask(int(other))
                columns.append(sparse.csc_array(inside[:, None].astype(np.float32)))
                named.append(where)
    return Parts(tuple(named), sparse.csc_array(sparse.hstack(columns, format="csc")))


def _worse_together(parts: Parts, one: int, wrong: Floats) -> NDArray[np.intp]:
    """The parts that make one of them worse, and are made worse by it, by `BEYOND` standard errors each."""
    size = np.asarray(parts.inside.sum(axis=0)).ravel().astype(np.float64)
    errors = np.asarray(parts.inside.T @ wrong.astype(np.float32)).ravel().astype(np.float64)
    mask = parts.mask(one)
    common = parts.of(mask)
    n = np.asarray(common.inside.sum(axis=0)).ravel().astype(np.float64)
    hits = np.asarray(common.inside.T @ wrong[mask].astype(np.float32)).ravel().astype(np.float64)
    worse = n >= LEAST / 2
    for whole, in_whole in ((size, errors), (size[one], errors[one])):
        rest, pooled = whole - n, np.clip(in_whole / np.maximum(whole, 1.0), 1e-3, 1.0 - 1e-3)
        error = np.sqrt(pooled * (1.0 - pooled) * (1.0 / np.maximum(n, 1.0) + 1.0 / np.maximum(rest, 1.0)))
        worse &= (rest >= 1.0) & (
            hits / np.maximum(n, 1.0) - (in_whole - hits) / np.maximum(rest, 1.0) >= BEYOND * error
        )
    return np.flatnonzero(worse)


def weakest(parts: Parts, wrong: Floats) -> NDArray[np.intp]:
    """Places of the parts that look weakest, those left out that are nearly the same rows as a weaker one."""
    z = statistics(parts, wrong)
    kept: list[int] = []
    masks: list[Mask] = []
    for place in np.lexsort((np.arange(len(z)), -z)):
        if len(kept) == CHOSEN or not z[place] > 0:
            break
        mask = parts.mask(int(place))
        if all((mask & other).sum() <= ALIKE * (mask | other).sum() for other in masks):
            kept.append(int(place))
            masks.append(mask)
    return np.array(kept, dtype=np.intp)


def of_their_own(parts: Parts, wrong: Floats) -> NDArray[np.intp]:
    """Places of the parts that are no mere piece of another: two marks together are worse than either alone that is among them.

    Args:
        parts: those that were judged; wrong: (n,) of the rows they were judged by.
    """
    kept: list[int] = []
    for place, where in enumerate(parts.where):
        wholes = [i for i, whole in enumerate(parts.where) if i != place and whole.items() < where.items()]
        if all(
            statistics(parts.some(np.array([place])).of(mask), wrong[mask])[0] >= BEYOND
            for mask in map(parts.mask, wholes)
        ):
            kept.append(place)
    return np.array(kept, dtype=np.intp)


def max_t(parts: Parts, wrong: Floats, generator: np.random.Generator, *, permutations: int = PERMUTATIONS) -> Floats:
    """(parts,) p of each that no part is weak, corrected for all of them by the largest statistic of permutations."""
    n, errors = len(wrong), int(wrong.sum())
    if not len(parts) or not 0 < errors < n:
        return np.ones(len(parts))
    seen = statistics(parts, wrong)
    inside = np.asarray(parts.inside.sum(axis=0)).ravel().astype(np.float64)
    by_row = sparse.csr_array(parts.inside)
    beaten = np.zeros(len(parts))
    for _ in range(permutations):
        drawn = generator.choice(n, errors, replace=False)
        hits = np.asarray(by_row[drawn].sum(axis=0)).ravel().astype(np.float64)
        beaten += seen <= _z(hits, inside, float(errors), n).max() + 1e-12
    return np.asarray((1.0 + beaten) / (1.0 + permutations))
