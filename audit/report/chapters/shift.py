"""Shift: how the audited rows differ from those of the reference table, and what that does to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from audit.language.printable import printable
from audit.language.saying import worded
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.chapters.shift_clusters import cluster_blocks, told_rows
from audit.report.clustered import clusters
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.reading import Results
from audit.scored import Score

WHOLE = ("shift_auc", "outside_share", "label_shift", "prediction_shift", "length_shift", "language_shift")
"""What is told of the tables as a whole, what the model makes of their texts first."""
BESIDE = ("note.shift_most", "note.length_medians", "note.outside_usual")
"""Notes that say in what most of a difference lies."""
NAME = 80
FARTHEST = 8
"""Rows outside that are shown."""


def shift(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter; None where the run has no reference table."""
    found = {name: score for name in WHOLE if (score := report.score(name)) is not None and score.value is not None}
    if not found:
        return None
    blocks: list[Block] = [
        Text(say("shift.intro", name=printable(_reference(report), NAME))),
        Text(_established(report, say)),
        _differences(found, report, say),
    ]
    sections = [
        Section("estimated", say("shift.estimated"), tuple(_estimated(report, say))),
        Section("outside", say("shift.outside"), tuple(_outside(report, say, caps))),
        Section("shifted-words", say("shift.words"), tuple(_words(report, say))),
        Section("shifted-clusters", say("shift.clusters"), tuple(cluster_blocks(report, say, caps))),
    ]
    return Section("shift", say("shift.title"), tuple(blocks), tuple(part for part in sections if part.blocks))


def _reference(report: Report) -> str:
    found = report.provenance.get("reference")
    return str(found.get("name", "")) if isinstance(found, Mapping) else ""


def _established(report: Report, say: Strings) -> str:
    judged = [finding for finding in report.findings if finding.score.name in (*WHOLE, "outside_gap")]
    wrong = [finding for finding in judged if finding.verdict == "FAIL"]
    if wrong:
        return say("shift.found", items="; ".join(printable(finding.title, 200) for finding in wrong))
    return say("shift.none" if report.policy is not None else "shift.unjudged")


def _differences(found: dict[str, Score], report: Report, say: Strings) -> Table:
    columns = (
        Column(say("shift.what"), width=2.6), Column(say("shift.difference"), "right", 1.9), Column(say("shift.alike"), "right", 0.8),
        Column(say("shift.most"), width=3.4), Column(say("shift.p"), "right", 0.8), Column(say("shift.n"), "right", 0.7),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(say(f"shift.{name}"), strong=_surely(score)), Cell(w.with_range(score, say)), Cell(say.numbers.share(_alike(name))),
            Cell(_most(score)), Cell(_p(score, say)), Cell(say.numbers.count(score.n)),
        )
        for name, score in found.items()
    )  # fmt: skip
    return Table(columns, rows, say("shift.caption", level=say.numbers.level(report.run.level)), small=True)


def _alike(name: str) -> float:
    """What tables that are alike show."""
    return {"shift_auc": 0.5, "length_shift": 0.5, "outside_share": 0.05}.get(name, 0.0)


def _surely(score: Score) -> bool:
    """Whether the whole range is away from what tables that are alike show."""
    alike = _alike(score.name)
    return score.low is not None and score.high is not None and not score.low <= alike <= score.high


def _most(score: Score) -> str:
    told = next((note for note in score.notes if note.key in BESIDE), None)
    return "" if told is None else printable(worded(told), 160)


def _p(score: Score, say: Strings) -> str:
    p = w.noted_number(score, "p")
    return say.numbers.none if p is None else say.numbers.p_value(p)


def _words(report: Report, say: Strings) -> Iterator[Block]:
    words = [score for score in report.scores if score.name == "word_shift" and score.value is not None]
    if not words:
        return
    found, looked = (int(w.noted_number(words[0], name) or 0) for name in ("found", "looked"))
    yield Text(say("shift.words_intro", found=found, looked=looked))
    columns = (
        Column(say("shift.word"), width=2),
        Column(say("shift.difference"), "right", 2.4),
        Column(say("shift.p"), "right", 0.8),
        Column(say("shift.n"), "right", 0.7),
    )
    rows = tuple(
        (
            Cell(printable(score.where["word"] or "", NAME)),
            Cell(w.with_range(score, say)),
            Cell(_p(score, say)),
            Cell(say.numbers.count(score.n)),
        )
        for score in sorted(words, key=lambda s: (-(s.value or 0.0), s.key))
    )
    yield Table(columns, rows, say("shift.words_caption"), small=True)


def _outside(report: Report, say: Strings, caps: Caps) -> Iterator[Block]:
    gap, share = report.score("outside_gap"), report.score("outside_share")
    if share is None or share.value is None:
        return
    yield Text(say("shift.outside_intro"))
    if gap is not None and gap.value is not None:
        yield Text(
            say(
                "shift.outside_right", outside=w.noted_share(gap, "outside", say), inside=w.noted_share(gap, "inside", say),
                gap=w.with_range(gap, say),
            )
        )  # fmt: skip
    elsewhere = {row for _, rows in told_rows(report.scores, report.clusters) for row in rows}
    chosen = (row for row in report.chosen.get("shift", ()) if row not in elsewhere)
    far = [report.evidence[row] for row in chosen if row in report.evidence]
    if not far:
        return
    columns = (
        Column(say("explanations.text"), width=4.6),
        Column(say("classes.true"), width=1.4),
        Column(say("classes.predicted"), width=1.6),
    )
    rows = tuple(
        (
            Cell(printable(e.text, caps.excerpt)), Cell(w.answer(e.label, report.run.task, say, 60)),
            Cell(f"{w.answer(e.predicted, report.run.task, say, 60)} ({say.numbers.share(e.confidence or 0.0)})"),
        )
        for e in far
    )  # fmt: skip
    yield Table(columns, rows, say("shift.farthest"), small=True)


def _estimated(report: Report, say: Strings) -> Iterator[Block]:
    score, measured = report.score("estimated_accuracy"), report.score("accuracy")
    if score is None:
        return
    if score.value is None:
        yield from (Text(say("shift.not_estimated", why=worded(note))) for note in score.notes)
        return
    yield Text(
        say("shift.estimated_text", value=w.with_range(score, say), reference=w.noted_share(score, "reference", say))
    )
    if measured is not None and measured.value is not None:
        yield Text(say("shift.measured", value=w.with_range(measured, say)))
    yield Text(say("shift.doubt"))


def _rows(results: Results, caps: Caps) -> Iterable[str]:
    if not results.planned("reference"):
        return ()
    typical = (row for _, rows in told_rows(results.scores, clusters(results, caps)) for row in rows)
    return [*list(map(str, results.table("farthest")["row_id"]))[:FARTHEST], *typical]


SHIFT = Chapter("shift", shift, rows=_rows)
