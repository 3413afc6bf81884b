"""The words that tell a cluster's rows from all others: log-odds with an informative Dirichlet prior (Monroe et al. 2008)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from audit.score.bootstrap import Floats
from audit.score.text_marks import Marks
from audit.word_kinds import says_something

NAMED = 3
"""Words of a name."""
PRIOR = 500.0
"""Words that the prior weighs, in the shares that they have in all rows together."""
FEWEST = 5
"""Rows in which a word must stand: what is rarer may be somebody's name."""
FALSE = 0.05
"""Expected share of words named that do not tell (Benjamini & Hochberg over the words of a cluster)."""


def distinctive(
    sides: Sequence[tuple[Marks, NDArray[np.int64]]], count: int, *, most: int = NAMED
) -> list[tuple[str, ...]]:
    """Of each cluster the words that stand in it surely more often than elsewhere, the surest first; only such as say something.

    Args:
        sides: marks of texts, and the number of each one's cluster, 0 for none.
        count: of clusters.
    """
    words: dict[str, int] = {}
    for marks, _ in sides:
        for word in marks.vocabulary:
            words.setdefault(word, len(words))
    rows = np.zeros((count, len(words)))
    for marks, number in sides:
        at = np.fromiter((words[word] for word in marks.vocabulary), np.intp, len(marks.vocabulary))
        own = np.flatnonzero(number > 0)
        ones = np.ones(len(own), dtype=np.float64)
        member = sparse.csr_array((ones, (number[own] - 1, own)), shape=(count, len(number)))
        rows[:, at] += np.asarray((member @ marks.words).todense())
    names = np.array(list(words), dtype=object)
    kept = np.flatnonzero(rows.sum(axis=0) >= FEWEST)
    kept = kept[np.fromiter((says_something(word) for word in names[kept]), bool, len(kept))]
    if not len(kept):
        return [()] * count
    z = log_odds(rows[:, kept])
    found = []
    for line in z:
        corrected = stats.false_discovery_control(stats.norm.sf(line), method="bh")
        order = np.lexsort((np.arange(len(line)), -line))
        found.append(tuple(str(names[kept[i]]) for i in order[:most] if corrected[i] <= FALSE))
    return found


def log_odds(rows: Floats) -> Floats:
    """(clusters, words) by how many standard errors a word's odds in a cluster lie above those in all others.

    Args:
        rows: (clusters, words) in how many rows of a cluster each word stands.
    """
    every = rows.sum(axis=0)
    prior = PRIOR * every / max(float(every.sum()), 1.0)
    inside, outside = rows + prior, every - rows + prior
    odds = [
        np.log(side) - np.log(np.maximum(side.sum(axis=1, keepdims=True) - side, 1e-12)) for side in (inside, outside)
    ]
    return np.asarray((odds[0] - odds[1]) / np.sqrt(1.0 / inside + 1.0 / outside))
