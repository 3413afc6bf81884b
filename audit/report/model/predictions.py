"""How sure the model is, and what it takes for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Rows of similar confidence: mean confidence against how often they are right."""

    confidence: float
    accuracy: float
    low: float
    high: float
    n: int

    def without_texts(self) -> ReliabilityBin:
        """The same: it holds none."""
        return self


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Of the surest `answered` share of the texts, those with a confidence of `confidence` or more, `error` are wrong."""

    answered: float
    error: float
    low: float
    high: float
    confidence: float
    n: int

    def without_texts(self) -> RiskPoint:
        """The same: it holds none."""
        return self


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows of one class taken for one other (or put right, where true == predicted)."""

    true: str
    predicted: str
    rows: int
    share: float

    def without_texts(self) -> Confusion:
        """The same: it holds none."""
        return self
