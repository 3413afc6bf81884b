"""A recipe: the probe around one TextAttack attack, with the budgets an analyst may set and what it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from audit.errors import SpecError
from audit.language.translating import tr_later
from audit.records import AttackOutcome, Example
from audit.resources import Found, locate

if TYPE_CHECKING:
    from audit.attack.build import Site
    from audit.attack.validity import Kind
    from models.classifier import Classifier

Cost = Literal["low", "medium", "high", "very high"]


@dataclass(kw_only=True)
class Recipe(ABC):
    """Attacks each row once.

    Args:
        max_queries: texts the model may be asked about for one row; None: as many as the recipe wants.
        max_words: words that may change: a number, or a share of the row's words when below 1.
        min_similarity: least cosine of the sentence encoder between the original and every candidate.
        goal: `untargeted` (any other label) or `targeted` (the label `target`).
        target: the label a targeted attack aims at.
        time_limit: seconds of work on one row, not of waiting for a busy machine; a safety net that makes a run not
            reproducible where it cuts.
        most_words: words of a text that are attacked, from the first that the model reads; of a longer text the outcome
            says so. Questions grow with the words and their length too, so that long texts cost the square.
    """

    max_queries: int | None = None
    max_words: float | None = None
    min_similarity: float | None = None
    goal: Literal["untargeted", "targeted"] = "untargeted"
    target: str | None = None
    time_limit: float = 600.0
    most_words: int = 400

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str]
    kind: ClassVar[Kind]
    cost: ClassVar[Cost]
    needs: ClassVar[tuple[str, ...]] = ("stopwords",)
    gradients: ClassVar[bool] = False
    version: ClassVar[int] = 6
    side_by_side: ClassVar[int | None] = None
    """Rows under way at a time; None: 1 on a CPU, 32 on a GPU. Changes no outcome."""

    def __post_init__(self) -> None:
        if self.goal not in {"untargeted", "targeted"}:
            raise SpecError(f"The goal of an attack is 'untargeted' or 'targeted', not '{self.goal}'.")
        if (self.goal == "targeted") != (self.target is not None):
            raise SpecError("A targeted attack needs a target label, and only a targeted one takes it.")
        budgets = (("max_queries", 1, None, tr_later("1 or more")),
                   ("max_words", 0, None, tr_later("above 0: a number, or a share below 1")),
                   ("min_similarity", 0, 1, tr_later("above 0, at most 1")), ("most_words", 1, None, tr_later("1 or more")))  # fmt: skip
        for field, least, most, allowed in budgets:
            value = getattr(self, field)
            if value is not None and not (value >= least and value > 0 and (most is None or value <= most)):
                raise SpecError(f"{field} is {value:g}; it must be {allowed}.")

    @property
    def params(self) -> Mapping[str, Any]:
        """Every parameter with its value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def resources(self) -> Mapping[str, str]:
        """What the recipe uses, as outcomes record it: resource to variant, version and hash."""
        return {name: found.stamp for name, found in self.found().items()}

    def found(self) -> dict[str, Found]:
        """The recipe's resources that are here, with those that judge its outcomes: similarity and validity."""
        from audit.attack.validity import JUDGES

        judging = JUDGES if self.kind in {"word", "mixed"} else ("encoder",)
        names = dict.fromkeys((*self.needs, *judging))
        here = ((name, locate(name)) for name in names)
        return {name: found for name, found in here if found is not None}

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """What it searches with in place of what it was published with: `resource: variant`, each to be named."""
        return tuple(f"{name}: {f.variant}" for name, f in self.found().items() if f.stand_in and name in self.needs)

    def missing(self) -> tuple[str, ...]:
        """Resources that are not here."""
        return tuple(name for name in self.needs if locate(name) is None)

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why it cannot run on this model here and what would help; None when it can."""
        if classifier.capabilities.multi_label:
            return tr_later(f"{self.name} does not attack multi-label models yet.")
        if self.gradients and not classifier.capabilities.gradients:
            from models.classifier import why_absent

            why = why_absent(classifier, "gradients", tr_later("this model or engine gives none"))
            return tr_later(
                f"{self.name} needs gradients of word embeddings, but {why}; choose a recipe without gradients."
            )
        if self.target is not None and self.target not in classifier.labels:
            return tr_later(
                f"The target '{self.target}' is none of the model's labels: {', '.join(classifier.labels)}."
            )
        missing = self.missing()
        if missing:
            return tr_later(
                f"{self.name} needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not here; "
                f"get it with: python -m audit resources get {' '.join(missing)}."
            )
        return None

    def refuses(self, text: str) -> str | None:
        """Why a text offers the recipe nothing to change: such a row is an error, for it did not survive anything."""
        del text
        return None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[AttackOutcome]:
        """One outcome per example, in their order. A row that fails is an outcome with `error` set."""
        from audit.attack.engine import attack_rows

        return attack_rows(self, classifier, examples, seed=seed)

    @abstractmethod
    def build(self, site: Site) -> Any:
        """The TextAttack attack of four named parts, for one slot: goal, constraints, transformation, search."""
