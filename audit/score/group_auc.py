"""How well the score of a class tells rows apart within a group, and across it (Borkan et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from audit.said import Said
from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities
from audit.score.frames import Frames
from audit.score.group_columns import Grouping, groupings
from audit.score.groups import MAX_CLASSES
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.performance import labelled, memberships
from audit.slices import Slice

FEWEST = 10
"""Rows of the class, and rows of other classes, from which on there is a figure."""
MOST = 12
"""Groups of a grouping, the largest."""


def group_auc(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Subgroup, BPSN and BNSP AUC of the groups named by the table and of whom the texts speak of."""
    rows = labelled(frames)
    if (
        rows.empty
        or len(frames.labels) > MAX_CLASSES
        or not len(frames.examples)
        or frames.probs.shape[1] != len(frames.labels)
    ):
        return
    truth = memberships(rows, frames)[0]
    probs = frames.probs[rows.index.to_numpy()].astype(np.float64)
    either = len(frames.labels) == 2 and not frames.task.several
    for grouping in groupings(frames):
        if grouping.kind == "crossed":
            continue
        sizes = grouping.sizes(rows).sort_values(ascending=False, kind="stable")
        for group in map(str, sizes.index[:MOST]):
            own = grouping.inside(rows, group)
            for k in range(1 if either else 0, len(frames.labels)):
                yield from _of_group(grouping, group, own, frames.labels[k], truth[:, k], probs[:, k], rows, measurer)


def _of_group(
    grouping: Grouping, group: str, own: NDArray[np.bool_], label: str, truth: NDArray[np.bool_], p: Floats, rows: pd.DataFrame,
    measurer: Measurer,
) -> Iterator[Measure]:  # fmt: skip
    weight = rows["weight"].to_numpy(dtype=np.float64)
    about: Any = {
        "where": Slice(grouping.parts[group], label=label),
        "context": {"group": grouping.name, "value": group, "label": label},
    }
    for name, yes, no in (
        ("subgroup_auc", own & truth, own & ~truth),
        ("bpsn_auc", ~own & truth, own & ~truth),
        ("bnsp_auc", own & truth, ~own & ~truth),
    ):
        if min(yes.sum(), no.sum()) < FEWEST:
            continue
        made = auc(p[yes], p[no], weight[yes], weight[no], resamples=measurer.resamples)
        count = float(weight[yes].sum() + weight[no].sum())
        if name != "subgroup_auc":
            rest = float(weight[(yes | no) & ~own].sum())
            about["notes"] = (Said("note.rows_apart", {"own": round(count - rest), "rest": round(rest)}),)
        yield measurer.replicated(name, made, basis="mover", rows=count, texts=float(yes.sum() + no.sum()), **about)


def auc(yes: Floats, no: Floats, yes_weight: Floats, no_weight: Floats, *, resamples: int) -> Replicates:
    """The chance that a row of the class scores above one of another, ties counting half, with DeLong's interval on the logit.

    DeLong, DeLong & Clarke-Pearson 1988: the variance of the mean of every row's placement among the others; what a bootstrap of
    the texts comes to, without the draws.
    """
    above, below = _placements(yes, no, no_weight), 1.0 - _placements(no, yes, yes_weight)
    value = float(np.average(above, weights=yes_weight))
    variance = _variance(above, yes_weight) + _variance(below, no_weight)
    least = 0.5 / (yes.size * no.size)
    middle = float(np.clip(value, least, 1.0 - least))
    error = np.sqrt(max(variance, least**2)) / (middle * (1.0 - middle))
    ends = expit(logit(middle) + ndtri(probabilities(resamples)) * error)
    return confidence_distribution(value, ends)


def _placements(these: Floats, those: Floats, weight: Floats) -> Floats:
    """For each of these the weighted share of those that lie below it, (n,)."""
    order = np.argsort(those, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    below, upto = (total[np.searchsorted(those[order], these, side=side)] for side in ("left", "right"))  # type: ignore[call-overload]
    placed: Floats = (below + upto) / (2.0 * total[-1])
    return placed


def _variance(placed: Floats, weight: Floats) -> float:
    share = weight / weight.sum()
    mean = float((share * placed).sum())
    return float((share**2 * (placed - mean) ** 2).sum()) / max(1.0 - float((share**2).sum()), 1e-9)
