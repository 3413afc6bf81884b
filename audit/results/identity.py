"""What a report counts of texts said of other groups, and which rows show the widest gaps: small tables kept beside the charts'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from audit.results.tables import Group, Tables
from audit.score.frames import Frames
from audit.score.identity_grid import Grid, Pair, grids, pairs, sentences_tried

SHOWN = 20
"""Rows kept as examples of one dimension: those that differ most between the two groups with the widest gap."""
_FEW = 5
_COUNTS = ["probe", "name", "rows", "mention", "said", "tried", "turned"]
_ROWS = ["probe", "name", "dimension", "higher", "lower", "row_id"]


def _identity(frames: Frames, _level: float, _seed: int) -> Tables:
    table = frames.of("identities")
    counts, shown = [], []
    for probe, rows in table.groupby("probe", sort=False, observed=True) if len(table) else ():
        head, sound = (str(probe), str(rows["name"].iloc[0])), rows[~rows["error"]]
        tried, turned = sentences_tried(frames.versions, sound)
        lines = frames.versions.lines
        own = lines.loc[lines["own"], "owner"].unique()
        weights = sound["weight"]
        said = int(weights[sound.index.isin(own)].sum())
        counts.append((*head, int(weights.sum()), int(weights[sound["mentions"] > 0].sum()), said, tried, turned))
        for grid in grids(frames.versions, sound):
            shown += [(*head, *line) for line in _widest(grid)]
    return {
        "identity_counts": pd.DataFrame(counts, columns=_COUNTS),
        "identity_rows": pd.DataFrame(shown, columns=_ROWS),
    }


def _widest(grid: Grid) -> list[tuple[Any, ...]]:
    """The rows of a dimension that show its widest gap best, those as typed first."""
    found = [
        (abs(mean), pair, k) for pair in pairs(grid) for k, mean in enumerate(_means(pair)) if len(pair.rows) >= _FEW
    ]
    if not found:
        return []
    _, pair, k = max(found, key=lambda one: (one[0], one[1].first, one[1].second))
    values = pair.gaps[:, k] * (1.0 if _means(pair)[k] >= 0 else -1.0)
    higher, lower = (pair.second, pair.first) if _means(pair)[k] >= 0 else (pair.first, pair.second)
    order = np.lexsort((-np.nan_to_num(values), grid.inserted[pair.rows]))
    return [(grid.dimension, higher, lower, str(row)) for row in grid.row_id[pair.rows][order[:SHOWN]]]


def _means(pair: Pair) -> list[float]:
    with np.errstate(invalid="ignore"):
        return [
            float(np.nan_to_num(np.mean(column[np.isfinite(column)]) if np.isfinite(column).any() else 0.0))
            for column in pair.gaps.T
        ]


COUNTED = Group(("identity_counts", "identity_rows"), _identity, ("identity",))
