"""What a model says of a row."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Keyed


@dataclass(frozen=True, slots=True)
class Prediction(Keyed):
    """What the model says of one row. `tokens` is the full length, `kept` what fitted the model's limit."""

    row_id: str
    predicted: str | None
    probs: tuple[float, ...]
    tokens: int
    kept: int
    error: str | None = None
    name: str = "predict"
    probe: str = ""

    @property
    def truncated(self) -> bool:
        """Whether the model saw only part of the text."""
        return self.kept < self.tokens

    @property
    def original_probs(self) -> tuple[float, ...]:
        """What the model says of the text as it is."""
        return self.probs
