"""Which audited rows lie where the reference table has none: the distance to its nearest rows, in the eyes of the model.

Sun et al. 2022 (deep nearest neighbours): vectors of length one, the distance to the k-th nearest, and as a threshold a
quantile of the distances of reference rows that were kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats

NEIGHBOURS = 10
USUAL = 0.95
"""Share of reference rows that lie within the threshold."""
MOST = 10_000
"""Reference rows that distances are taken to."""
_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Outside:
    """(texts,) distances of audited rows, those of the reference rows kept apart, and the threshold."""

    distance: Floats
    kept_apart: Floats
    threshold: float

    @property
    def beyond(self) -> NDArray[np.bool_]:
        """(texts,) which audited rows are outside."""
        return np.asarray(self.distance > self.threshold)


def outside(reference: NDArray[np.float32], audited: NDArray[np.float32], generator: np.random.Generator) -> Outside:
    """Distances to one half of the reference rows; the other half says which are usual.

    Args:
        reference, audited: (texts, width) finite; at least 2 x 20 reference rows.
    """
    order = generator.permutation(len(reference))
    half = len(order) // 2
    bank, apart = (_of_length_one(reference[np.sort(part)]) for part in (order[:half][:MOST], order[half:][:MOST]))
    usual = farness(bank, apart)
    # the k-th smallest with k = ceil((n + 1) 0.95): of rows like these at most 5% lie beyond
    k = min(len(usual), int(np.ceil((len(usual) + 1) * USUAL)))
    return Outside(farness(bank, _of_length_one(audited)), usual, float(np.sort(usual)[k - 1]))


def farness(bank: NDArray[np.float32], texts: NDArray[np.float32]) -> Floats:
    """(texts,) distance of each to its tenth nearest of the bank, both of length one."""
    k = min(NEIGHBOURS, len(bank))
    found = np.empty(len(texts))
    for start in range(0, len(texts), _AT_ONCE):
        near = texts[start : start + _AT_ONCE] @ bank.T
        kth = np.partition(near, len(bank) - k, axis=1)[:, len(bank) - k]
        found[start : start + _AT_ONCE] = np.sqrt(np.maximum(2.0 - 2.0 * kth.astype(np.float64), 0.0))
    return found


def _of_length_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)
