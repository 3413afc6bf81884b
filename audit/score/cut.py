"""Whether the model's limit cuts the texts of one label more than those of the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from audit.score.frames import Frames
from audit.score.intervals import holm, share_interval

COLUMNS = ("label", "texts", "cut", "share", "low", "high", "rest", "p_value")


def cut_by_label(frames: Frames, *, level: float = 0.95) -> pd.DataFrame:
    """Per true label how many of its texts are longer than the model reads, beside those of all other labels.

    Texts are counted, each once, however often they stand in the table; one with several labels counts for each of them.

    Args:
        frames: with the predictions of a run; level: of the Wilson intervals.

    Returns:
        As `cut_of`.
    """
    rows = frames.predictions
    known = rows[~rows["error"] & (rows["label"] != "")]
    held = [frozenset(frames.task.parts(str(cell))) for cell in known["label"]]
    return cut_of(known["truncated"].to_numpy(dtype=bool), held, frames.labels, level=level)


def cut_of(
    cut: NDArray[np.bool_], held: Sequence[frozenset[str]], labels: Sequence[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Per label how many of its texts were cut, beside those of all others.

    Args:
        cut: (texts,) which are longer than the model reads.
        held: the labels of each text.
        labels: those that are told, in this order.
        level: of the Wilson intervals.

    Returns:
        Columns label, texts, cut, share, low, high, rest (share of the other labels' texts), p_value (Fisher's exact test against these,
        two-sided, after Holm's correction over the labels); none of a label without texts, or with all of them.
    """
    lines = []
    for label in labels:
        inside = np.array([label in part for part in held], dtype=bool)
        texts, others = int(inside.sum()), int((~inside).sum())
        if not texts or not others:
            continue
        hits, rest = int(cut[inside].sum()), int(cut[~inside].sum())
        found = share_interval(hits, texts, level)
        p = float(fisher_exact(np.array([[hits, texts - hits], [rest, others - rest]])).pvalue)
        lines.append((label, texts, hits, hits / texts, found.low, found.high, rest / others, p))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    return table.assign(p_value=holm(table["p_value"].to_numpy())) if lines else table
