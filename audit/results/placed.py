"""Which rows lie farthest from the reference table: a small table kept beside the charts'."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.results.tables import Group, Tables
from audit.score.frames import Frames
from audit.score.shift.shift import placed_outside
from audit.score.shift.sides import audited_side, reference_side

MOST = 200
"""Rows that are kept, the farthest of those outside."""
COLUMNS = ["row_id", "distance"]


def _farthest(frames: Frames, _level: float, seed: int) -> Tables:
    """Rows outside the reference table, the farthest first, each with its distance to the nearest reference rows."""
    audited = audited_side(frames)
    found = placed_outside(reference_side(frames), audited, seed) if len(frames.of("references")) else None
    if found is None:
        return {"farthest": pd.DataFrame({"row_id": pd.Series(dtype=str), "distance": pd.Series(dtype=float)})}
    ids = np.array(audited.ids, dtype=object)[audited.placed]
    order = np.argsort(-found.distance, kind="stable")
    kept = order[found.beyond[order]][:MOST]
    return {"farthest": pd.DataFrame({"row_id": ids[kept].astype(str), "distance": found.distance[kept]})}


FARTHEST = Group(
    ("farthest",), _farthest, kinds=tuple(kind.name for kind in (PREDICTION, EMBEDDING, REFERENCE)), by_row=True
)
