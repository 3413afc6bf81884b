"""Where rows are drawn on the map."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A dot: of the `audited` or of the `reference` table; `right` and `outside` are 1, 0, or -1 where that is not known."""

    table: str
    x: float
    y: float
    label: str
    predicted: str
    right: int
    outside: int


@dataclass(frozen=True, slots=True)
class MapFacts:
    """The map of a run.

    Attributes:
        points: at most `audit.report.mapped.MOST` of those that the run has.
        rows, reference: rows of either table that the model places.
        kept: share of the ten nearest rows of a row that are among its ten nearest on the map, 0-1.
    """

    points: tuple[MapPoint, ...]
    rows: int
    reference: int
    kept: float

    def without_texts(self) -> MapFacts:
        """The same: no text is in it."""
        return self
