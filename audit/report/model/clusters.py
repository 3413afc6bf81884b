"""Clusters of rows that are alike to the model."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """A cluster of the run's rows, those of its reference table among them.

    Attributes:
        number: by which filters name it. words: that name it, "" where none stands out, None where they may not be told.
        rows, reference: rows of either table in it.
        row_ids: of audited rows nearest to its centre, as many as are shown.
    """

    number: int
    words: str | None
    rows: int
    reference: int
    row_ids: tuple[str, ...]

    def without_texts(self) -> ClusterFacts:
        """The same without words of texts."""
        return replace(self, words=None)
