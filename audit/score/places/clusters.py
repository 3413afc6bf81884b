"""Clusters: rows that are alike to the model whatever it answers, by k-means of what its last layer is given of each.

Of a model of two labels most of that is the answer itself, along one direction. A direction that alone holds more than half of all
spread is taken out, so that a cluster says what else its rows have in common. How many there are is the number whose
silhouette (Rousseeuw 1987) is highest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats
from audit.score.places.plane import AXES, of_length_one

FEWEST = 60
"""Rows of clusters, at least."""
COUNTS = (4, 5, 6, 8, 10, 12)
"""How many clusters there may be: as many as a legend tells apart."""
EACH = 15
"""Rows for each cluster, on average, at least."""
FITTED = 10_000
"""Rows that the centres are made of, drawn at random; the others go to the nearest."""
CHOSEN = 2_000
"""Rows that say how many clusters there are."""
DOMINANT = 0.5
"""Share of all spread from which on a single direction is taken out."""
BEGUN = 4
"""Beginnings of k-means, of which the best is kept."""
_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Grouped:
    """Clusters of some rows.

    Attributes:
        number: (rows,) of each row's cluster, 1 the largest.
        distance: (rows,) to the centre of it.
        count: how many clusters there are.
    """

    number: NDArray[np.int64]
    distance: Floats
    count: int


def grouped(vectors: NDArray[np.floating], generator: np.random.Generator) -> Grouped | None:
    """Which rows are alike; None where they are too few, or nothing tells them apart.

    Args:
        vectors: (rows, width) finite; their directions alone count.
        generator: draws the rows that centres are made of, and where these begin.
    """
    if len(vectors) < FEWEST:
        return None
    taken = np.sort(generator.permutation(len(vectors))[:FITTED])
    seen = _seen(vectors, taken)
    if seen is None:
        return None
    centres = _centres(seen[taken], generator)
    if centres is None:
        return None
    number, distance = _nearest(seen, centres)
    sizes = np.bincount(number, minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    rank = np.zeros(len(centres), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return Grouped(rank[number], distance, len(order))


def _seen(vectors: NDArray[np.floating], taken: NDArray[np.intp]) -> Floats | None:
    """(rows, axes) directions of length one along the widest axes but those that dominate; None where rows are all alike."""
    some = of_length_one(vectors[taken]).astype(np.float64)
    middle = some.mean(axis=0)
    spread, axes = np.linalg.eigh((some - middle).T @ (some - middle) / len(some))
    spread, axes = np.maximum(spread[::-1], 0.0), axes[:, ::-1]
    if spread.sum() <= 1e-10:  # of vectors of length one: rounding alone
        return None
    first = 0
    while first < len(spread) - 2 and spread[first] > DOMINANT * spread[first:].sum():
        first += 1
    kept = axes[:, first : first + AXES]
    kept = kept[:, spread[first : first + AXES] > 1e-6 * spread[first]]
    found = np.empty((len(vectors), kept.shape[1]))
    for start in range(0, len(vectors), _AT_ONCE):
        block = (of_length_one(vectors[start : start + _AT_ONCE]).astype(np.float64) - middle) @ kept
        found[start : start + len(block)] = block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-12)
    return found


def _centres(rows: Floats, generator: np.random.Generator) -> Floats | None:
    """(clusters, axes); None where there are fewer different rows than clusters."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from threadpoolctl import threadpool_limits

    some = rows[np.sort(generator.permutation(len(rows))[:CHOSEN])]
    distinct = len(np.unique(some.round(6), axis=0))
    seed = int(generator.integers(2**31 - 1))
    best, best_score = 0, -np.inf
    with threadpool_limits(1):  # another order of sums may end elsewhere
        for count in COUNTS:
            if EACH * count > len(some) or 2 * count > distinct:
                break
            labels = KMeans(count, n_init=BEGUN, random_state=seed).fit(some).labels_
            score = float(silhouette_score(some, labels))
            if score > best_score + 1e-9:
                best, best_score = count, score
        if not best:
            return None
        return np.asarray(KMeans(best, n_init=BEGUN, random_state=seed).fit(rows).cluster_centers_, dtype=np.float64)


def _nearest(rows: Floats, centres: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The nearest centre of each row, and how far it is."""
    number, distance = np.empty(len(rows), dtype=np.intp), np.empty(len(rows))
    squares = (centres**2).sum(axis=1)
    for start in range(0, len(rows), _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        apart = squares - 2.0 * block @ centres.T
        own = apart.argmin(axis=1)
        number[start : start + len(block)] = own
        near = apart[np.arange(len(own)), own] + (block**2).sum(axis=1)
        distance[start : start + len(block)] = np.sqrt(np.maximum(near, 0.0))
    return number, distance
