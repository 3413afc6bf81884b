"""What every explanation method shares: its parameters, its card, and the way from scores to records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from audit.errors import InputError, SpecError
from audit.explain.explaining import explain
from audit.explain.method import Scores
from audit.explain.metric_cards import GROUPS
from audit.explain.rows import Baseline, Removal, Row, Unit, cannot_mask
from audit.explain.steps import Steps
from audit.explain.targets import check_target
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.records import Attribution, Example
from models.classifier import Classifier, GradientClassifier, why_absent

EngineName = Literal["assay", "captum"]


@dataclass(frozen=True, kw_only=True)
class Explainer(Declared, ABC):
    """An explanation method with its parameters; a Probe that yields Attribution records.

    Attributes:
        metrics: False, True for every group that applies, or names of groups (`audit.explain.metric_cards.GROUPS`).
    """

    target: str = parameter(
        "predicted",
        tr_later("What is explained: `predicted`, `true`, a label, `label:NAME`, or a contrast `A-vs-B`."),
        place="advanced",
    )
    metrics: bool | Sequence[str] = parameter(
        False,
        tr_later("Whether to measure how faithful, stable and plausible the explanations are; takes longer."),
        choices=GROUPS,
    )
    removal: Removal = parameter(
        "mask",
        tr_later("How a word is taken away: `mask` puts the mask token in its place, `delete` leaves it out."),
        place="advanced",
    )
    orders: int = parameter(
        5, tr_later("Random orders of the words behind the floor of each metric."), least=1, place="advanced"
    )
    ceiling: int = parameter(
        200,
        tr_later("Model evaluations that each search for the best possible order, the ceiling of a metric, may use."),
        least=1,
        place="advanced",
    )
    rationale_share: float | None = parameter(
        None,
        tr_later(
            "Share of a text's words that a rationale drawn from the explanation holds; empty: as many as the row's own."
        ),
        above=0,
        most=1,
        place="advanced",
    )
    engine: EngineName = parameter(
        "assay",
        tr_later("`captum` computes with Captum's own implementation, row by row, as a second opinion."),
        place="advanced",
    )

    name: ClassVar[str]
    version: ClassVar[int] = 2
    paper: ClassVar[str]
    reads: ClassVar[str]
    """What of the model it reads, in words."""
    cost: ClassVar[str]
    """Of a row of m words."""
    evidence: ClassVar[bool] = True
    """Whether it explains; else it is a view into the model."""
    needs: ClassVar[tuple[str, ...]] = ()
    stochastic: ClassVar[bool] = False
    gradient: ClassVar[bool] = False

    def __post_init__(self) -> None:
        chosen = tuple(GROUPS) if self.metrics is True else () if self.metrics is False else tuple(self.metrics)
        unknown = sorted(set(chosen) - set(GROUPS))
        if unknown:
            raise SpecError(f"There are no metrics named {', '.join(unknown)}; choose from: {', '.join(GROUPS)}.")
        object.__setattr__(self, "metrics", tuple(group for group in GROUPS if group in chosen))
        self.check()

    @property
    def path(self) -> Baseline | None:
        """What its path begins from; None for a method without one."""
        return None

    @property
    def masks(self) -> bool:
        """Whether words are taken away by putting something in their place: by the method, or by its metrics."""
        return bool(self.metrics) and self.removal == "mask"

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
        for _, record in explain(classifier, [self], examples, seed=seed):
            yield record

    @abstractmethod
    def attribute(self, row: Row) -> Steps[Scores]:
        """The method itself, for one row: a generator of requests that returns the scores."""


@dataclass(frozen=True, kw_only=True)
class PerturbationExplainer(Explainer):
    """A method that only needs the model's answers to the text with words removed."""

    output: Unit = parameter(
        "probability",
        tr_later(
            "What the scores add up to: the label's `probability`, or its `logit`, which still moves where the "
            "probability is close to 1."
        ),
        place="advanced",
    )

    @property
    def masks(self) -> bool:
        """Whether words are taken away by putting something in their place."""
        return self.removal == "mask" or self.engine == "captum"


@dataclass(frozen=True, kw_only=True)
class PathExplainer(Explainer):
    """A method that follows gradients from a baseline to the text, on the explained logit."""

    baseline: Baseline = parameter(
        "mask",
        tr_later(
            "What stands for nothing at each word: the `mask` token, the padding token, a vector of zeros, or the `mean` "
            "of all word embeddings."
        ),
        place="advanced",
    )

    gradient: ClassVar[bool] = True

    @property
    def path(self) -> Baseline | None:
        """What stands for nothing."""
        return self.baseline

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this method cannot explain this model, and what would help; None when it can."""
        reason = super().unavailable(classifier)
        if reason is None and self.baseline == "pad" and classifier.special.pad is None:  # type: ignore[attr-defined]
            return tr_later("Baseline 'pad' needs a padding token and this tokenizer has none; use mask, mean or zero.")
        return reason
