"""A probe of another package whose numbers about the sample are scores: how many texts are long, and how long they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.parameters import Declared, parameter
from audit.records import Estimate, Example, SampleOutcome
from audit.score.definitions import Definition
from audit.seeds import row_generator

SOURCE = "Long texts, version 1"


@dataclass(kw_only=True)
class LongTexts(Declared):
    """Share of the texts that have more characters than a bound, of all rows and of each label, and their mean length."""

    bound: int = parameter(20, "Characters that a text may have and not be long.", least=1)

    name = "long_texts"
    version: ClassVar[int] = 1
    scope: ClassVar[str] = "sample"
    title = "Overlong messages"
    act = "counting overlong messages"
    cost = "no forward pass"
    scores: ClassVar[tuple[Definition, ...]] = (
        Definition(
            "overlong_share", "Overlong messages", "Share of the texts that are longer than the bound.", SOURCE, "sample",
            "lower_is_better", probe="sample",
        ),
        Definition(
            "length_mean", "Mean length", "Mean number of characters of the texts.", SOURCE, "sample", "neutral", "ratio",
            probe="sample", least=0.0,
        ),
    )  # fmt: skip

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier) -> str | None:
        return None

    def run(
        self, classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[SampleOutcome]:
        for label in ("", *sorted({example.label for example in examples if example.label})):
            distinct = {e.row_id: len(e.text) for e in examples if label in ("", e.label)}
            lengths = np.array(list(distinct.values()), dtype=float)
            long = float((lengths > self.bound).sum())
            generator = row_generator(seed, label, self.name)
            drawn = generator.integers(0, len(lengths), (400, len(lengths)))
            yield SampleOutcome(
                self.name,
                {"overlong_share": long / len(lengths), "length_mean": float(lengths.mean()), "longest": float(lengths.max())},
                tuple(sorted(distinct)), seed, subject=f"label={label}" if label else "",
                estimates={
                    "overlong_share": Estimate(hits=long, trials=float(len(lengths))),
                    "length_mean": Estimate(replicates=tuple(lengths[drawn].mean(axis=1)), units=len(lengths)),
                },
            )  # fmt: skip
