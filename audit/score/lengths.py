"""Whether longer texts get another answer than shorter ones of the same label: a regression, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.intervals import benjamini_hochberg
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.performance import labelled
from audit.slices import Slice

LEAST_TEXTS = 50
"""Fewer labelled texts say nothing of a slope."""


def length_slope(frames: Frames, measurer: Measurer, probe: str) -> Iterator[Measure]:
    """Change of a class's probability for each doubling of the tokens, labels held fixed; of the class that gains most.

    Ordinary least squares with an intercept for each label (the within estimator): both are taken from their mean among
    the texts of the same label. Labels that a text has alone say nothing. None of several labels at once.
    """
    rows = labelled(frames)
    tokens = rows["tokens"].to_numpy(dtype=np.float64) if len(rows) else np.empty(0)
    known = tokens > 0
    rows, tokens = rows[known], tokens[known]
    if len(rows) < LEAST_TEXTS or "confusions" not in frames.task.families:
        return
    doublings = within(np.log2(tokens), rows["label"])
    spread = float((doublings**2).sum())
    if spread < 1e-9:
        return
    probs = frames.probs[rows.index.to_numpy()].astype(np.float64)
    inside = np.column_stack([within(probs[:, place], rows["label"]) for place in range(probs.shape[1])])
    slopes = doublings @ inside / spread
    p_values = [_p_of_slope(doublings, inside[:, place], rows["label"].nunique()) for place in range(len(slopes))]
    adjusted = benjamini_hochberg(p_values)
    best = max(range(len(slopes)), key=lambda place: float(slopes[place]))
    weight = rows["weight"].to_numpy(dtype=np.float64)
    sums = np.column_stack([doublings * inside[:, best] * weight, doublings**2 * weight])
    label = frames.labels[best]
    yield measurer.sums(
        "length_slope", sums, lambda totals: totals[:, 0] / totals[:, 1], rows=float(weight.sum()), probe=probe,
        where=Slice(feature="length", change="regression", label=label),
        notes=told(Said("note.of_features", {"q": Number(float(adjusted[best]), "p_value"), "tested": len(slopes)})),
        context={"feature": "length", "change": "regression", "label": label, "q_value": float(adjusted[best])},
    )  # fmt: skip


def within(values: Floats, labels: pd.Series) -> Floats:
    """Values less their mean among the texts of the same label, (n,)."""
    series = pd.Series(values, index=labels.index)
    return (series - series.groupby(labels).transform("mean")).to_numpy(dtype=np.float64)


def _p_of_slope(x: Floats, y: Floats, labels: int) -> float:
    """Two-sided p of no slope by least squares, the labels' means counted among what is estimated."""
    from scipy.special import stdtr

    freedom = x.size - labels - 1
    slope = float(x @ y) / float(x @ x)
    rest = float(((y - slope * x) ** 2).sum())
    if freedom < 1 or rest < 1e-18:
        return 1.0 if abs(slope) < 1e-9 else 0.0
    return float(2.0 * stdtr(freedom, -abs(slope) / np.sqrt(rest / freedom / float(x @ x))))
