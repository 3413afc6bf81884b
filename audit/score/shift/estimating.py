"""How right is the model on rows that nobody has labelled? Average thresholded confidence (Garg et al. 2022)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import RESAMPLES, Floats, Replicates

AT_ONCE = 100
"""Resamples that are held at once."""


def estimated_accuracy(
    reference: Floats, right: NDArray[np.bool_], audited: Floats, weight: Floats, generator: np.random.Generator
) -> tuple[Replicates, float]:
    """The share of audited rows that are surer than a threshold, and the threshold: as many reference rows lie below it as are wrong.

    Args:
        reference: (n,) how sure the model is of labelled reference rows; right: (n,) whether it is right on them.
        audited: (m,) how sure it is of the audited rows; weight: (m,) rows of the table that share the text.
        generator: draws both tables anew for the replicates.
    """
    order = np.argsort(reference, kind="stable")
    sure, wrong = reference[order], (~right[order]).astype(np.float64)
    by = np.argsort(audited, kind="stable")
    above = 1.0 - np.concatenate([[0.0], np.cumsum(weight[by]) / weight.sum()])
    asc = audited[by]

    def share(threshold: Floats) -> Floats:
        return np.asarray(above[np.searchsorted(asc, threshold, side="left")])

    def threshold(counts: Floats) -> Floats:
        """(draws,) of counts (draws, n): the least confidence with as many rows below it as there are wrong ones."""
        errors = counts @ wrong
        place = np.array(
            [np.searchsorted(np.cumsum(row), e, side="right") for row, e in zip(counts, errors, strict=True)]
        )
        return np.asarray(np.append(sure, np.inf)[place], dtype=np.float64)

    n = len(sure)
    cut = threshold(np.ones((1, n)))
    value = float(share(cut)[0])
    some = (generator.multinomial(n, np.full(n, 1 / n), size=AT_ONCE) for _ in range(RESAMPLES // AT_ONCE))
    drawn = np.concatenate([threshold(counts.astype(np.float64)) for counts in some])
    effective = max(1, round(float(weight.sum()) ** 2 / float((weight**2).sum())))
    replicates = generator.binomial(effective, np.clip(share(drawn), 0.0, 1.0)) / effective
    return Replicates(value, np.sort(replicates), min(n, effective)), float(cut[0])
