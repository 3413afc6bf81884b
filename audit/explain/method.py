"""What is asked of an explanation method by whoever runs or measures it, and what it answers for one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from audit.explain.rows import Baseline, Removal, Row
from audit.explain.steps import Steps

if TYPE_CHECKING:
    from models.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Scores:
    """What a method found for one row.

    Attributes:
        words: score of each word, (m,).
        value: the explained value of the row; None for a method that explains no value.
        word_errors: error bar of each word, (m,), or None where the method has none.
        tokens: score of each token, specials counted, (t,); None for a method that works on whole words.
        token_errors: error bar of each token, (t,).
        baseline_value: the explained value of the baseline, where there is one.
        delta: sum of scores - (value - baseline_value), where the method promises completeness.
        steps: model evaluations used, forward and forward-and-backward passes counted alike.
        converged: whether the method reached its own tolerance.
        unit: unit of value and scores.
    """

    words: NDArray[np.float64]
    value: float | None
    steps: int
    word_errors: NDArray[np.float64] | None = None
    tokens: NDArray[np.float64] | None = None
    token_errors: NDArray[np.float64] | None = None
    baseline_value: float | None = None
    delta: float | None = None
    converged: bool = True
    unit: Literal["logit", "probability", "none"] = "logit"


class Method(Protocol):
    """An explanation method with its parameters, as `audit.explain.base.Explainer` has them."""

    @property
    def name(self) -> str:
        """Registered name."""
        ...

    @property
    def target(self) -> str:
        """What is explained."""
        ...

    @property
    def metrics(self) -> bool | Sequence[str]:
        """Names of the groups of metrics to measure."""
        ...

    @property
    def removal(self) -> Removal:
        """How metrics take words away."""
        ...

    @property
    def orders(self) -> int:
        """Random orders behind the floors."""
        ...

    @property
    def ceiling(self) -> int:
        """Evaluations of each search for a ceiling."""
        ...

    @property
    def rationale_share(self) -> float | None:
        """Share of words a predicted rationale holds."""
        ...

    @property
    def stochastic(self) -> bool:
        """Whether it draws at random."""
        ...

    @property
    def gradient(self) -> bool:
        """Whether it needs gradients."""
        ...

    @property
    def path(self) -> Baseline | None:
        """What its path begins from; None for a method without one."""
        ...

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why it cannot explain this model; None when it can."""
        ...

    def attribute(self, row: Row) -> Steps[Scores]:
        """The method itself, for one row."""
        ...
