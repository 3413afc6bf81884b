"""What every explanation method shares: its parameters, its card, and the way from scores to records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError, SpecError
from audit.explain.metric_cards import GROUPS
from audit.explain.rows import BASELINES, REMOVALS, Baseline, Removal, Row, Unit, cannot_mask
from audit.explain.steps import Steps
from audit.explain.targets import check_target
from audit.language.translating import tr_later
from audit.records import Attribution, Example
from models.classifier import Classifier, GradientClassifier, why_absent

EngineName = Literal["assay", "captum"]


@dataclass(frozen=True, slots=True)
class MethodCard:
    """What an analyst should know of a method before choosing it. `cost` is per row of m words."""

    title: str
    paper: str
    needs: str
    cost: str
    evidence: bool = True


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


@dataclass(frozen=True, kw_only=True)
class Explainer(ABC):
    """An explanation method with its parameters; a Probe that yields Attribution records.

    Attributes:
        target: `predicted`, `true`, a label, `label:NAME`, or a contrast `A-vs-B`.
        metrics: False, True for every group that applies, or names of groups (`audit.explain.metric_cards.GROUPS`).
        removal: how metrics take words away: `mask` or `delete`.
        orders: random orders behind the floors of the metrics.
        ceiling: evaluations each greedy search behind the ceilings may use.
        rationale_share: share of words a predicted rationale holds; None: as many as the row's own rationale.
        engine: `assay`, or `captum` for Captum's own implementation, row by row, as a second opinion.
    """

    target: str = "predicted"
    metrics: bool | Sequence[str] = False
    removal: Removal = "mask"
    orders: int = 5
    ceiling: int = 200
    rationale_share: float | None = None
    engine: EngineName = "assay"

    name: ClassVar[str]
    version: ClassVar[int] = 2
    card: ClassVar[MethodCard]
    stochastic: ClassVar[bool] = False
    gradient: ClassVar[bool] = False
    engines: ClassVar[tuple[EngineName, ...]] = ("assay", "captum")

    def __post_init__(self) -> None:
        chosen = tuple(GROUPS) if self.metrics is True else () if self.metrics is False else tuple(self.metrics)
        unknown = sorted(set(chosen) - set(GROUPS))
        if unknown:
            raise SpecError(f"There are no metrics named {', '.join(unknown)}; choose from: {', '.join(GROUPS)}.")
        object.__setattr__(self, "metrics", tuple(group for group in GROUPS if group in chosen))
        self.require("removal", self.removal in REMOVALS, tr_later(f"one of {', '.join(REMOVALS)}"))
        self.require("engine", self.engine in self.engines, tr_later(f"one of {', '.join(self.engines)}"))
        self.require("orders", self.orders >= 1, tr_later("1 or more"))
        self.require("ceiling", self.ceiling >= 1, tr_later("1 or more"))
        share = self.rationale_share
        self.require("rationale_share", share is None or 0 < share <= 1, tr_later("above 0 and at most 1"))

    def require(self, parameter: str, holds: bool, allowed: str) -> None:
        """Raise SpecError unless a parameter's value is allowed."""
        if not holds:
            value = getattr(self, parameter)
            raise SpecError(f"Parameter '{parameter}' of {self.name} is {value!r}; it must be {allowed}.")

    @property
    def masks(self) -> bool:
        """Whether words are taken away by putting something in their place: by the method, or by its metrics."""
        return bool(self.metrics) and self.removal == "mask"

    @property
    def params(self) -> Mapping[str, Any]:
        """Every parameter with its value, JSON-ready."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this method cannot explain this model, and what would help; None when it can."""
        capable = classifier.capabilities
        if not capable.tokens or not isinstance(classifier, GradientClassifier):
            why = why_absent(classifier, "tokens", tr_later("this model has none"))
            return tr_later(f"{self.name} needs token ids, but {why}; load the model from its own checkpoint.")
        if self.gradient and not capable.gradients:
            why = why_absent(classifier, "gradients", tr_later("this architecture gives none"))
            return tr_later(
                f"{self.name} needs gradients of word embeddings, but {why}; use leave_one_out, shapley or lime."
            )
        if self.masks and (reason := cannot_mask(classifier)):
            return tr_later(f"{self.name} puts a mask where a word was, but {reason}.")
        try:
            check_target(self.target, classifier.labels)
        except InputError as error:
            return str(error)
        return None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Attribution]:
        """Yield one Attribution per example as it finishes; a row that fails has `error` set.

        Raises:
            ProbeUnavailable: the model lacks what the method needs.
        """
        from audit.explain.explaining import explain

        for _, record in explain(classifier, [self], examples, seed=seed):
            yield record

    @abstractmethod
    def attribute(self, row: Row) -> Steps[Scores]:
        """The method itself, for one row: a generator of requests that returns the scores."""


@dataclass(frozen=True, kw_only=True)
class PerturbationExplainer(Explainer):
    """A method that only needs the model's answers to the text with words removed.

    Attributes:
        output: explain the `probability` or the `logit`.
    """

    output: Unit = "probability"

    @property
    def masks(self) -> bool:
        """Whether words are taken away by putting something in their place."""
        return self.removal == "mask" or self.engine == "captum"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("output", self.output in ("probability", "logit"), tr_later("probability or logit"))


@dataclass(frozen=True, kw_only=True)
class PathExplainer(Explainer):
    """A method that follows gradients from a baseline to the text, on the explained logit.

    Attributes:
        baseline: what stands for "nothing" at every token that is not special: `mask`, `pad`, `zero` or `mean`.
    """

    baseline: Baseline = "mask"

    gradient: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("baseline", self.baseline in BASELINES, tr_later(f"one of {', '.join(BASELINES)}"))

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this method cannot explain this model, and what would help; None when it can."""
        reason = super().unavailable(classifier)
        if reason is None and self.baseline == "pad" and classifier.special.pad is None:  # type: ignore[attr-defined]
            return tr_later("Baseline 'pad' needs a padding token and this tokenizer has none; use mask, mean or zero.")
        return reason
