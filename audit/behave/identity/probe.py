"""The probe: what the model says of each row, and of the same row said of other groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from audit.behave.asking import Answered, Unanswered, answered
from audit.behave.identity.lists import DIMENSIONS
from audit.behave.identity.versions import NAME, Said, versions_of
from audit.changes import changes_between
from audit.errors import SpecError
from audit.language.translating import tr, tr_later
from audit.parameters import Declared, parameter
from audit.records import Example, IdentityOutcome, Version
from audit.seeds import row_seed
from audit.window import span_of

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput
    from models.task import Task


@dataclass(kw_only=True)
class IdentitySwaps(Declared):
    """Asks about every version of a row; Garg et al. 2019, Counterfactual Fairness in Text Classification through Robustness.

    >>> import audit
    >>> row = Example("1", "She is a superb actress.")
    >>> [record] = IdentitySwaps(dimensions=["gender"]).run(audit.load("sentiment"), [row], seed=0)
    >>> [(version.group, version.text) for version in record.versions], record.flips
    ([('male', 'He is a superb actor.')], 0)
    """

    dimensions: bool | Sequence[str] = parameter(
        True,
        tr_later("What people are told apart by in the words that are swapped; true for all there are lists of."),
        choices=DIMENSIONS,
    )
    versions: int = parameter(
        6, tr_later("Other groups for each row and each of these; drawn where there are more."), least=1
    )
    sentences: int = parameter(
        2,
        tr_later(
            "For how many of these a row that speaks of nobody gets a neutral sentence about somebody put before it; 0 for none."
        ),
        least=0,
        most=len(DIMENSIONS),
        place="advanced",
    )

    name: ClassVar[str] = NAME
    paper: ClassVar[str] = "Garg et al. 2019, Counterfactual Fairness in Text Classification through Robustness"
    cost: ClassVar[str] = tr_later("a pass for each group that a text is said of")
    needs: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ("en", "zh")
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        self.check()
        named = DIMENSIONS if self.dimensions is True else () if self.dimensions is False else tuple(self.dimensions)
        unknown = sorted(set(named) - set(DIMENSIONS))
        if unknown:
            raise SpecError(
                tr(
                    "There are no lists of words for {unknown}; choose from: {known}.",
                    unknown=", ".join(name[:40] for name in unknown[:5]), known=", ".join(DIMENSIONS),
                )
            )  # fmt: skip
        self.dimensions = tuple(name for name in DIMENSIONS if name in named)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The dimensions in the order of the lists."""
        return () if isinstance(self.dimensions, bool) else tuple(self.dimensions)

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why there is nothing to swap; None where there is."""
        del classifier
        if self.chosen:
            return None
        return tr_later("identity_swaps has no dimension to swap; leave out the parameter dimensions, or name some.")

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[IdentityOutcome]:
        """One outcome per example, in their order."""
        for row in answered(classifier, examples, lambda example: self._texts(classifier, example, seed)):
            if isinstance(row, Unanswered):
                yield _failed(row, seed)
            else:
                yield _outcome(row, classifier.task, seed)

    def versions_of(self, classifier: Classifier, example: Example, seed: int) -> Said:
        """The versions of a row, of which the model is not asked yet."""
        return versions_of(
            example.text, example.pair, self.chosen, most=self.versions, sentences=self.sentences, seed=seed,
            row_id=example.row_id, span=span_of(classifier, example.text, example.pair),
        )  # fmt: skip

    def _texts(self, classifier: Classifier, example: Example, seed: int) -> tuple[Said, list[TextInput]]:
        said = self.versions_of(classifier, example, seed)
        texts = [(example.text, example.pair), *((one.text, one.pair) for one in said.versions)]
        return said, [text if pair is None else (text, pair) for text, pair in texts]


def _outcome(row: Answered[Said], task: Task, seed: int) -> IdentityOutcome:
    example, said, (first, *others) = row.example, row.made, row.probs
    made = tuple(
        Version(
            one.dimension, one.before, one.group, one.terms, one.text, probs, changes_between(example.text, one.text),
            None if one.pair == example.pair else one.pair,
        )
        for one, probs in zip(said.versions, others, strict=True)
    )  # fmt: skip
    return IdentityOutcome(
        example.row_id, example.text, example.label, NAME, first, said.mentions, made, _flips(first, made, task),
        row_seed(seed, example.row_id, NAME), row.seconds, pair=example.pair,
    )  # fmt: skip


def _flips(original: tuple[float, ...], made: Sequence[Version], task: Task) -> int:
    first: dict[str, str] = {}
    flips = 0
    for version in made:
        answer = task.answer(version.probs)
        against = first.setdefault(version.dimension, answer) if version.inserted else task.answer(original)
        flips += not task.same(answer, against)
    return flips


def _failed(row: Unanswered, seed: int) -> IdentityOutcome:
    example = row.example
    return IdentityOutcome(
        example.row_id, example.text, example.label, NAME, (), (), (), 0, row_seed(seed, example.row_id, NAME), row.seconds,
        pair=example.pair, error=row.error,
    )  # fmt: skip
