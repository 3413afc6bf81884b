"""Behaviour: what the suites asked, how often each capability and test fails, and failed cases to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from audit.behave.suites.model import Expectation, Wanted
from audit.behave.suites.wording import expected
from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text, Tone
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.dots import dots
from audit.report.model import BehaviourCase, BehaviourFacts, Report
from audit.report.strings import Strings
from audit.score.behaviour import ALLOWED, SURE, sentence
from audit.score.intervals import share_interval

TYPES = ("MFT", "INV", "DIR")
NAME = 80
NAMED = 8
"""Tests that are named in a sentence, those that fail most."""
DRAWN = 24
"""Tests of a suite that are drawn, those that fail most."""


def behaviour(report: Report, say: Strings, caps: Caps) -> Section | None:
    """A section for each suite; None where none was asked."""
    if not report.behaviours:
        return None
    suites: dict[str, list[BehaviourFacts]] = {}
    for one in report.behaviours:
        suites.setdefault(one.probe, []).append(one)
    parts = tuple(_suite(number, tests, report, say, caps) for number, tests in enumerate(suites.values(), 1))
    return Section("behaviour", say("behaviour.title"), (Text(say("behaviour.intro")),), parts)


def _suite(number: int, tests: Sequence[BehaviourFacts], report: Report, say: Strings, caps: Caps) -> Section:
    ran = [one for one in tests if one.run]
    blocks: list[Block] = [Text(_found(tests, ran, say))]
    if ran:
        blocks += [_matrix(ran, report, say), _rates(ran, report, say)]
    blocks += [Text(told, "small") for told in _untold(tests, say)]
    failing = sum(bool(one.cases) for one in ran)
    if failing > caps.failing and caps.behaviour:
        blocks.append(Text(say("behaviour.failing_cut", n=caps.failing, all=failing), "small"))
    every = (
        (Section(f"tests-{number}", say("behaviour.every"), (_tests(tests, report, say),)),)
        if ran and caps.behaviour > 1
        else ()
    )
    failed = _failed(number, ran, report, say, caps)
    return Section(f"suite-{number}", printable(tests[0].suite, NAME), tuple(blocks), (*every, *failed))


def _found(tests: Sequence[BehaviourFacts], ran: Sequence[BehaviourFacts], say: Strings) -> str:
    """What was asked, and how much of it certainly fails."""
    certain = [one for one in ran if _certain(one)]
    told = say(
        "behaviour.asked", tests=len(ran), all=len(tests), cases=sum(one.run for one in ran), failed=sum(one.failed for one in ran)
    )  # fmt: skip
    if not ran:
        return told
    named = w.names([one.test for one in _worst_first(certain)], NAMED, say)
    allowed = say.numbers.setting(ALLOWED)
    which = "certain" if certain else "none_certain"
    return f"{told} {say(f'behaviour.{which}', n=len(certain), tests=named, allowed=allowed)}"


def _certain(one: BehaviourFacts) -> bool:
    return one.p_value is not None and one.p_value < SURE


def _worst_first(tests: Sequence[BehaviourFacts]) -> list[BehaviourFacts]:
    return sorted(tests, key=lambda one: -one.failed / max(one.run, 1))


def _matrix(ran: Sequence[BehaviourFacts], report: Report, say: Strings) -> Table:
    """Capability by type: failed of run, with the rate and its interval."""
    types = [type_ for type_ in TYPES if any(one.type == type_ for one in ran)]
    columns = (
        Column(say("behaviour.capability"), width=1.6),
        *(Column(say(f"behaviour.{t}"), "right", 1.4) for t in types),
    )
    rows = []
    for capability in dict.fromkeys(one.capability for one in ran):
        own = [one for one in ran if one.capability == capability]
        cells = (_cell([one for one in own if one.type == type_], report, say) for type_ in types)
        rows.append((Cell(printable(capability, NAME) or say("behaviour.no_capability"), strong=True), *cells))
    level = say.numbers.level(report.run.level)
    return Table(columns, tuple(rows), say("behaviour.matrix_caption", level=level), small=True)


def _cell(tests: Sequence[BehaviourFacts], report: Report, say: Strings) -> Cell:
    run, failed = sum(one.run for one in tests), sum(one.failed for one in tests)
    if not run:
        return Cell(say.numbers.none, "muted")
    tone: Tone = "bad" if any(map(_certain, tests)) else ""
    return Cell(say("behaviour.failed_of", failed=failed, run=run), tone, second=_rate(failed, run, report, say))


def _rate(failed: int, run: int, report: Report, say: Strings) -> str:
    return say.numbers.estimate(failed / run, *share_interval(failed, run, report.run.level))


def _rates(ran: Sequence[BehaviourFacts], report: Report, say: Strings) -> Figure:
    """The rate of each test with its interval, those that fail most first."""
    shown = _worst_first(ran)[:DRAWN]
    lines = []
    for one in shown:
        interval = share_interval(one.failed, one.run, report.run.level)
        lines.append((printable(one.test, 48), one.failed / one.run, *interval, one.run, "share"))
    items = "; ".join(f"{printable(one.test, 48)}: {_rate(one.failed, one.run, report, say)}" for one in shown)
    level = say.numbers.level(report.run.level)
    caption = say("behaviour.rates_caption", level=level)
    if len(ran) > len(shown):
        caption = f"{caption} {say('behaviour.rates_cut', n=len(shown), all=len(ran))}"
    spec = dots(lines, title=say("behaviour.rates"), axis=say("behaviour.rates_axis"))
    return Figure(spec, say("behaviour.rates_alt", level=level, items=items), caption, about="behaviour_failure")


def _tests(tests: Sequence[BehaviourFacts], report: Report, say: Strings) -> Table:
    columns = (
        Column(say("behaviour.test"), width=3.2), Column(say("behaviour.type"), width=0.6),
        Column(say("behaviour.failed"), "right", 0.9), Column(say("behaviour.rate"), "right", 1.7),
        Column(say("behaviour.p"), "right", 0.8),
    )  # fmt: skip
    rows = []
    for one in tests:
        what = expected(Expectation(cast("Wanted", one.expects), one.tolerance, one.towards, one.away))
        tone: Tone = "bad" if _certain(one) else ""
        rows.append(
            (
                Cell(printable(one.test, NAME), strong=bool(tone), second=printable(what, 200)),
                Cell(one.type),
                Cell(
                    say("behaviour.failed_of", failed=one.failed, run=one.run) if one.run else say("behaviour.not_run"),
                    tone,
                ),
                Cell(_rate(one.failed, one.run, report, say) if one.run else say.numbers.none),
                Cell(say.numbers.number(one.p_value, "p_value") if one.p_value is not None else say.numbers.none, tone),
            )
        )
    caption = say(
        "behaviour.tests_caption", allowed=say.numbers.setting(ALLOWED), level=say.numbers.level(report.run.level)
    )
    return Table(columns, tuple(rows), caption, small=True)


def _untold(tests: Sequence[BehaviourFacts], say: Strings) -> Iterator[str]:
    """What was not asked, and why."""
    unmapped = dict.fromkeys(label for one in tests for label in one.unmapped)
    if unmapped:
        yield say("behaviour.unmapped", labels=printable(", ".join(unmapped), 400))
    for key in ("unasked", "left_out", "errors"):
        counts = [getattr(one, key) for one in tests]
        if sum(counts):
            yield say(f"behaviour.{key}", n=sum(counts))


def _failed(number: int, ran: Sequence[BehaviourFacts], report: Report, say: Strings, caps: Caps) -> Iterator[Section]:
    """Failed cases of each test, the tests that fail most first."""
    for place, one in enumerate([test for test in _worst_first(ran) if test.cases][: caps.failing], 1):
        if shown := one.cases[: caps.behaviour]:
            compares = any(case.original is not None for case in shown)
            columns = (
                Column(say("behaviour.variant" if compares else "behaviour.text"), width=4.4),
                *(() if compares else (Column(say("behaviour.expected"), width=1.2),)),
                Column(say("behaviour.answered"), width=1.8),
            )
            rows = tuple(_case(case, one, compares, report, say, caps) for case in shown)
            told = say("behaviour.shown", n=len(shown), failed=one.failed)
            about = f"{sentence(printable(one.about, 300))} {told}".strip()
            yield Section(
                f"failed-{number}-{place}", printable(one.test, NAME), (Text(about), Table(columns, rows, small=True))
            )


def _case(
    case: BehaviourCase, test: BehaviourFacts, compares: bool, report: Report, say: Strings, caps: Caps
) -> tuple[Cell, ...]:  # fmt: skip
    text = printable(case.text, caps.excerpt * 2)
    answered = _answer(case.answer, case.confidence, report, say)
    if compares:
        original = printable(case.original or "", caps.excerpt * 2)
        before = _answer(case.original_answer or "", case.original_confidence or 0.0, report, say)
        return (
            Cell(text, second=say("behaviour.original", text=original)),
            Cell(answered, "bad", second=say("behaviour.original_answered", answer=before)),
        )
    wanted = w.answer(case.expected, report.run.task, say, 60)
    wanted = say("behaviour.not", label=wanted) if test.expects == "not_label" else wanted
    return Cell(text), Cell(wanted), Cell(answered, "bad")


def _answer(said: str, sure: float, report: Report, say: Strings) -> str:
    return f"{w.answer(said, report.run.task, say, 60)} ({say.numbers.share(sure)})"


BEHAVIOUR = Chapter("behaviour", behaviour)
