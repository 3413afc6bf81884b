"""How sure the model is of texts that it can know nothing about: it should be less sure of them than of what it has right."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from audit.language.translating import tr, tr_later
from audit.parameters import Declared, parameter
from audit.predict import predict_rows
from audit.records import Estimate, Example, SampleOutcome
from audit.seeds import row_generator
from audit.words import words_in
from models.places import ASSETS
from models.scripts import HAN, main_script
from models.text_language import counted, main_languages, row_languages

if TYPE_CHECKING:
    from models.classifier import Classifier

TEXTS = ASSETS / "wordlists" / "strange-texts.toml"
SCORE = "strange_confident"
LEAST = 20
"""Rows that the model has right (or answers, where they have no labels) from which on their confidence is a measure."""
WORDS = 4
"""A text of fewer words has hardly another order."""
TRIES = 8


@dataclass(kw_only=True)
class StrangeTexts(Declared):
    """Shuffled words of the rows, sentences of other languages and of other domains, next to nothing: each with the share that is
    answered at least as surely as half of the rows which the model has right.

    >>> import audit
    >>> texts = ["A quiet and very clever film.", "Dull, loud and far too long."] * 10
    >>> rows = [Example(f"{i:016x}", text) for i, text in enumerate(texts)]
    >>> found = StrangeTexts().run(audit.load("sentiment"), rows, seed=0)
    >>> [(record.subject, int(record.estimates["strange_confident"].trials)) for record in found]
    [('shuffled', 20), ('languages', 45), ('domains', 40), ('blanks', 40)]
    """

    rows: int = parameter(
        200,
        tr_later("Rows that are asked about, as they are and shuffled, at most."),
        least=LEAST,
        most=10_000,
    )

    name: ClassVar[str] = "strange_texts"
    scope: ClassVar[str] = "sample"
    version: ClassVar[int] = 1
    cost: ClassVar[str] = tr_later("two passes for each row, and some 125 texts besides")
    needs: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier: Classifier) -> str | None:
        """Every classifier can be asked."""
        del classifier
        return None

    def run(
        self, classifier: Classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[SampleOutcome]:
        """A record for each kind of text.

        Raises:
            ValueError: fewer than 20 rows can be answered (rightly, where they have labels), so that no confidence is usual.
        """
        del reference
        drawn = _drawn(examples, self.rows, seed)
        usual = self._usual(classifier, drawn)
        for subject, asked, rows in self._asked(examples, drawn, seed):
            sure = _confidences(classifier, asked)
            hits = int((sure >= usual).sum())
            yield SampleOutcome(
                self.name, {SCORE: hits / len(sure), "usual_confidence": usual, "mean_confidence": float(sure.mean())}, rows,
                seed, subject, estimates={SCORE: Estimate(hits=float(hits), trials=float(len(sure)))},
            )  # fmt: skip

    def _usual(self, classifier: Classifier, examples: Sequence[Example]) -> float:
        answers = [
            (e, p) for e, p in zip(examples, predict_rows(classifier, examples), strict=True) if p.predicted is not None
        ]
        labelled = any(e.label is not None for e in examples)
        kept = [
            p for e, p in answers
            if not labelled or (e.label is not None and classifier.task.right(str(p.predicted), e.label))
        ]  # fmt: skip
        if len(kept) < LEAST:
            raise ValueError(
                tr(
                    "the model has {rows} rows right, and {least} are needed to say how sure it usually is of what it knows",
                    rows=len(kept), least=LEAST,
                )
            )  # fmt: skip
        return float(np.median([classifier.task.sure(p.probs) for p in kept]))

    def _asked(
        self, examples: Sequence[Example], drawn: Sequence[Example], seed: int
    ) -> Iterator[tuple[str, list[Example], tuple[str, ...]]]:
        shuffled = [made for made in (_shuffled(e, seed) for e in drawn) if made is not None]
        if shuffled:
            yield "shuffled", shuffled, tuple(e.row_id for e in shuffled)
        known = main_languages(counted(row_languages([e.text for e in examples])))
        said, pairs = strange_texts(), [e.pair for e in examples]
        foreign = [text for language, texts in said["languages"].items() if language not in known for text in texts]
        own = said["domains"] if "en" in known else []
        for subject, texts in (("languages", foreign), ("domains", own), ("blanks", said["blanks"])):
            if texts:
                yield subject, [Example(f"{i:016x}", t, pair=pairs[i % len(pairs)]) for i, t in enumerate(texts)], ()


@cache
def strange_texts() -> Mapping[str, Any]:
    """The texts that come with Assay: `domains`, `blanks`, and `languages` by code."""
    with TEXTS.open("rb") as file:
        return tomllib.load(file)


def _drawn(examples: Sequence[Example], most: int, seed: int) -> list[Example]:
    drawn = row_generator(seed, "strange_texts", "rows").permutation(len(examples))[:most]
    return [examples[i] for i in sorted(drawn)]


def _shuffled(example: Example, seed: int) -> Example | None:
    """A row with its words in another order; None where it has too few, or none is found."""
    chinese = main_script(example.text) == HAN
    words = words_in(example.text) if chinese else example.text.split()
    generator = row_generator(seed, example.row_id, "shuffled")
    for _ in range(TRIES if len(words) >= WORDS else 0):
        made = [words[i] for i in generator.permutation(len(words))]
        if made != words:
            return Example(example.row_id, ("" if chinese else " ").join(made), pair=example.pair)
    return None


def _confidences(classifier: Classifier, examples: Sequence[Example]) -> np.ndarray:
    return np.array([classifier.task.sure(p.probs) for p in predict_rows(classifier, examples)])
