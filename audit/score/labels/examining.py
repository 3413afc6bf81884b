"""Which rows of a run can say anything of its labels, and what confident learning makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.intervals import share_interval
from audit.score.labels.learning import NOWHERE, Ints, confident_joint, joint, margins, put_into, thresholds
from audit.score.performance import labelled

FEWEST_ROWS = 50
"""Labelled texts that the model was not trained on, as far as is known, from which on its contradictions are told."""
SKILL = 0.25
"""How much of what guessing the most frequent label leaves wrong the model must surely have right: less, and its sure answers
are no ground to doubt a label."""
SINGLE = "confusions"
"""Family of tasks whose answer is one label."""


@dataclass(frozen=True)
class Examined:
    """Labelled rows with what the model says of their labels; empty, with the reason, where it can say nothing.

    Attributes:
        rows: lines of `predictions` with a label and an answer, with `given` (the label's probability), `margin` and `seen`.
        given: (n,) index of each label; probs: (n, k); weights: (n,).
        outside: (n,) rows that do not stand in the reference table; all, where there is none.
        suspected: (n,) rows whose label the model contradicts with confidence.
        expected: the share of wrong labels by confident learning alone, the model's own sure mistakes among them.
        reason: why there is nothing.
    """

    rows: pd.DataFrame
    given: Ints
    probs: NDArray[np.float32]
    weights: Floats
    outside: NDArray[np.bool_]
    suspected: NDArray[np.bool_]
    expected: float = float("nan")
    reason: Said | None = None


def examine(frames: Frames) -> Examined:
    """What confident learning says of a run's labels.

    Thresholds come from the rows outside the reference table where they are enough: of a row it was trained on a model is too sure.
    """
    rows, given, probs = _rows(frames)
    weights: Floats = rows["weight"].to_numpy(dtype=np.float64)
    outside = (rows["seen"] == 0).to_numpy()
    none = np.zeros(len(rows), dtype=bool)
    found = Examined(rows, given, probs, weights, outside, none)
    reason = _reason(frames, found)
    if reason is not None:
        return Examined(rows, given, probs, weights, outside, none, reason=reason)
    judging = outside if outside.sum() >= FEWEST_ROWS else ~none
    least = thresholds(probs[judging], given[judging], weights[judging])
    put = put_into(probs, least)
    rows["margin"] = margins(probs, given)
    suspected = (put != NOWHERE) & (put != given) & (rows["correct"] == 0).to_numpy()
    classes = len(frames.labels)
    counts = confident_joint(given[judging], put[judging], classes, weights[judging])
    listed: Floats = np.bincount(given[judging], weights[judging], minlength=classes).astype(np.float64)
    share = 1.0 - float(np.trace(joint(counts, listed)))
    return Examined(rows, given, probs, weights, outside, suspected, max(share, 0.0))


def _rows(frames: Frames) -> tuple[pd.DataFrame, Ints, NDArray[np.float32]]:
    """Labelled rows whose label the model has, with probabilities for all labels."""
    index = {label: i for i, label in enumerate(frames.labels)}
    rows: pd.DataFrame = labelled(frames)
    if SINGLE not in frames.task.families or not frames.probs.size:
        rows = rows.iloc[:0]
    rows = rows[rows["label"].isin(index)]
    probs = frames.probs[rows.index.to_numpy(dtype=np.intp)] if len(rows) else np.empty((0, len(index)), np.float32)
    whole = np.isfinite(probs).all(axis=1)
    rows, probs = rows.iloc[np.flatnonzero(whole)].reset_index(drop=True), probs[whole]
    given: Ints = np.array([index[label] for label in rows["label"]], dtype=np.intp)
    rows["given"] = probs[np.arange(len(rows)), given].astype(np.float64)
    rows["margin"] = np.nan
    rows["seen"] = _seen(rows, frames)
    return rows, given, probs


def _seen(rows: pd.DataFrame, frames: Frames) -> NDArray[np.int8]:
    if frames.seen is None or len(frames.seen) != len(frames.examples):
        return np.zeros(len(rows), dtype=np.int8)
    known = pd.Series(frames.seen, frames.examples["row_id"].to_numpy())
    return rows["row_id"].map(known).fillna(0).to_numpy(dtype=np.int8)


def _reason(frames: Frames, found: Examined) -> Said | None:
    """Why the model can say nothing of the labels, if it cannot."""
    if SINGLE not in frames.task.families:
        return Said("note.labels_several")
    if not len(found.rows):
        return Said(
            "note.labels_unlabelled" if not (frames.examples["label"] != "").any() else "note.labels_unanswered"
        )
    if len(np.unique(found.given)) < 2:
        return Said("note.labels_one_class", {"label": str(found.rows["label"].iloc[0])})
    if len(found.rows) < FEWEST_ROWS:
        return Said("note.labels_few", {"rows": len(found.rows), "needed": FEWEST_ROWS})
    right = float((found.weights * (found.rows["correct"] == 1)).sum())
    total = float(found.weights.sum())
    effective = total**2 / float((found.weights**2).sum())
    accuracy = right / total
    often = float(np.bincount(found.given, found.weights).max()) / total
    if share_interval(accuracy * effective, effective, 0.95).low <= often + SKILL * (1.0 - often):
        return Said("note.labels_guessing", {"accuracy": Number(accuracy), "often": Number(often)})
    return None
