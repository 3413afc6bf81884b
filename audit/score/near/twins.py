"""Near duplicates: texts that are the same but for a tenth of their characters, found by MinHash and told by edit distance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from audit.score.near.shingles import across, bands, plain, within

ALIKE = 0.90
"""Two texts are near duplicates from this share of characters in common on: 1 less the edit distance over the longer length."""
WHOLE = 2_000
"""Characters of a text that are compared; longer ones that begin so alike are taken to go on alike."""
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Twins:
    """Near duplicates among some texts, by their places: each pair once, `first` before `second`; `alike` is 1 for the same text.

    Between two sets of texts `second` are places among the others.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    alike: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)

    def both_ways(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
        """Every pair from either side: (2 pairs,) the text, its twin, how alike; by text, the most alike first."""
        one, other = np.concatenate([self.first, self.second]), np.concatenate([self.second, self.first])
        alike = np.concatenate([self.alike, self.alike])
        order = np.lexsort((other, -alike, one))
        return one[order], other[order], alike[order]

    def families(self, texts: int) -> NDArray[np.intp]:
        """(texts,) which family of near duplicates each text belongs to: twins of twins are of one."""
        ones = np.ones(len(self), dtype=np.int8)
        graph = sparse.coo_array((ones, (self.first, self.second)), shape=(texts, texts))
        _, found = connected_components(graph, directed=False)
        return np.asarray(found, dtype=np.intp)


def twins_among(texts: Iterable[tuple[str, str | None]]) -> Twins:
    """Near duplicates among texts with their pairs, each by its place."""
    read = [plain(*one) for one in texts]
    return _compared(within(bands(read)), read.__getitem__, read.__getitem__)


def twins_between(
    texts: Iterable[tuple[str, str | None]],
    others: Iterable[tuple[str, str | None]],
    other: Callable[[int], tuple[str, str | None]],
) -> Twins:
    """Near duplicates of texts among others.

    Args:
        texts: read once and held.
        others: read once, a few at a time; other: one of them by its place, read again where it may be a near duplicate.
    """
    read = [plain(*one) for one in texts]
    pairs = across(bands(read), bands(plain(*one) for one in others))
    return _compared(pairs, read.__getitem__, lambda place: plain(*other(place)))


def _compared(pairs: NDArray[np.int64], left: Callable[[int], str], right: Callable[[int], str]) -> Twins:
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    alike = np.zeros(len(pairs), dtype=np.float32)
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        ours, theirs = (
            [side(int(i))[:WHOLE] for i in places] for side, places in ((left, some[:, 0]), (right, some[:, 1]))
        )
        made = cpdist(ours, theirs, scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE, dtype=np.float32)
        alike[start : start + _AT_ONCE] = made
    kept = alike >= ALIKE - 1e-6
    return Twins(pairs[kept, 0].astype(np.intp), pairs[kept, 1].astype(np.intp), alike[kept])
