"""Why a model answered as it did: what each word has to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from audit.records.base import Keyed


@dataclass(frozen=True, slots=True)
class TokenScore:
    """One token's share of the explained value; `segment` is 1 for the second text of a pair."""

    text: str
    start: int
    end: int
    score: float
    error: float | None = None
    special: bool = False
    segment: int = 0


@dataclass(frozen=True, slots=True)
class WordScore:
    """The sum of a word's tokens, at its place in the text as typed."""

    text: str
    start: int
    end: int
    score: float
    error: float | None = None
    segment: int = 0


@dataclass(frozen=True, slots=True)
class Attribution(Keyed):
    """Why the model gave `value` to `target`: one row, one method.

    `delta` is sum(scores) - (value - baseline_value), where the method promises completeness (else None);
    `steps` counts the model evaluations the method used for this row; `unit` says what value and scores are in.
    """

    row_id: str
    text: str
    name: str
    target: str
    value: float | None
    baseline_value: float | None
    delta: float | None
    steps: int
    truncated: bool
    tokens: tuple[TokenScore, ...]
    words: tuple[WordScore, ...]
    metrics: Mapping[str, float] = field(default_factory=dict)
    converged: bool = True
    unit: Literal["logit", "probability", "none"] = "logit"
    pair: str | None = None
    seed: int = 0
    error: str | None = None
    probe: str = ""

    @property
    def state(self) -> str:
        """What became of the row, in a word: ok, not_converged or error."""
        return "error" if self.error is not None else "ok" if self.converged else "not_converged"

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: an explanation says what it explains, not all that the model answered."""
        return ()
