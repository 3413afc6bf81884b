"""What explanations say."""

from __future__ import annotations

from dataclasses import dataclass

from audit.report.model.rows import HeatWord


@dataclass(frozen=True, slots=True)
class Bound:
    """Mean of a metric of explanations, between random orders (floor) and the best order found (ceiling)."""

    metric: str
    value: float
    floor: float | None
    ceiling: float | None
    normalised: float | None
    n: int


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """One explanation method over all its rows."""

    probe: str
    name: str
    rows: int
    converged: int
    truncated: int
    unit: str
    bounds: tuple[Bound, ...]

    def without_texts(self) -> MethodFacts:
        """The same: it holds none."""
        return self


@dataclass(frozen=True, slots=True)
class WordFacts:
    """A word's mean push towards a class, over `texts` distinct texts."""

    probe: str
    target: str
    word: str
    mean: float
    low: float | None
    high: float | None
    texts: int
    positive: int
    q_value: float

    def without_texts(self) -> None:
        """Nothing: it is all text."""
        return None


@dataclass(frozen=True, slots=True)
class Heatmap:
    """One explained text in place. `why` says for what it was chosen: typical, wrong, attacked, or all."""

    why: str
    probe: str
    row_id: str
    label: str | None
    target: str
    confidence: float | None
    words: tuple[HeatWord, ...]
    pair: tuple[HeatWord, ...] | None
    unit: str
    largest: float
    delta: float | None
    converged: bool
    truncated: bool

    def without_texts(self) -> None:
        """Nothing: it is all text."""
        return None
