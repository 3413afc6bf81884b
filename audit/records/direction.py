"""What became of a row under a change after which the answer should move."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Changed, Variant


@dataclass(frozen=True, slots=True)
class DirectionOutcome(Changed):
    """k variants of one row under a change after which the answer should move, as "not" put before what is praised.

    `kept` counts the variants with the same answer; `fall` is by how much the probability of that answer falls at least, over
    the variants that keep it; None where none does. A row in which there is nothing so to change has no variants.
    """

    variants: tuple[Variant, ...]
    kept: int
    fall: float | None
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""
