"""What became of the tests of behavioural suites."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class BehaviourCase:
    """A case of a behavioural test that failed. Confidences are of the answers.

    `text` is the one that failed, with its `answer`; `original` the one it was compared with, and its answer, None where the
    text stands for itself; `expected` is the label that it should have had, or should not, None where a comparison was expected.
    """

    text: str
    answer: str
    confidence: float
    expected: str | None = None
    original: str | None = None
    original_answer: str | None = None
    original_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class BehaviourFacts:
    """What became of one test of a behavioural suite; `expects` and the fields beside it are as a suite's file says them.

    `run` counts the cases that were asked and count, `failed` those of them that failed, of which `cases` are some; `p_value`
    is of "no more than 5% of such cases fail", exact and corrected by Holm over the tests of the suite, None where none was run.
    """

    probe: str
    name: str
    suite: str
    test: str
    capability: str
    type: str
    expects: str
    tolerance: float
    towards: tuple[str, ...]
    away: tuple[str, ...]
    run: int
    failed: int
    errors: int
    left_out: int
    unasked: int
    unmapped: tuple[str, ...]
    p_value: float | None
    about: str
    error: str | None
    cases: tuple[BehaviourCase, ...] = ()

    def without_texts(self) -> BehaviourFacts:
        """The same without what people wrote about the test, without its cases, and of an error that there was one."""
        return replace(self, about="", error=self.error and "error", cases=())
