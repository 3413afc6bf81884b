"""Asking a model the cases of a suite, and what became of each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from audit.behave.suites.judging import Verdict, judge
from audit.behave.suites.labels import askable, lacking
from audit.behave.suites.model import Case, Suite, SuiteTest
from audit.seeds import row_generator
from models.errors import ModelError

if TYPE_CHECKING:
    from models.classifier import Classifier

TEXTS_A_TIME = 2_048
FAULTS = (ModelError, RuntimeError, ValueError, TypeError, IndexError, OverflowError)
"""What a model may raise over a text."""
TEXTS_KEPT = 50_000
"""Texts whose answers are kept: tests of a suite share many, such as the original of several variants."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that failed: its original or only text, the text that failed, and what the model says of each, 0-1 by label."""

    case: Case
    text: int
    first: tuple[float, ...]
    probs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test.

    Attributes:
        test: it.
        passed, failed: cases that held and that did not; together they are what was run.
        left_out: cases that do not count, by the test's own rule.
        unasked: cases with a label that the model does not have.
        lacking: labels without which the whole test cannot be asked.
        failures: the cases that failed, in their order.
        errors: cases that the model could not be run on; `fault` is what it said of the first.
    """

    test: SuiteTest
    passed: int = 0
    failed: int = 0
    left_out: int = 0
    unasked: int = 0
    lacking: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = field(default=(), repr=False)
    errors: int = 0
    fault: str = ""

    @property
    def run(self) -> int:
        """Cases that were asked and count."""
        return self.passed + self.failed


def sampled(suite: Suite, most: int | None, seed: int) -> Suite:
    """A suite with at most so many cases of each test, drawn by the seed; the order is kept."""
    if most is None:
        return suite
    tests = []
    for test in suite.tests:
        draw = row_generator(seed, test.name, "cases")
        places = sorted(draw.permutation(len(test.cases))[:most])
        tests.append(replace(test, cases=tuple(test.cases[place] for place in places)))
    return replace(suite, tests=tuple(tests))


def run_suite(
    classifier: Classifier,
    suite: Suite,
    names: Mapping[str, str],
    *,
    moved: Callable[[int], object] = lambda cases: None,
) -> Iterator[Outcome]:
    """What became of each test, in their order.

    Args:
        classifier: what is asked.
        suite: what is asked of it.
        names: label of the suite -> label of the model.
        moved: hears how many cases are done, again and again.

    Raises:
        ModelError: the model cannot be run.
    """
    known: Known = {}
    for test in suite.tests:
        wanting = lacking(test, names)
        asked = [case for case, can in zip(test.cases, askable(test, names), strict=True) if can and not wanting]
        verdicts: list[Verdict] = []
        failures: list[Failure] = []
        faults: list[str] = []
        for case, probs in _answered(classifier, asked, known):
            if isinstance(probs, str):
                faults.append(probs)
                moved(1)
                continue
            verdict = judge(case, test.expectation, probs, classifier.task, names)
            verdicts.append(verdict)
            if verdict.text is not None:
                failures.append(Failure(case, verdict.text, _plain(probs[0]), _plain(probs[verdict.text])))
            moved(1)
        moved(len(test.cases) - len(asked))
        states = [verdict.state for verdict in verdicts]
        yield Outcome(
            test, states.count("pass"), states.count("fail"), states.count("left_out"),
            len(test.cases) - len(asked), wanting, tuple(failures), len(faults), faults[0] if faults else "",
        )  # fmt: skip


Known = dict[str, np.ndarray | str]
"""Texts that were asked, with their probabilities (n_labels,), or why there are none."""


def _answered(classifier: Classifier, cases: Sequence[Case], known: Known) -> Iterator[tuple[Case, np.ndarray | str]]:
    """Each case with the probabilities of its texts, (n_texts, n_labels), or what ails one; many go to the model together."""
    waiting: list[Case] = []
    texts = 0
    for case in cases:
        waiting.append(case)
        texts += len(case.texts)
        if texts >= TEXTS_A_TIME:
            yield from _asked(classifier, waiting, known)
            waiting, texts = [], 0
    yield from _asked(classifier, waiting, known)


def _asked(classifier: Classifier, cases: Sequence[Case], known: Known) -> Iterator[tuple[Case, np.ndarray | str]]:
    if len(known) > TEXTS_KEPT:
        known.clear()
    _ask(classifier, list(dict.fromkeys(text for case in cases for text in case.texts if text not in known)), known)
    for case in cases:
        found = [known[text] for text in case.texts]
        fault = next((one for one in found if isinstance(one, str)), None)
        yield case, fault if fault is not None else np.stack(found)


def _ask(classifier: Classifier, texts: Sequence[str], known: Known) -> None:
    """Ask texts together; should that fail, each alone, so that one text ends no other.

    Raises:
        ModelError, RuntimeError, ValueError ...: not one of them could be asked.
    """
    if not texts:
        return
    try:
        known.update(zip(texts, np.asarray(classifier.predict_proba(texts), dtype=np.float64), strict=True))
        return
    except FAULTS as error:
        if len(texts) == 1 and not known:
            raise
        first = error
    answered = 0
    for text in texts:
        try:
            known[text] = np.asarray(classifier.predict_proba([text]), dtype=np.float64)[0]
            answered += 1
        except FAULTS as error:
            known[text] = f"{type(error).__name__}: {error}"[:300]
    if not answered and all(isinstance(one, str) for one in known.values()):
        raise first


def _plain(probs: np.ndarray) -> tuple[float, ...]:
    return tuple(float(p) for p in probs)
