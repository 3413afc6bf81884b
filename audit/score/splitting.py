"""Halves of a table: one to find or to fit, the other to judge what was found."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def halves(content_ids: pd.Series, seed: int) -> NDArray[np.bool_]:
    """(n,) which texts belong to the first half: by their content, so that the order of a table does not matter."""
    bits = content_ids.map(lambda content: int(content[:8], 16) if content else 0).to_numpy(dtype=np.uint64)
    mixed = (bits ^ np.uint64(seed * 0x9E3779B1 & 0xFFFFFFFF)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(63)).astype(bool)
