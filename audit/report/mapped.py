"""What a report holds of the map of a run: no more dots than a picture on paper shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.report.caps import Caps
from audit.report.model import MapFacts, MapPoint
from audit.results.mapped import AUDITED
from audit.results.reading import Results

MOST = 2000
"""Dots of a picture on paper."""


def maps(read: Results, _caps: Caps) -> tuple[MapFacts, ...]:
    """The map, where the run has embeddings of enough rows."""
    if not read.of_kind("embedding"):
        return ()
    table, facts = read.table("map"), read.table("map_facts")
    if not len(table):
        return ()
    told = facts.iloc[0]
    own = np.flatnonzero(table["table"] == AUDITED)
    others = np.flatnonzero(table["table"] != AUDITED)
    kept = _spread(own, MOST)
    shown = table.iloc[np.concatenate([kept, _spread(others, MOST - len(kept))])]
    points = tuple(
        MapPoint(
            line["table"],
            round(line["x"], 4),
            round(line["y"], 4),
            line["label"],
            line["predicted"],
            line["right"],
            line["outside"],
        )
        for line in shown.to_dict("records")
    )
    return (MapFacts(points, int(told["audited"]), int(told["reference"]), float(told["kept"])),)


def _spread(places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """So many places, evenly spaced."""
    return np.asarray(
        places[np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))], dtype=np.intp
    )
