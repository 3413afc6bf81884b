"""A behavioural suite as a probe of an audit: its cases are its own, the rows of the table are beside them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from audit.behave.suites.bundled import bundled, names
from audit.behave.suites.labels import named
from audit.behave.suites.model import Suite
from audit.behave.suites.running import Failure, Outcome, run_suite, sampled
from audit.behave.suites.toml_file import parse_toml
from audit.errors import InputError, UnknownName
from audit.kinds.entry import Scope
from audit.language.translating import tr_later
from audit.parameters import Declared, check, parameter
from audit.records import BehaviourOutcome, Example, FailedCase

if TYPE_CHECKING:
    from models.classifier import Classifier

MOST_BYTES = 5_000_000
"""Bytes of the largest suite that a run takes along: it is part of what the run is made of, and read again and again."""
SKETCHED = 2
"""Cases of each test that are tried to see how long a suite takes."""
NAMED = 20
"""Labels that a message names."""


@dataclass(kw_only=True)
class SuiteProbe(Declared):
    """The tests of a suite, one record each: minimum functionality, invariance and direction (CheckList).

    A suite that comes with Assay is named; any other one comes with its content, so that a run holds all that it was asked.

    >>> import audit
    >>> probe = SuiteProbe(suite="sentiment-english", cases=2)
    >>> found = {one.subject: one for one in probe.run(audit.load("sentiment"), [], seed=0)}
    >>> found["plain praise"].run, found["plain praise"].failed
    (2, 0)
    """

    name: ClassVar[str] = "suite"
    version: ClassVar[int] = 1
    scope: ClassVar[Scope] = "sample"
    paper: ClassVar[str] = "Ribeiro et al. 2020"
    cost: ClassVar[str] = tr_later("one pass through the model for each text of the suite")

    suite: str = parameter(
        "sentiment-english", tr_later("Which suite: one that comes with Assay, or what another one is called.")
    )
    content: str = parameter("", tr_later("The suite as TOML, of one that does not come with Assay."), place="nowhere")
    labels: dict[str, str] = field(
        default_factory=dict,
        metadata={
            "parameter": {"help": tr_later("Labels of the suite, and what the model calls them."), "place": "nowhere"}
        },
    )
    cases: int | None = parameter(
        None, tr_later("Cases of each test, at most; drawn by the seed."), least=1, most=100_000
    )
    kept: int = parameter(
        20, tr_later("Cases that failed to keep of each test, to be read."), least=1, most=1_000, place="advanced"
    )

    def __post_init__(self) -> None:
        """Check what costs nothing; what the suite says is read when it is asked."""
        check(type(self), super().params)
        if not self.content and self.suite not in names():
            raise UnknownName("suite", self.suite[:80], names())
        require_small(self.content, self.suite)

    @property
    def params(self) -> Mapping[str, Any]:
        """As specs have them, and in place of the content its hash, `sha256`: the spec holds it, and nobody else need."""
        found = {name: value for name, value in super().params.items() if name != "content"}
        if not self.content:
            return found
        return {**found, "sha256": hashlib.sha256(self.content.encode("utf-8", "surrogatepass")).hexdigest()}

    @property
    def resources(self) -> Mapping[str, str]:
        """What decides the records besides: the content of the suite, whatever it is called."""
        return {"suite": self.read().digest}

    def read(self) -> Suite:
        """The suite.

        Raises:
            InputError: its content is none.
        """
        return read_content(self.content, self.suite) if self.content else bundled(self.suite)

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why no test can be asked: the suite is about labels, and the model has none of them.

        Raises:
            InputError: the suite cannot be read, or a label is mapped that the suite or the model does not have.
        """
        suite = self.read()
        if not suite.labels or self._named(suite, classifier):
            return None
        return tr_later(
            f"the model has none of the labels that the suite {suite.name} is about ({', '.join(suite.labels[:NAMED])}); its own are: "
            f"{', '.join(classifier.labels[:NAMED])}. Say which is which, or choose another suite."
        )

    def run(
        self,
        classifier: Classifier,
        examples: Sequence[Example],  # noqa: ARG002 - its cases are its own
        *,
        seed: int,
        reference: Sequence[Example] = (),  # noqa: ARG002
    ) -> Iterator[BehaviourOutcome]:
        """One record a test, in their order; the rows of the table are not looked at."""
        suite = sampled(self.read(), self.cases, seed)
        labels = self._named(suite, classifier)
        started = time.perf_counter()
        for place, outcome in enumerate(run_suite(classifier, suite, labels)):
            yield self._record(outcome, suite, labels, classifier, place, seed, time.perf_counter() - started)
            started = time.perf_counter()

    def sketch(self, classifier: Classifier, examples: Sequence[Example]) -> tuple[SuiteProbe, float]:
        """A probe of a few cases of each test, to see how long they take, and which share of the texts they have."""
        del classifier, examples  # whichever they are
        suite = sampled(self.read(), self.cases, 0)
        few = replace(self, cases=min(SKETCHED, self.cases or SKETCHED))
        part = sampled(self.read(), few.cases, 0)
        return few, _texts(part) / max(_texts(suite), 1)

    def _named(self, suite: Suite, classifier: Classifier) -> dict[str, str]:
        return named(suite.labels, classifier.labels, self.labels, several=classifier.task.several)

    def _record(
        self,
        found: Outcome,
        suite: Suite,
        labels: Mapping[str, str],
        classifier: Classifier,
        place: int,
        seed: int,
        seconds: float,
    ) -> BehaviourOutcome:
        test, wanted = found.test, found.test.expectation
        clearest = sorted(found.failures, key=lambda one: -classifier.task.sure(one.probs))
        return BehaviourOutcome(
            name=self.name, suite=self.suite if self.content else suite.name, subject=test.name, capability=test.capability, type=test.type,
            expects=wanted.wanted, run=found.run, failed=found.failed, seed=seed, errors=found.errors,
            left_out=found.left_out, unasked=found.unasked, texts=sum(len(case.texts) for case in test.cases),
            tolerance=wanted.tolerance, towards=_mapped(wanted.towards, labels), away=_mapped(wanted.away, labels),
            unmapped=tuple(label for label in test.labels if label not in labels),
            cases=tuple(_failed(one, labels) for one in clearest[: self.kept]), about=test.description, place=place,
            seconds=seconds, note=found.fault or None,
        )  # fmt: skip


def require_small(content: str, called: str) -> None:
    """Nothing where a run can take a suite along.

    Raises:
        InputError: it is too large.
    """
    if (size := len(content.encode("utf-8", "surrogatepass"))) > MOST_BYTES:
        raise InputError(
            f"The suite {called[:80]} has {size:,} bytes as TOML, and one within an audit at most {MOST_BYTES:,}: part it, or draw "
            "fewer cases from its templates (sample = 1000)."
        )


@lru_cache(maxsize=8)
def read_content(content: str, called: str) -> Suite:
    """The suite of a TOML text; planning a run, asking its tests and drawing a page each read it.

    Raises:
        InputError: it is none.
    """
    return parse_toml(content, called)


def _texts(suite: Suite) -> int:
    return sum(len(case.texts) for test in suite.tests for case in test.cases)


def _mapped(labels: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(label, label) for label in labels)


def _failed(failure: Failure, names: Mapping[str, str]) -> FailedCase:
    case = failure.case
    labels = tuple(None if label is None else names.get(label, label) for label in case.labels)
    return FailedCase(case.texts, failure.text, labels, failure.first, failure.probs, case.line)
