"""What changes did after which the answer should move."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.report.model.rows import Edit


@dataclass(frozen=True, slots=True)
class Stay:
    """A change after which the answer should move and stayed."""

    row_id: str
    label: str | None
    answer: str
    confidence: float
    after_confidence: float
    text: str
    perturbed: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class DirectionFacts:
    """What one change did after which the answer should move; `rows`, `changed` and `stayed` count rows of the table."""

    probe: str
    name: str
    rows: int
    changed: int
    stayed: int
    examples: tuple[Stay, ...]

    def without_texts(self) -> DirectionFacts:
        """The same without its examples."""
        return replace(self, examples=())
