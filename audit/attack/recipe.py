"""A recipe: the probe around one TextAttack attack, with the budgets an analyst may set and what it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from audit.errors import SpecError
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.probe import works_on
from audit.records import AttackOutcome, Example
from audit.resources import Found, locate

if TYPE_CHECKING:
    from audit.attack.build import Site
    from audit.attack.validity import Kind
    from models.classifier import Classifier


@dataclass(kw_only=True)
class Recipe(Declared, ABC):
    """Attacks each row once."""

    max_queries: int | None = parameter(
        None,
        tr_later("Texts the model may be asked about for one row; empty: as many as the recipe wants."),
        least=1,
    )
    max_words: float | None = parameter(
        None,
        tr_later("Words that may change: a number, or a share of the row's words when below 1; empty: no limit."),
        above=0,
    )
    min_similarity: float | None = parameter(
        None,
        tr_later("Least cosine of the sentence encoder between the original and every changed text; empty: no limit."),
        above=0,
        most=1,
    )
    goal: Literal["untargeted", "targeted"] = parameter(
        "untargeted",
        tr_later("`untargeted` seeks any other answer, `targeted` what the target says."),
        place="advanced",
    )
    target: str | None = parameter(
        None,
        tr_later(
            "The label that a targeted attack aims at; of a model of several labels at once, the one that is to come into the "
            "answer where it is not, and to go where it is."
        ),
        place="advanced",
    )
    time_limit: float = parameter(
        600.0,
        tr_later(
            "Seconds of work on one row, not of waiting for a busy machine: a safety net, since a run that it cuts cannot be "
            "reproduced."
        ),
        above=0,
        place="advanced",
    )
    most_words: int = parameter(  # questions grow with the words and their length too, so that long texts cost the square
        400,
        tr_later(
            "Words of a text that are attacked, from the first that the model reads; of a longer text the outcome says so."
        ),
        least=1,
        place="advanced",
    )

    name: ClassVar[str]
    paper: ClassVar[str]
    kind: ClassVar[Kind]
    cost: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ("stopwords",)
    languages: ClassVar[tuple[str, ...]] = ()
    """Codes of the languages and scripts it can attack; none: any."""
    gradients: ClassVar[bool] = False
    version: ClassVar[int] = 6
    side_by_side: ClassVar[int | None] = None
    """Rows under way at a time; None: 1 on a CPU, 32 on a GPU. Changes no outcome."""

    def __post_init__(self) -> None:
        self.check()
        if (self.goal == "targeted") != (self.target is not None):
            raise SpecError("A targeted attack needs a target label, and only a targeted one takes it.")

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
        why = works_on(self, text)
        return None if why is None else tr_later(f"nothing to attack: {why}")

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[AttackOutcome]:
        """One outcome per example, in their order. A row that fails is an outcome with `error` set."""
        from audit.attack.searching import attack_rows

        return attack_rows(self, classifier, examples, seed=seed)

    @abstractmethod
    def build(self, site: Site) -> Any:
        """The TextAttack attack of four named parts, for one slot: goal, constraints, transformation, search."""
