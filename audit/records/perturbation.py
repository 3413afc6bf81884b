"""What became of a row under a change after which the answer should stay."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Variant, _keyed, _state


@dataclass(frozen=True, slots=True)
class PerturbationOutcome:
    """k variants of one row under one named perturbation; `flips` counts changed variants with another prediction."""

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    variants: tuple[Variant, ...]
    flips: int
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""

    def __post_init__(self) -> None:
        _keyed(self)

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok or error."""
        return _state(self.error)
