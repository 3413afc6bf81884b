"""A pattern is never met or missed: it is called a pattern wherever a finding is shown, and decides nothing."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from sample_run import RUNS

from audit.cli import show
from audit.report.blocks import FindingBox
from audit.report.build import build_report
from audit.report.caps import CAPS
from audit.report.chapters.findings import findings
from audit.report.csv_files import tables
from audit.report.strings import strings
from audit.score.ranking import told_once
from audit.scored import worded

JUDGED = ("Met", "Not met", "Inconclusive")


@pytest.fixture
def found(store):
    """Findings of a run, by whether they decide."""
    told = store.findings(RUNS["hostile"])
    patterns, checks = [f for f in told if not f.decides], [f for f in told if f.decides]
    assert patterns
    assert checks
    return patterns, checks


def test_what_a_finding_is_about_is_told_by_its_id(found):
    patterns, checks = found
    assert {f.asked for f in patterns} == {"pattern"}
    assert {f.asked for f in checks} <= {"check", "skipped"}
    assert all(f.id.startswith(f"{f.asked}:") for f in (*patterns, *checks))
    assert {worded(f)["asked"] for f in patterns} == {"pattern"}, "and to other programs"


def test_the_report_boxes_it_as_a_pattern(store, found):
    report = build_report(store, RUNS["hostile"])
    told = findings(report, strings("en"), CAPS["full"])
    boxes = {b.id: b for section in told.sections for b in section.blocks if isinstance(b, FindingBox)}
    for finding in found[0]:
        if finding.id in boxes:
            assert (boxes[finding.id].verdict, boxes[finding.id].tone) == ("Pattern", "muted")
    assert {f.id for f in found[0]} & set(boxes)
    for finding in found[1]:
        if finding.id in boxes:
            assert any(word in boxes[finding.id].verdict for word in JUDGED)


def test_the_terminal_says_so_too(store, monkeypatch, found):
    out = io.StringIO()
    monkeypatch.setattr(show, "stdout", Console(file=out, width=400))
    show.print_run(store, store.run(RUNS["hostile"]))
    heads = re.findall(r"^(Met|Not met|Inconclusive|Pattern)  (.*?)  \(\w+\)$", out.getvalue(), re.MULTILINE)
    said = {title: word for word, title in heads}
    assert {said[f.title] for f in found[0] if f.title in said} == {"Pattern"}
    assert all(said[f.title] in JUDGED for f in found[1] if f.title in said)
    told = [told.finding.title for told in told_once((*found[0], *found[1]))]
    assert [title for _, title in heads] == told, "in the order of what hurts, as everywhere"


def test_a_table_for_a_spreadsheet_has_what_each_is_about(store, found):
    lines = list(dict(tables(store, build_report(store, RUNS["hostile"])))["findings.csv"])
    column = lines[0].index("asked")
    kinds = {line[0]: line[column] for line in lines[1:]}
    assert {kinds[f.id] for f in found[0]} == {"pattern"}
    assert {kinds[f.id] for f in found[1]} <= {"check", "skipped"}
