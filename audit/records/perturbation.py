"""What became of a row under a change after which the answer should stay."""

from __future__ import annotations

from dataclasses import dataclass

from audit.records.base import Changed, Variant


@dataclass(frozen=True, slots=True)
class PerturbationOutcome(Changed):
    """k variants of one row under one named perturbation; `flips` counts changed variants with another prediction."""

    variants: tuple[Variant, ...]
    flips: int
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""
