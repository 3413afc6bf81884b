"""What attacks did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from audit.report.model.rows import Edit


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Share of rows still right when at most `budget` may be spent, with its interval."""

    budget: float
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Adversarial:
    """One successful attack. Confidences are of the predicted labels before and after."""

    probe: str
    name: str
    row_id: str
    label: str | None
    before: str
    before_confidence: float
    after: str
    after_confidence: float
    text: str
    perturbed: str
    edits: tuple[Edit, ...]
    words_changed: int
    words_total: int
    queries: int
    similarity: float | None
    valid: bool | None
    review: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RecipeFacts:
    """What one attack did to all its rows. `counts` by status; `curve` over words changed."""

    probe: str
    name: str
    stand_ins: tuple[str, ...]
    goal: str
    counts: Mapping[str, int]
    curve: tuple[CurvePoint, ...]
    examples: tuple[Adversarial, ...]
    reviewed: int
    judged_same: int
    judged_different: int

    def without_texts(self) -> RecipeFacts:
        """The same without its examples."""
        return replace(self, examples=())
