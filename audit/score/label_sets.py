"""How well answers of several labels at once do, label by label over all rows together: micro-F1 and Hamming loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Said
from audit.score.bootstrap import Floats
from audit.score.measurer import FEW, Measurer, absent
from audit.score.measures import EVIDENCE, Measure


def label_sets(
    rows: pd.DataFrame, truth: NDArray[np.bool_], predicted: NDArray[np.bool_], measurer: Measurer
) -> Iterator[Measure]:
    """The scores of labelled predictions.

    Args:
        rows: the predictions, columns of `Frames.predictions`.
        truth, predicted: which labels each row has and is given, (n, labels).
        measurer: makes the measures.
    """
    weights = rows["weight"].to_numpy(dtype=np.float64)
    wrong = (truth != predicted).sum(axis=1)
    worst = rows["row_id"].to_numpy()[np.argsort(-wrong, kind="stable")][: min(EVIDENCE, int((wrong > 0).sum()))]
    both = (truth & predicted).sum(axis=1).astype(np.float64)
    yield _micro_f1(both, (truth | predicted).sum(axis=1).astype(np.float64), weights, measurer, worst)
    labels = np.full(len(rows), truth.shape[1])
    yield measurer.rate("hamming_loss", wrong, labels, weights, evidence=worst)


def _micro_f1(both: Floats, either: Floats, weights: Floats, measurer: Measurer, worst: NDArray[Any]) -> Measure:
    """F1 is 2s / (1 + s) of the share s of labels a row has or is given that are both, over all rows: bootstrap over texts.

    As for every rate, the interval of a share of texts stands in where fewer than 10 of them have a hit or a miss.
    """
    mass = weights * either
    if not mass.any():
        return absent("micro_f1", Said("note.no_class"))
    rows = float(weights[either > 0].sum())
    if min(int((both > 0).sum()), int((both < either).sum())) >= FEW:
        sums = np.column_stack([2.0 * both * weights, (both + either) * weights])
        return measurer.sums("micro_f1", sums, lambda s: s[:, 0] / s[:, 1], rows=rows, evidence=worst)
    share, effective = float((both * weights).sum() / mass.sum()), float(mass.sum() ** 2 / (mass**2).sum())
    counts = (min(share * effective, effective), effective)
    return Measure(
        "micro_f1", 2.0 * share / (1.0 + share), round(rows), "jaccard", counts=counts, evidence=tuple(map(str, worst))
    )
