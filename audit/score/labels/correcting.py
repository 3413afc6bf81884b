"""Scores as they are once labels have been corrected: the same answers held against the labels that people gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.score.frames import Frames


def corrected(frames: Frames, labels: Mapping[str, str | None]) -> Frames:
    """The same frames with other labels of some rows; only predictions and examples, for scores of how often the model is right.

    Args:
        frames: of a run; labels: row id -> its label from now on, None for a row that is left out.
    """
    dropped = {row_id for row_id, label in labels.items() if label is None}
    changed = {row_id: label for row_id, label in labels.items() if label is not None}
    examples = frames.examples[~frames.examples["row_id"].isin(dropped)].reset_index(drop=True)
    examples["label"] = _relabelled(examples, changed)
    kept = (~frames.predictions["row_id"].isin(dropped)).to_numpy()
    predictions = frames.predictions[kept].reset_index(drop=True)
    predictions["label"] = _relabelled(predictions, changed)
    right = frames.task.rights(predictions["predicted"], predictions["label"]).astype(int)
    predictions["correct"] = np.where(predictions["label"] == "", -1, right)
    probs = frames.probs[kept] if len(frames.probs) == len(kept) else frames.probs
    return replace(frames, examples=examples, predictions=predictions, probs=probs, marks=None, twins=None, seen=None)


def _relabelled(rows: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    return [labels.get(row_id, label) for row_id, label in zip(rows["row_id"], rows["label"], strict=True)]
