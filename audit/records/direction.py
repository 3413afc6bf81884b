"""What became of a row under a change after which the answer should move."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Variant, _keyed, _state


@dataclass(frozen=True, slots=True)
class DirectionOutcome:
    """k variants of one row under a change after which the answer should move, as "not" put before what is praised.

    `kept` counts the variants with the same answer; `fall` is by how much the probability of that answer falls at least, over
    the variants that keep it; None where none does. A row in which there is nothing so to change has no variants.
    """

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]
    variants: tuple[Variant, ...]
    kept: int
    fall: float | None
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
