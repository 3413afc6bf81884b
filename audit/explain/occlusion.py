"""How far the explained value falls when one word is taken away: a method of its own, and a yardstick for the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.explain.rows import Row, Unit
from audit.explain.steps import Steps, masked


def leave_one_out(row: Row, unit: Unit, removal: str = "mask") -> Steps[NDArray[np.float64]]:
    """Leave-one-out scores (m,) of a row."""
    keep = ~np.eye(len(row.words), dtype=bool)
    logits = yield from masked(row, keep, "delete" if removal == "delete" else "mask")
    scores: NDArray[np.float64] = row.full(unit) - row.value(logits, unit)
    return scores
