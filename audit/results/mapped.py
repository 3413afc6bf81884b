"""The map of a run's rows: where each is drawn, and what it may be coloured by. Two small tables kept beside the charts'."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.results.tables import Group, Tables
from audit.score.frames import Frames
from audit.score.places.plane import FEWEST, kept, plane
from audit.score.shift.shift import placed_outside
from audit.score.shift.sides import Side, placed_side, reference_side
from audit.seeds import row_generator

MOST = 10_000
"""Points of a map; of more rows so many are drawn."""
BESIDE = 2_500
"""Points of the reference table among them, at most."""
AUDITED, BENEATH = "audited", "reference"
COLUMNS = {
    "table": str, "row_id": str, "line": int, "x": float, "y": float, "label": str, "predicted": str, "right": int,
    "confidence": float, "outside": int,
}  # fmt: skip
"""Columns of the table `map`: `table` is one of the two names above, `row_id` "" in the reference table and `line` -1 in the audited
one, `right` and `outside` 1, 0, or -1 where that is not known."""
FACTS = {"audited": int, "reference": int, "kept": float}
"""Columns of the table `map_facts`: rows of either table that the model places, whether drawn or not, and the share of neighbours that
the map keeps (`audit.score.places.plane.kept`)."""


def _map(frames: Frames, _level: float, seed: int) -> Tables:
    """Both tables; without a line where fewer rows than make a map have a place."""
    audited, known = placed_side(frames), reference_side(frames)
    there, beside = (np.flatnonzero(side.placed) for side in (audited, known))
    taken = _some(beside, BESIDE, seed, BENEATH)
    shown = _some(there, MOST - len(taken), seed, AUDITED)
    vectors = np.concatenate([audited.vectors[shown], known.vectors[taken]]) if len(taken) else audited.vectors[shown]
    if len(shown) < FEWEST:
        return {"map": _table([], COLUMNS), "map_facts": _table([], FACTS)}
    places = plane(vectors, row_generator(seed, "map", "places"))
    share = kept(vectors, places, row_generator(seed, "map", "kept"))
    lines = frames.of("references").set_index("subject")["line"]
    outside = _outside(known, audited, seed)
    parts = [
        _points(audited, shown, AUDITED).assign(row_id=np.array(audited.ids)[shown], line=-1, outside=outside[shown]),
        _points(known, taken, BENEATH).assign(row_id="", line=[int(lines[known.ids[i]]) for i in taken], outside=-1),
    ]
    made = pd.concat([part for part in parts if len(part)], ignore_index=True).assign(x=places[:, 0], y=places[:, 1])
    facts = [{"audited": len(there), "reference": len(beside), "kept": share}]
    return {"map": made[list(COLUMNS)].astype(COLUMNS), "map_facts": _table(facts, FACTS)}


def _some(places: NDArray[np.intp], most: int, seed: int, name: str) -> NDArray[np.intp]:
    """So many of some places, in their order."""
    return np.sort(row_generator(seed, "map", name).permutation(places)[:most])


def _points(side: Side, at: NDArray[np.intp], table: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": table, "label": side.labels[at], "predicted": side.predicted[at], "right": side.right[at],
            "confidence": side.confidence[at],
        }
    )  # fmt: skip


def _outside(known: Side, audited: Side, seed: int) -> NDArray[np.int64]:
    """(audited rows,) 1 where one lies outside of the reference table, 0 where not, -1 where that is not known."""
    found = np.full(len(audited), -1)
    judged = placed_outside(known, audited, seed) if known.vectors.shape[1] == audited.vectors.shape[1] else None
    if judged is not None:
        found[audited.placed] = judged.beyond
    return found


def _table(lines: list[dict[str, float]], columns: dict[str, type]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=list(columns)).astype(columns)


MAP = Group(("map", "map_facts"), _map, kinds=(PREDICTION.name, EMBEDDING.name, REFERENCE.name), by_row=True)
