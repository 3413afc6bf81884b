"""The risk-coverage curve: how often answers are wrong when only the surest so many are given (El-Yaniv & Wiener 2010)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.score.frames import Frames
from audit.score.intervals import share_interval
from audit.score.performance import labelled

POINTS = 60
"""Shares of texts that are looked at, at most."""
FEWEST = 20
"""Answers of the first point: fewer say nothing of an error."""
COLUMNS = ["answered", "error", "low", "high", "confidence", "n"]


def risk_coverage(frames: Frames, *, level: float = 0.95, points: int = POINTS) -> pd.DataFrame:
    """The share of wrong answers among the surest, by the share of texts that they are.

    Args:
        frames: of the run; texts of one confidence are answered all or none.
        level: confidence level of the band, which holds at each point for itself.
        points: lines at most.

    Returns:
        Columns answered (share of the labelled rows), error, low, high, confidence (the least that is answered), n (rows answered),
        from the surest answers to all of them; empty with fewer than 20 labelled texts.
    """
    rows = labelled(frames)
    rows = rows[np.isfinite(rows["confidence"].to_numpy(dtype=np.float64))]
    if len(rows) < FEWEST:
        return pd.DataFrame(columns=COLUMNS)
    rows = rows.sort_values("confidence", ascending=False, kind="stable")
    sure, weight = (rows[name].to_numpy(dtype=np.float64) for name in ("confidence", "weight"))
    wrong = (rows["correct"] == 0).to_numpy(dtype=np.float64)
    last = np.flatnonzero(np.append(sure[1:] < sure[:-1], True))  # of equal confidences all or none
    last = last[last >= FEWEST - 1]
    chosen = np.unique(np.linspace(0, len(last) - 1, min(points, len(last))).round().astype(int))
    mass, squares, errors = np.cumsum(weight), np.cumsum(weight**2), np.cumsum(weight * wrong)
    lines = []
    for at in last[chosen]:
        share, effective = errors[at] / mass[at], mass[at] ** 2 / squares[at]
        low, high = share_interval(min(share * effective, effective), effective, level)
        lines.append((mass[at] / mass[-1], share, low, high, sure[at], round(mass[at])))
    return pd.DataFrame(lines, columns=COLUMNS)
