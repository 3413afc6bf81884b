"""The score table: every figure with range, n, verdict; and the chart of the headline figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.records import Score
from audit.report import charts
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from audit.report.layout import words as w
from audit.report.layout.summary import verdict_of
from audit.report.model import Report
from audit.report.strings import Strings
from audit.report.text import printable

FAMILIES = ("performance", "robustness", "faithfulness", "calibration", "groups", "data", "words")
HEADLINE = ("accuracy", "accuracy_under_attack", "prediction_retained", "worst_case_accuracy", "worst_case_retained")
LISTED_ELSEWHERE = (
    "class_recall",
    "class_precision",
    "class_f1",
    "confusion_share",
    "word_importance",
    "label_share",
    "predicted_share",
)


def scores(report: Report, say: Strings, *, at_most: int | None = None, slices: int = 0) -> Section:
    """The table by family.

    Args:
        at_most: only so many lines, the judged and the headline ones first (executive).
        slices: so many lines for scores of parts (technical).
    """
    level = w.level(report.run.level)
    whole = [s for s in report.scores if not s.slice and s.value is not None]
    if not whole:
        return Section("scores", say("scores.title"), (Text(say("scores.none")),))
    blocks: list[Block] = [Text(say("scores.intro", level=level)), *_headline(report, say)]
    if at_most is not None:
        chosen = sorted(whole, key=lambda s: (verdict_of(report, s) is None, s.name not in HEADLINE))[:at_most]
        kept = [s for s in whole if s in chosen]
        return Section("scores", say("scores.title"), (*blocks, _table(report, kept, say)))
    sections = []
    families = {d.key: d.family for d in report.definitions}
    for family in FAMILIES:
        own = [s for s in whole if families.get(s.definition) == family]
        if own:
            sections.append(Section(f"scores-{family}", say(f"family.{family}"), (_table(report, own, say),)))
    if slices:
        parts = [s for s in report.scores if s.slice and s.value is not None and s.name not in LISTED_ELSEWHERE[:3]][
            :slices
        ]
        if parts:
            intro = Text(say("scores.slices_intro"))
            sections.append(
                Section("scores-parts", say("scores.slices"), (intro, _table(report, parts, say, parts=True)))
            )
    return Section("scores", say("scores.title"), tuple(blocks), tuple(sections), page=True)


def headline(report: Report) -> list[Score]:
    """The figures of the chart: accuracy, right under each attack, the worst cases."""
    return [s for s in report.scores if s.name in HEADLINE and not s.slice and s.value is not None]


def title_of(report: Report, score: Score) -> str:
    """The title of a score's definition."""
    return next((d.title for d in report.definitions if d.key == score.definition), score.name.replace("_", " "))


def _headline(report: Report, say: Strings) -> Iterator[Block]:
    found = headline(report)[:14]
    if len(found) < 2:
        return
    level = w.level(report.run.level)
    lines = [charts.Dot(_name(report, s), s.value or 0.0, s.low, s.high) for s in found]
    items = "; ".join(f"{_name(report, s)}: {w.with_range(s, say)}" for s in found)
    yield Figure(
        charts.dots(lines), say("scores.chart_alt", level=level, items=items), say("scores.chart_caption", level=level)
    )


def _name(report: Report, score: Score) -> str:
    title = title_of(report, score)
    return f"{title}: {w.probe_name(score.probe)}" if score.name in HEADLINE[1:3] else title


def _table(report: Report, found: Sequence[Score], say: Strings, *, parts: bool = False) -> Table:
    level = w.level(report.run.level)
    columns = [
        Column(say("scores.score"), width=3.3),
        Column(say("scores.part" if parts else "scores.probe"), width=2.2),
        Column(say("scores.value"), "right", 1.0),
        Column(say("scores.range", level=level), "right", 1.9),
        Column(say("scores.n"), "right", 0.75),
    ]
    judged = any(verdict_of(report, s) for s in found)
    if judged:
        columns.append(Column(say("scores.verdict"), "left", 1.45))
    rows = []
    for score in found:
        where = w.probe_name(score.probe) if score.probe else ""
        if parts:
            where = ", ".join(part for part in (printable(score.slice, 80), where) if part)
        cells = [
            Cell(title_of(report, score)),
            Cell(where, "muted"),
            Cell(w.number(score.value, score.unit), strong=True),
            Cell(w.between(score, say)),
            Cell(f"{score.n:,}"),
        ]
        if judged:
            cells.append(w.verdict_cell(verdict_of(report, score), say))
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows), small=True)
