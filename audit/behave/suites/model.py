"""What a behavioural suite is: tests of a capability, each with cases and what is expected of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

MOST_TESTS = 2_000
MOST_TEXTS = 200_000
"""Texts of the largest suite."""
LONGEST_TEXT = 131_072
"""Characters of one text, as of a cell of a table."""
MOST_CHARACTERS = 50_000_000
"""Characters of all texts of a suite together."""
Type = Literal["MFT", "INV", "DIR"]
"""Minimum functionality, invariance, directional expectation."""
Wanted = Literal["label", "not_label", "same", "other", "no_less_sure", "no_surer", "no_less", "no_more"]
WANTED: dict[Type, tuple[Wanted, ...]] = {
    "MFT": ("label", "not_label"),
    "INV": ("same",),
    "DIR": ("no_less_sure", "no_surer", "no_less", "no_more", "other"),
}
"""What tests of each type can want; the first is meant where nothing is said, but of DIR, which must say."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold of a case.

    Attributes:
        wanted: `label`: each text is answered by its label; `not_label`: by another one. `same`: every further text is answered
            as the first; `other`: otherwise. `no_less_sure`, `no_surer`: the probability of what the first text is answered
            by does not fall, or rise, in any further one. `no_less`, `no_more`: that of `towards` less that of `away` does not.
        tolerance: change of probability, 0-1, that is forgiven; with `same`, also another answer within it.
        towards, away: labels whose probabilities are added, of `no_less` and `no_more`.
        unless: a case is left out where its first text is answered by one of these labels.
    """

    wanted: Wanted
    tolerance: float = 0.0
    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the text, or the original and its variants, each with its label where one is expected of it."""

    texts: tuple[str, ...]
    labels: tuple[str | None, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SuiteTest:
    """One test; its name is its own within the suite."""

    name: str
    type: Type
    expectation: Expectation
    cases: tuple[Case, ...]
    capability: str = ""
    description: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that it speaks of, in order of appearance."""
        wanted = self.expectation
        said = [label for case in self.cases for label in case.labels if label is not None]
        return tuple(dict.fromkeys([*said, *wanted.towards, *wanted.away, *wanted.unless]))


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that belong together. `language` is a code, empty where it is not said."""

    name: str
    tests: tuple[SuiteTest, ...]
    language: str = ""
    description: str = ""

    @property
    def cases(self) -> int:
        """How many cases it has."""
        return sum(len(test.cases) for test in self.tests)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that its tests speak of, in order of appearance."""
        return tuple(dict.fromkeys(label for test in self.tests for label in test.labels))

    @property
    def digest(self) -> str:
        """sha256 over its content, 64 hex digits; where a case stood in a file is none."""
        data = asdict(self)
        for test in data["tests"]:
            for case in test["cases"]:
                del case["line"]
        content = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
