"""Findings: each with its number, threshold, range, evidence and what to do."""

from __future__ import annotations

from audit.records import Finding
from audit.report.blocks import Block, Cell, Column, FindingBox, Section, Table, Text
from audit.report.layout import words as w
from audit.report.limits import Caps
from audit.report.model import Report
from audit.report.strings import Strings
from audit.report.text import printable


def findings(report: Report, say: Strings, caps: Caps) -> Section:
    """Open points as boxes, the checks that passed as a table."""
    if not report.findings:
        return Section("findings", say("findings.title"), (Text(say("findings.none")),))
    open_points = [f for f in report.findings if f.verdict != "PASS"]
    passed = [f for f in report.findings if f.verdict == "PASS"]
    blocks: list[Block] = [Text(say("findings.intro", level=w.level(report.run.level)))]
    blocks += [_box(f, report, say, caps) for f in open_points[: caps.findings]]
    if len(open_points) > caps.findings:
        blocks.append(Text(say("findings.rest", n=len(open_points) - caps.findings), "small"))
    sections = (Section("findings-passed", say("findings.passed"), (_passed(passed, say),)),) if passed else ()
    return Section("findings", say("findings.title"), tuple(blocks), sections, page=True)


def _box(finding: Finding, report: Report, say: Strings, caps: Caps) -> FindingBox:
    score = finding.score
    facts = [(say("findings.measured"), f"{w.with_range(score, say)}, {say('common.n_rows', n=f'{score.n:,}')}")]
    if finding.threshold is not None:
        facts.append((say("findings.threshold"), _threshold(finding, say)))
        facts.append((say("findings.adjusted"), w.level(finding.adjusted_level)))
    if finding.why:
        facts.append((say("findings.why"), printable(finding.why, 900)))
    if finding.next_step:
        facts.append((say("findings.next"), printable(finding.next_step, 900)))
    if finding.n_to_settle:
        facts.append((say("findings.settle"), say("findings.settle_value", n=f"{finding.n_to_settle:,}")))
    if finding.note:
        facts.append((say("findings.note"), printable(finding.note, 900)))
    rows = [report.evidence[row_id] for row_id in finding.evidence if row_id in report.evidence]
    evidence = tuple((e.row_id, _evidence(e.text, e.label, e.predicted, caps.excerpt)) for e in rows[: caps.evidence])
    return FindingBox(
        id=finding.id,
        title=printable(finding.title, 300),
        verdict=w.verdict(finding.verdict, say),
        severity=say(f"severity.{finding.severity}"),
        tone=w.TONES[finding.verdict],
        number=w.number(score.value, score.unit),
        facts=tuple(facts),
        evidence=evidence,
        evidence_title=say("findings.evidence"),
    )


def _evidence(text: str, label: str | None, predicted: str | None, limit: int) -> str:
    shown = f"“{printable(text, limit)}”"
    if label is not None and predicted is not None and label != predicted:
        return f"{shown} ({printable(label, 40)} → {printable(predicted, 40)})"
    return f"{shown} ({printable(predicted, 40)})" if predicted else shown


def _passed(passed: list[Finding], say: Strings) -> Table:
    columns = (
        Column(say("findings.check"), width=4.2), Column(say("findings.measured"), "right", 2.4),
        Column(say("findings.threshold"), "right", 1.3), Column(say("scores.verdict"), width=1.0),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(f.title, 200)), Cell(w.with_range(f.score, say)), Cell(_threshold(f, say)),
            w.verdict_cell(f.verdict, say),
        )
        for f in passed
    )  # fmt: skip
    return Table(columns, rows, small=True)


def _threshold(finding: Finding, say: Strings) -> str:
    if finding.threshold is None:
        return w.DASH
    key = "at_least" if finding.score.direction == "higher_is_better" else "at_most"
    return say(f"findings.{key}", value=w.number(finding.threshold, finding.score.unit))
