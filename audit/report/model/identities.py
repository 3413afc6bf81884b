"""What became of rows that were said of other groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.report.model.rows import Edit


@dataclass(frozen=True, slots=True)
class SaidOf:
    """A row said of two groups: the model's probabilities and answers for both, and what differs. `inserted`: only a sentence does."""

    row_id: str
    label: str | None
    dimension: str
    first: str
    second: str
    first_probs: tuple[float, ...]
    second_probs: tuple[float, ...]
    first_answer: str
    second_answer: str
    inserted: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """How many rows speak of anybody (`mention`), were said of others (`said`), and what became of the sentences put before others.

    `tried` counts these, once a dimension, `turned` those before which any sentence turned the answer.
    """

    probe: str
    name: str
    rows: int
    mention: int
    said: int
    tried: int
    turned: int
    examples: tuple[SaidOf, ...]

    def without_texts(self) -> IdentityFacts:
        """The same without its examples."""
        return replace(self, examples=())
