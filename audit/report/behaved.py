"""The parts of a report about behavioural suites: each test's counts, and failed cases to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.kinds import all_of
from audit.records import BehaviourOutcome, FailedCase
from audit.report.caps import Caps
from audit.report.model import BehaviourCase, BehaviourFacts
from audit.results.reading import Results
from audit.score.behaviour import corrected
from models.task import Task

KIND = "behaviour"


def behaviours(read: Results, caps: Caps) -> tuple[BehaviourFacts, ...]:
    """What became of every test, suite by suite in the order of the run, the tests of each in its own order."""
    found: list[BehaviourFacts] = []
    for probe in read.of_kind(KIND):
        records = list(read.stream(probe.probe))
        found += _suite(sorted(all_of(records, BehaviourOutcome), key=lambda one: one.place), read.run.task, caps)
    return tuple(found)


def _suite(tests: Sequence[BehaviourOutcome], task: Task, caps: Caps) -> Iterator[BehaviourFacts]:
    ran = [one for one in tests if one.run and one.error is None]
    p_values = dict(
        zip((one.subject for one in ran), corrected([o.failed for o in ran], [o.run for o in ran]), strict=True)
    )
    for one in tests:
        yield BehaviourFacts(
            probe=one.probe, name=one.name, suite=one.suite, test=one.subject, capability=one.capability, type=one.type,
            expects=one.expects, tolerance=one.tolerance, towards=one.towards, away=one.away, run=one.run, failed=one.failed,
            errors=one.errors, left_out=one.left_out, unasked=one.unasked, unmapped=one.unmapped,
            p_value=p_values.get(one.subject), about=one.about, error=one.error or one.note,
            cases=tuple(_case(case, one.expects, task) for case in one.cases[: caps.behaviour]),
        )  # fmt: skip


def _case(case: FailedCase, expects: str, task: Task) -> BehaviourCase:
    answer, sure = task.answer(case.probs), task.sure(case.probs)
    if "label" in expects:  # each text stands for itself
        expected = case.labels[case.failed]
        return BehaviourCase(case.texts[case.failed], answer, sure, expected)
    return BehaviourCase(
        case.texts[case.failed], answer, sure, None, case.texts[0], task.answer(case.first), task.sure(case.first)
    )
