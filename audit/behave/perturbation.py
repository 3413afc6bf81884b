"""The probe around a perturbation: k variants of each row, and whether the model still says the same."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from audit.behave.asking import Answered, Unanswered, answered, with_pair
from audit.changes import changes_between, moved
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.probe import works_on
from audit.records import Change, Example, PerturbationOutcome, Variant
from audit.resources import locate
from audit.seeds import row_generator, row_seed
from audit.window import inside, span_of

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput
    from models.task import Task

_TRIES = 8


@dataclass(kw_only=True)
class Perturbation(Declared, ABC):
    """Draws variants that a reader takes for the same text and asks the model about all of them."""

    k: int = parameter(5, tr_later("Variants of each row; fewer where the text offers fewer different ones."), least=1)

    name: ClassVar[str]
    cost: ClassVar[str] = tr_later("a pass through the model for each changed text and the original")
    needs: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ()
    """Codes of the languages and scripts it can vary; none: any."""
    version: ClassVar[int] = 5

    def __post_init__(self) -> None:
        self.check()

    @property
    def resources(self) -> Mapping[str, str]:
        """What it uses besides the model, with version and hash."""
        found = {name: locate(name) for name in self.needs}
        return {name: item.stamp for name, item in found.items() if item is not None}

    def unavailable(self, classifier: Classifier) -> str | None:
        """A resource that is missing, and how to get it."""
        del classifier
        missing = [name for name in self.needs if locate(name) is None]
        if not missing:
            return None
        return tr_later(
            f"{self.name} needs {' and '.join(missing)}; get it with: python -m audit resources get {' '.join(missing)}."
        )

    @abstractmethod
    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One variant of a text; the text itself where it offers nothing to change."""

    def variants(self, text: str, generator: np.random.Generator, span: tuple[int, int] | None = None) -> list[str]:
        """At most k different variants, none equal to the text; the order of drawing is kept. None of a language it does not know.

        Args:
            text: what to vary.
            generator: draws; the row's own.
            span: what the model reads of the text, [start, end): only that is varied, for a change beyond it would count
                as withstood, and what it costs must not grow with what nobody reads. None: all of it.
        """
        start, end = (0, len(text)) if span is None else span
        if (span is not None and start >= end) or works_on(self, text) is not None:
            return []
        read, cut = text[start:end], {"follows": start > 0, "goes_on": end < len(text)}
        found: dict[str, None] = {}
        for _ in range(self.k * _TRIES):
            variant = self.draw(read, generator)
            if variant != read and inside(read, variant, **cut):
                found.setdefault(f"{text[:start]}{variant}{text[end:]}")
            if len(found) == self.k:
                break
        return list(found)

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[PerturbationOutcome]:
        """One outcome per example, in their order."""
        for row in answered(classifier, examples, lambda example: self._texts(classifier, example, seed)):
            if isinstance(row, Unanswered):
                yield self._failed(row, seed)
            else:
                yield self._outcome(row, classifier.task, seed)

    def _texts(
        self, classifier: Classifier, example: Example, seed: int
    ) -> tuple[tuple[list[str], tuple[int, int]], list[TextInput]]:
        """The variants of a row with the part of its text that they are of, and all texts to ask about."""
        span = span_of(classifier, example.text, example.pair)
        texts = self.variants(example.text, row_generator(seed, example.row_id, self.name), span)
        return (texts, span), with_pair(example, [example.text, *texts])

    def _outcome(self, row: Answered[tuple[list[str], tuple[int, int]]], task: Task, seed: int) -> PerturbationOutcome:
        example, (texts, span), (probs, *others) = row.example, row.made, row.probs
        made = [
            Variant(text=text, probs=said, changed=True, changes=changes_within(example.text, text, span))
            for text, said in zip(texts, others, strict=True)
        ] or [Variant(text=example.text, probs=probs, changed=False)]
        before = task.answer(probs)
        flips = sum(variant.changed and not task.same(task.answer(variant.probs), before) for variant in made)
        return PerturbationOutcome(
            example.row_id, example.text, example.label, self.name, probs, tuple(made), flips,
            row_seed(seed, example.row_id, self.name), row.seconds, pair=example.pair,
        )  # fmt: skip

    def _failed(self, row: Unanswered, seed: int) -> PerturbationOutcome:
        example = row.example
        return PerturbationOutcome(
            example.row_id, example.text, example.label, self.name, (), (), 0,
            row_seed(seed, example.row_id, self.name), row.seconds, pair=example.pair, error=row.error,
        )  # fmt: skip


def changes_within(text: str, variant: str, span: tuple[int, int]) -> tuple[Change, ...]:
    """What changed within [start, end), the only part that was varied."""
    start, end = span
    return moved(changes_between(text[start:end], variant[start : len(variant) - (len(text) - end)]), start)
