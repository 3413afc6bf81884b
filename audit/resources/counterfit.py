"""Counter-fitting: pull synonyms together, push antonyms apart, keep the rest (Mrksic et al., NAACL 2016)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Pairs = Sequence[tuple[int, int]]

EPOCHS = 20
STEP = 0.05
ANTONYM_DISTANCE = 1.0
SYNONYM_DISTANCE = 0.2
KEPT_NEIGHBOURS = 10
KEPT_SIMILARITY = 0.5


def counter_fit(
    vectors: NDArray[np.float32], synonyms: Pairs, antonyms: Pairs, neighbours: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Fit unit vectors to the constraints by 20 full-batch steps of hinge gradients.

    Distances are 1 - cosine. The paper's synonym margin of 0 would make WordNet's many-sensed synonyms identical, so
    ours stops at 0.2, so that
    recipes' thresholds of 0.8 admit synonyms; its radius of kept neighbours is replaced by the nearest 10 with cosine >= 0.5.

    Args:
        vectors: unit vectors, shape (n, h); left as they are.
        synonyms: pairs of rows to bring within SYNONYM_DISTANCE.
        antonyms: pairs of rows to take apart to ANTONYM_DISTANCE at least.
        neighbours: rows nearest to each row before fitting, shape (n, k), itself first.

    Returns:
        Unit vectors, shape (n, h).
    """
    fitted = vectors.copy()
    left = np.asarray([a for a, _ in synonyms], dtype=np.int32)
    right = np.asarray([b for _, b in synonyms], dtype=np.int32)
    away = np.asarray(antonyms, dtype=np.int32).reshape(-1, 2)
    kept, closeness = _kept(vectors, neighbours, antonyms)
    for _ in range(EPOCHS):
        pull = _cosine(fitted, left, right) < 1.0 - SYNONYM_DISTANCE
        push = _cosine(fitted, away[:, 0], away[:, 1]) > 1.0 - ANTONYM_DISTANCE
        drift = _cosine(fitted, kept[:, 0], kept[:, 1]) < closeness
        gradient = (
            _towards(fitted, left[pull], right[pull])
            - _towards(fitted, away[push, 0], away[push, 1])
            + _towards(fitted, kept[drift, 0], kept[drift, 1])
        )
        fitted += STEP * gradient
        fitted /= np.linalg.norm(fitted, axis=1, keepdims=True)
    return fitted


def nearest(vectors: NDArray[np.float32], count: int, *, block: int = 1024) -> NDArray[np.int32]:
    """The `count` rows nearest by cosine to each row of unit vectors, nearest first, shape (n, count)."""
    import torch

    out = np.empty((len(vectors), count), dtype=np.int32)
    everything = torch.from_numpy(vectors)
    for start in range(0, len(vectors), block):
        scores = everything[start : start + block] @ everything.T  # (b, n)
        out[start : start + block] = scores.topk(count, dim=1).indices.numpy()  # 25x quicker than argpartition
    return out


def _kept(
    vectors: NDArray[np.float32], neighbours: NDArray[np.int32], antonyms: Pairs
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    others = neighbours[:, 1 : KEPT_NEIGHBOURS + 1]
    rows = np.repeat(np.arange(len(vectors), dtype=np.int32), others.shape[1])
    pairs = np.stack([rows, others.ravel()], axis=1)
    closeness = _cosine(vectors, pairs[:, 0], pairs[:, 1])
    banned = {a * len(vectors) + b for pair in antonyms for a, b in (pair, pair[::-1])}
    keys = pairs[:, 0].astype(np.int64) * len(vectors) + pairs[:, 1]
    good = (closeness >= KEPT_SIMILARITY) & ~np.isin(keys, np.fromiter(banned, dtype=np.int64, count=len(banned)))
    return pairs[good], closeness[good]


def _cosine(vectors: NDArray[np.float32], left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = np.einsum("ij,ij->i", vectors[left], vectors[right])
    return cosines


def _towards(vectors: NDArray[np.float32], left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
    """The sum over pairs of the gradient of their cosine, for every row: a sparse graph times the vectors."""
    n = len(vectors)
    ones = np.ones(len(left), dtype=np.float32)
    graph = sparse.coo_matrix((ones, (left, right)), shape=(n, n)).tocsr()
    graph = graph + graph.T
    sums: NDArray[np.float32] = graph @ vectors  # (n, h)
    along = np.einsum("ij,ij->i", sums, vectors)[:, None]
    gradient: NDArray[np.float32] = sums - along * vectors
    return gradient
