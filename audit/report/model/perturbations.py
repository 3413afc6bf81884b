"""What changes did after which the answer should stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.report.model.rows import Edit


@dataclass(frozen=True, slots=True)
class Flip:
    """A perturbation that changed the prediction of a row."""

    row_id: str
    label: str | None
    before: str
    after: str
    text: str
    perturbed: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class PerturbationFacts:
    """What one perturbation did to all its rows."""

    probe: str
    name: str
    rows: int
    changed: int
    flipped: int
    examples: tuple[Flip, ...]

    def without_texts(self) -> PerturbationFacts:
        """The same without its examples."""
        return replace(self, examples=())
