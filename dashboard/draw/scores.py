"""Scores as tables and by name: what pages pick from a run's list of scores."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from audit.scored import Score
from dashboard.draw.cards import title_of


def named(scores: Iterable[Score], name: str, probe: str | None = None, *, sliced: bool = False) -> list[Score]:
    """Scores of one quantity, of all rows (or, `sliced`, of parts of them)."""
    return [s for s in scores if s.name == name and bool(s.slice) == sliced and probe in (None, s.probe)]


def scores_frame(scores: Iterable[Score]) -> pd.DataFrame:
    """Scores as a table for people: title, value, interval, n, method, note."""
    return pd.DataFrame(
        [
            {
                "score": title_of(s), "value": s.value, "low": s.low, "high": s.high, "n": s.n, "level": s.level,
                "unit": s.unit, "method": s.method, "note": s.note, "key": s.key,
            }
            for s in scores
        ],
        columns=["score", "value", "low", "high", "n", "level", "unit", "method", "note", "key"],
    )  # fmt: skip
