"""Rows in the plane: t-SNE (van der Maaten & Hinton 2008) of what the model's last layer is given of each, begun at its principal axes.

What is near in the plane is mostly near to the model; how far groups stand from each other, and how large they are drawn, says nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats

NEIGHBOURS = 10
"""Nearest rows that a map is judged by."""
FEWEST = 30
"""Rows of a map, at least: a few dots can be read as a list."""
ASKED = 1000
"""Rows whose neighbours are looked for when a map is judged."""
AXES = 50
"""Principal axes that places are made of: the rest is mostly noise, and takes time."""
ROUNDS = 500
PERPLEXITY = 30.0
LANDMARKS = 5000
"""Rows that are placed by t-SNE; others are placed among their nearest of these."""
BY = 5
"""Landmarks that another row is placed by."""
_AT_ONCE, _BLOCK = 2048, 256


def plane(vectors: NDArray[np.floating], generator: np.random.Generator) -> Floats:
    """(rows, 2) the places of some rows, the greater extent from -1 to 1.

    Args:
        vectors: (rows, width) finite, at least `FEWEST`; their directions alone count.
        generator: draws the landmarks, where there are more rows than these.
    """
    rows = of_length_one(vectors)
    if len(rows) <= LANDMARKS:
        return _fitted(_tsne(rows))
    marks = np.sort(generator.permutation(len(rows))[:LANDMARKS])
    of_marks = _tsne(rows[marks])
    found = _among(rows, rows[marks], of_marks)
    found[marks] = of_marks
    return _fitted(found)


def kept(vectors: NDArray[np.floating], places: Floats, generator: np.random.Generator) -> float:
    """Share of the ten nearest rows of a row that are among its ten nearest on the map too, over some rows drawn; 0-1."""
    rows = of_length_one(vectors)
    asked = np.sort(generator.permutation(len(rows))[:ASKED])
    k = min(NEIGHBOURS, len(rows) - 1)
    near, drawn = _nearest(rows, asked, k), _nearest(places, asked, k)
    shared = sum(len(np.intersect1d(one, other)) for one, other in zip(near, drawn, strict=True))
    return shared / (len(asked) * k)


def of_length_one(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """The same directions, (rows, width)."""
    whole = np.asarray(vectors, dtype=np.float32)
    length = np.linalg.norm(whole, axis=1, keepdims=True)
    return np.asarray(whole / np.maximum(length, 1e-12), dtype=np.float32)


def _tsne(rows: NDArray[np.float32]) -> Floats:
    """By one thread of sums: another order of them would give another map."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="openmp"):
        seen = _principal(rows.astype(np.float64))
        begin = _two(seen) / max(float(seen[:, 0].std()), 1e-12) * 1e-4
        perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
        made = TSNE(perplexity=perplexity, init=begin, max_iter=ROUNDS, random_state=0, n_jobs=1).fit_transform(seen)
    return np.asarray(made, dtype=np.float64)


def _principal(rows: Floats) -> Floats:
    """(rows, axes) along their principal axes, the widest first; each points to where its largest weight is above 0."""
    centred = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :AXES]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(centred @ (axes * signs))


def _two(seen: Floats) -> Floats:
    """The first two axes; of rows that have but one, the second is nothing."""
    padded = np.zeros((len(seen), 2))
    padded[:, : min(2, seen.shape[1])] = seen[:, :2]
    return padded


def _among(rows: NDArray[np.float32], marks: NDArray[np.float32], places: Floats) -> Floats:
    """Each row at the mean of its nearest landmarks' places, the nearer the heavier."""
    found, k = np.empty((len(rows), 2)), min(BY, len(marks))
    for start in range(0, len(rows), _AT_ONCE):
        near = rows[start : start + _AT_ONCE] @ marks.T
        best = np.argpartition(near, len(marks) - k, axis=1)[:, len(marks) - k :]
        squared = np.maximum(2.0 - 2.0 * np.take_along_axis(near, best, axis=1).astype(np.float64), 0.0)
        weight = 1.0 / (squared + 1e-6)
        found[start : start + _AT_ONCE] = (places[best] * weight[:, :, None]).sum(axis=1) / weight.sum(axis=1)[:, None]
    return found


def _fitted(places: Floats) -> Floats:
    """Centred, the greater extent from -1 to 1."""
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    reach = float(np.abs(places - middle).max())
    return np.asarray((places - middle) / (reach or 1.0))


def _nearest(points: NDArray[np.floating], asked: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    """(asked, k) the nearest others of some points."""
    found = np.empty((len(asked), k), dtype=np.intp)
    squares = (points**2).sum(axis=1)
    for start in range(0, len(asked), _BLOCK):
        own = asked[start : start + _BLOCK]
        distance = (
            squares - 2.0 * points[own] @ points.T
        )  # that of the point itself is no matter: it is the same in each
        distance[np.arange(len(own)), own] = np.inf
        found[start : start + _BLOCK] = np.argpartition(distance, k - 1, axis=1)[:, :k]
    return found
