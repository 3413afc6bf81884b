"""Weak spots: the parts of the table in which the model is wrong more often than elsewhere, and how sure that is."""

from __future__ import annotations

from audit.language.printable import printable
from audit.language.saying import worded
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.dots import dots
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.score.weak.saying import part_said
from audit.score.weak.slices import FEWEST_ERRORS, FEWEST_ROWS
from audit.scored import Score

CHARTED = 10


def weak(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, with what is missing where no part of the table was judged; None without labels."""
    del caps
    found = [score for score in report.scores if score.name == "slice_gap" and score.value is not None]
    if not found:
        few = Text(say("weak.too_few", rows=FEWEST_ROWS, errors=FEWEST_ERRORS))
        return Section("weak", say("weak.title"), (few,)) if report.score("accuracy") is not None else None
    ordered = sorted(found, key=lambda score: (_p(score), -(score.value or 0.0), score.key))
    first, level = found[0], say.numbers.level(report.run.level)
    blocks: list[Block] = [
        Text(say("weak.intro")),
        Text(say("weak.looked", looked=_count(first, "looked"), chosen=_count(first, "chosen"))),
        Text(_established(report, say)),
        _chart(ordered[:CHARTED], report, say),
    ]
    columns = (
        Column(say("weak.part"), width=3.4), Column(say("weak.inside"), "right", 1.0), Column(say("weak.rest"), "right", 1.0),
        Column(say("weak.gap"), "right", 2.0), Column(say("weak.p"), "right", 0.9), Column(say("weak.n"), "right", 0.7),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(_part(score, say), strong=_p(score) <= 1.0 - report.run.level),
            Cell(w.noted_share(score, "inside", say)), Cell(w.noted_share(score, "rest", say)), Cell(w.with_range(score, say)),
            Cell(say.numbers.number(_p(score), "p_value")), Cell(say.numbers.count(score.n)),
        )
        for score in ordered
    )  # fmt: skip
    blocks.append(Table(columns, rows, say("weak.caption", level=level), small=True))
    return Section("weak", say("weak.title"), tuple(blocks))


def _established(report: Report, say: Strings) -> str:
    judged = [finding for finding in report.findings if finding.score.name == "slice_gap"]
    wrong = [finding for finding in judged if finding.verdict == "FAIL"]
    if wrong:
        return say("weak.found", items="; ".join(printable(finding.title, 200) for finding in wrong))
    return say("weak.none" if report.policy is not None else "weak.unjudged")


def _chart(shown: list[Score], report: Report, say: Strings) -> Figure:
    level = say.numbers.level(report.run.level)
    lines = [(_part(s, say), s.value, s.low, s.high, s.n, s.unit, report.run.level, s.key) for s in shown]
    spec = dots(lines, title=say("weak.chart"), axis=say("weak.axis"))
    items = "; ".join(f"{_part(score, say)}: {w.with_range(score, say)}" for score in shown)
    alt, caption = say("weak.chart_alt", level=level, items=items), say("weak.chart_caption", level=level)
    return Figure(spec, alt, caption, about="slice_gap")


def _part(score: Score, say: Strings) -> str:
    return say("weak.rows_of", part=printable(worded(part_said(score.where)), 90))


def _p(score: Score) -> float:
    found = w.noted_number(score, "p")
    return 1.0 if found is None else found


def _count(score: Score, name: str) -> int:
    return int(w.noted_number(score, name) or 0)


OF_ROWS = OfRows(
    ("prediction",),
    scores=("audit.score.performance:performance", "audit.score.weak.slices:weak_slices"),
)
WEAK = Chapter("weak", weak, labelled=True, of_rows=OF_ROWS)
