"""Findings: each with its number, threshold, range, evidence and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, FindingBox, Run, Section, Shown, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.chapters.explanations import shaded
from audit.report.chapters.robustness import in_one
from audit.report.model import Pointed, Report
from audit.report.scale import scale_of
from audit.report.strings import Strings
from audit.score.measures import COUNTED
from audit.score.ranking import is_context, told_once
from audit.scored import Finding
from models.task import Task
from models.telling import again


def findings(report: Report, say: Strings, caps: Caps) -> Section:
    """What was found and what is open as boxes, each fault once; the checks that passed as a table."""
    if not report.findings:
        return Section(
            "findings",
            say("findings.title"),
            (Text(say("findings.none" if report.run.status == "finished" else "findings.not_yet")),),
        )
    told = [told.finding for told in told_once(report.findings)]
    context = [f for f in told if is_context(f)]
    found = [f for f in told if f.verdict == "FAIL" and f not in context]
    open_points = [f for f in told if f.verdict == "INCONCLUSIVE"]
    passed = [f for f in told if f.verdict == "PASS" and f.decides]
    intro = Text(say("findings.intro", level=say.numbers.level(report.run.level)))
    sections = []
    if found:
        boxes = tuple(_boxes(found, caps.findings, report, say, caps))
        note = Text(say("findings.found_intro"))
        sections.append(Section("findings-found", say("findings.found"), (note, *boxes)))
    shown = open_points[: max(0, caps.findings - len(found))] if report.preset == "executive" else open_points
    if shown:
        boxes = tuple(_boxes(shown, caps.findings, report, say, caps))
        sections.append(Section("findings-open", say("findings.open"), boxes))
    if context and report.preset != "executive":
        boxes = tuple(_boxes(context, caps.findings, report, say, caps))
        note = Text(say("findings.context_intro"))
        sections.append(Section("findings-context", say("findings.context"), (note, *boxes)))
    if passed:
        listed = passed if report.preset != "executive" else passed[: 2 * caps.findings]
        rest = len(passed) - len(listed)
        more = (Text(say("findings.rest", n=rest), "small"),) if rest else ()
        sections.append(Section("findings-passed", say("findings.passed"), (_passed(listed, say), *more)))
    return Section("findings", say("findings.title"), (intro,), tuple(sections))


def _boxes(found: Sequence[Finding], at_most: int, report: Report, say: Strings, caps: Caps) -> Iterator[Block]:
    for finding in found[:at_most]:
        yield _box(finding, report, say, caps)
    if len(found) > at_most:
        yield Text(say("findings.rest", n=len(found) - at_most), "small")


def _box(finding: Finding, report: Report, say: Strings, caps: Caps) -> FindingBox:
    score = finding.score
    facts: list[tuple[str, str]] = []
    if score.value is not None:
        facts.append(
            (
                say("findings.measured"),
                f"{w.with_range(score, say)}, {say('common.n_rows', n=say.numbers.count(score.n))}",
            )
        )
    if finding.threshold is not None:
        held = _threshold(finding, say)
        if score.method != COUNTED:
            held += f" ({say('findings.decided', level=say.numbers.level(finding.adjusted_level))})"
        facts.append((say("findings.threshold"), held))
    for key, text in (("why", finding.why), ("next", finding.next_step)):
        if text:
            facts.append((say(f"findings.{key}"), printable(text, caps.prose)))
    if collect := report.collect.get(finding.id):
        facts.append((say("findings.collect"), printable(collect, caps.prose)))
    if finding.note:
        facts.append((say("findings.note"), printable(finding.note, caps.prose)))
    rows = report.pointed.get(finding.id, ())[: caps.evidence]
    return FindingBox(
        id=finding.id,
        title=printable(finding.title, 300),
        verdict=w.comes_to(finding),
        severity=say(f"severity.{finding.severity}"),
        tone=w.TONES[finding.verdict] if finding.decides else "muted",
        number=say.numbers.number(score.value, score.unit),
        facts=tuple(facts),
        evidence=tuple(_shown(row, report.run.task, say, caps.excerpt) for row in rows),
        evidence_title=say.count("findings.evidence", len(rows)) if rows else "",
        scale=scale_of(finding, threshold=_threshold(finding, say)),
    )


def _shown(row: Pointed, task: Task, say: Strings, limit: int) -> Shown:
    """A row with what was changed in it, and what became of the answer."""
    if row.edits:
        runs = in_one(row.edits, limit)
    elif row.words:
        runs = shaded(row.words, row, limit)
    else:
        runs = (Run(printable(row.text, limit)),)
    lines = [("", runs)]
    if row.pair is not None:
        lines.append((say("explanations.second_text"), (Run(printable(row.pair, limit)),)))
    return Shown(row.row_id, ", ".join(_said(row, task, say)), tuple(lines))


def _said(row: Pointed, task: Task, say: Strings) -> Iterator[str]:
    """The label, the answer, and to what it was turned by what."""
    if row.error:
        yield printable(again(row.error), 200)
    elif row.words:
        yield say("findings.explains", target=printable(row.before or "", 40))
    elif row.after is not None:
        before, after = (w.answer(answer, task, say, 40) for answer in (row.before, row.after))
        sure = {"before_sure": _sure(row.before_confidence, say), "after_sure": _sure(row.after_confidence, say)}
        yield say("findings.turned", before=before, after=after, probe=w.probe_name(row), **sure)
    elif row.before is not None:
        said = {"predicted": w.answer(row.before, task, say, 40), "sure": _sure(row.before_confidence, say)}
        yield say("findings.predicted", **said)
    if row.label is not None:
        yield say("findings.labelled", label=w.answer(row.label, task, say, 40))


def _sure(confidence: float | None, say: Strings) -> str:
    return say.numbers.share(confidence)


def _passed(passed: Sequence[Finding], say: Strings) -> Table:
    columns = (
        Column(say("findings.check"), width=4.2), Column(say("findings.measured"), "right", 2.4),
        Column(say("findings.threshold"), "right", 1.3), Column(say("scores.verdict"), width=1.0),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(f.title, 200)), Cell(w.with_range(f.score, say)), Cell(_threshold(f, say)),
            w.verdict_cell(f.verdict),
        )
        for f in passed
    )  # fmt: skip
    return Table(columns, rows, small=True)


def _threshold(finding: Finding, say: Strings) -> str:
    if finding.threshold is None:
        return say.numbers.none
    key = "at_least" if finding.score.direction == "higher_is_better" else "at_most"
    return say(f"findings.{key}", value=say.numbers.setting(finding.threshold, finding.score.unit))


FINDINGS = Chapter("findings", findings, on="summary", executive=True)
