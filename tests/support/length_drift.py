"""A probe of another package that looks at the sample as a whole: whether texts are as long as those of a reference table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.parameters import Declared, parameter
from audit.records import Example, SampleOutcome
from audit.seeds import row_generator


@dataclass(kw_only=True)
class LengthDrift(Declared):
    """Two-sample Kolmogorov-Smirnov statistic of text lengths, of all rows and of each label, with a permutation test."""

    permutations: int = parameter(199, "Shuffles of the two tables behind the p-value.", least=99)

    name = "length_drift"
    version: ClassVar[int] = 1
    scope: ClassVar[str] = "sample"
    reference: ClassVar[str] = "required"
    title = "Length of texts"
    act = "comparing how long texts are with a reference table"
    cost = "no forward pass"

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier) -> str | None:
        return None

    def run(
        self, classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[SampleOutcome]:
        for label in ("", *sorted({example.label for example in examples if example.label})):
            ours = [example for example in examples if label in ("", example.label)]
            theirs = [example for example in reference if label in ("", example.label)]
            subject = f"label={label}" if label else ""
            lengths = [np.array([len(example.text) for example in rows]) for rows in (ours, theirs)]
            values = {"ks": distance(*lengths), "p_value": self._p_value(*lengths, seed=seed, subject=subject)}
            yield SampleOutcome(
                self.name, values, tuple(sorted({example.row_id for example in ours})), seed, subject=subject,
                reference_rows=len(theirs),
            )  # fmt: skip

    def _p_value(self, ours: np.ndarray, theirs: np.ndarray, *, seed: int, subject: str) -> float:
        generator, both = row_generator(seed, subject, self.name), np.concatenate([ours, theirs])
        found = distance(ours, theirs)
        shuffled = (generator.permutation(both) for _ in range(self.permutations))
        beyond = sum(distance(some[: len(ours)], some[len(ours) :]) >= found - 1e-12 for some in shuffled)
        return (1 + beyond) / (1 + self.permutations)


def distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest gap between the two cumulative distributions."""
    at = np.union1d(ours, theirs)
    shares = [np.searchsorted(np.sort(some), at, side="right") / len(some) for some in (ours, theirs)]
    return float(np.abs(shares[0] - shares[1]).max())
