"""The score table: every figure with range, n, verdict; and the chart of the headline figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.headline import TELLING, verdict_of
from audit.scored import Score

FAMILIES = (
    "performance",
    "robustness",
    "faithfulness",
    "calibration",
    "groups",
    "fairness",
    "data",
    "words",
    "behaviour",
    "sample",
)
LISTED_ELSEWHERE = (
    "class_recall",
    "class_precision",
    "class_f1",
    "confusion_share",
    "word_importance",
    "label_share",
    "predicted_share",
)
OF_CHAPTERS = ("groups", "weak", "fairness", "shortcuts", "behaviour", "shift")
"""Families whose scores of parts stand in tables of chapters of their own, in words."""
OF_WORDS = ("word_beyond", "word_turned", "word_effect", "trigger_flip_rate")
"""Others that do."""


def scores(report: Report, say: Strings, caps: Caps) -> Section:
    """The table by family; in the executive report a few lines, the judged and the headline ones first."""
    level = say.numbers.level(report.run.level)
    whole = [s for s in report.scores if not s.slice and s.value is not None and not _trivial(s)]
    if not whole:
        return Section(
            "scores",
            say("scores.title"),
            (Text(say("scores.none" if report.run.status == "finished" else "scores.not_yet")),),
        )
    blocks: list[Block] = [Text(say("scores.intro", level=level))]
    if report.preset == "executive":
        chosen = sorted(whole, key=lambda s: (verdict_of(report.findings, s) is None, s.name not in TELLING))[
            : caps.headlines
        ]
        kept = [s for s in whole if s in chosen]
        return Section("scores", say("scores.title"), (*blocks, _table(report, kept, say)))
    sections = []
    families = {d.key: d.family for d in report.definitions}
    for family in FAMILIES:
        own = [s for s in whole if families.get(s.definition) == family]
        if own:
            sections.append(Section(f"scores-{family}", say(f"family.{family}"), (_table(report, own, say),)))
    if caps.scores:
        listed = [s for s in report.scores if s.slice and s.value is not None and _listed_here(s, families)]
        parts = listed[: caps.scores]
        if parts:
            intro = Text(say("scores.slices_intro"))
            sections.append(
                Section("scores-parts", say("scores.slices"), (intro, _table(report, parts, say, parts=True)))
            )
    return Section("scores", say("scores.title"), tuple(blocks), tuple(sections))


def _listed_here(score: Score, families: Mapping[str, str]) -> bool:
    elsewhere = families.get(score.definition) in OF_CHAPTERS or score.name in OF_WORDS
    return not elsewhere and score.name not in LISTED_ELSEWHERE[:3]


def _trivial(score: Score) -> bool:
    """Error shares of zero: the table of tests says that already."""
    return score.name == "error_share" and score.value == 0


def _table(report: Report, found: Sequence[Score], say: Strings, *, parts: bool = False) -> Table:
    level = say.numbers.level(report.run.level)
    placed = parts or any(score.probe for score in found)
    columns = [
        Column(say("scores.score"), width=3.3),
        *([Column(say("scores.part" if parts else "scores.probe"), width=2.2)] if placed else []),
        Column(say("scores.value"), "right", 1.0),
        Column(say("scores.range", level=level), "right", 1.9),
        Column(say("scores.n"), "right", 0.75),
    ]
    judged = any(verdict_of(report.findings, s) for s in found)
    if judged:
        columns.append(Column(say("scores.verdict"), "left", 1.45))
    rows = []
    for score in found:
        where = w.probes_of(score)
        if parts:
            where = ", ".join(part for part in (printable(score.slice, 80), where) if part)
        cells = [
            Cell(w.title_of(report, score)),
            *([Cell(where, "muted")] if placed else []),
            Cell(say.numbers.number(score.value, score.unit), strong=True),
            Cell(w.between(score, say)),
            Cell(say.numbers.count(score.n)),
        ]
        if judged:
            cells.append(w.verdict_cell(verdict_of(report.findings, score)))
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows), small=True)


SCORES = Chapter("scores", scores, on="", executive=True)
