"""Fairness: whether it matters to the model whom a text speaks of; gaps between groups, terms, rows said of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.language.printable import printable
from audit.language.saying import capitalised, worded
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Example, Figure, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.chapters.robustness import changed_lines
from audit.report.dots import dots
from audit.report.model import IdentityFacts, Report, SaidOf
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.score.identity_grid import TURNED
from audit.score.wording import people_said
from audit.scored import Score
from audit.slices import two_groups

CHARTED, LISTED, TERMS = 12, 24, 12


def fairness(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None where no text was said of another group."""
    if not report.identities:
        return None
    blocks: list[Block] = [Text(say("fairness.intro"))]
    sections: list[Section] = []
    for found in report.identities:
        blocks += _told(found, report, say)
        gaps = _strongest(_gaps_of(report, found))
        if gaps:
            sections.append(Section("gaps", say("fairness.gaps"), tuple(_gaps(gaps, report, say, caps))))
        if terms := _of(report, "identity_term_gap", found):
            sections.append(Section("terms", say("fairness.terms"), tuple(_terms(terms, say))))
        if found.examples and report.texts:
            shown = [_example(one, report, say, caps) for one in found.examples]
            intro = Text(say("fairness.examples_intro"))
            sections.append(Section("versions", say("fairness.examples"), (intro, *shown)))
    return Section("fairness", say("fairness.title"), tuple(blocks), tuple(sections))


def _of(report: Report, name: str, found: IdentityFacts) -> list[Score]:
    return [s for s in report.scores if s.name == name and s.probe == found.probe and s.value is not None]


def _gaps_of(report: Report, found: IdentityFacts) -> list[Score]:
    return [*_of(report, "identity_gap", found), *_of(report, "identity_gap_inserted", found)]


def people(name: str) -> str:
    """A dimension or a group in words."""
    return worded(people_said(name))


def _told(found: IdentityFacts, report: Report, say: Strings) -> Iterator[Block]:
    yield Text(say("fairness.rows", rows=found.rows, mention=found.mention, said=found.said))
    if found.tried:
        usable = found.turned <= found.tried * TURNED
        yield Text(say(f"fairness.sentences_{'used' if usable else 'left'}", tried=found.tried, turned=found.turned))
    widest = _of(report, "identity_gap_widest", found)
    if not _gaps_of(report, found):
        yield Text(say("fairness.too_few"))
    for score in sorted(widest, key=lambda s: -(s.value or 0.0))[:3]:
        yield Text(
            say("fairness.widest", dimension=capitalised(people(str(score.where["dimension"]))), **w.parts(score, say))
        )


def _strongest(scores: Sequence[Score]) -> list[Score]:
    """Those furthest from 0 for their interval first."""
    return sorted(scores, key=lambda s: (-(s.low or 0.0), -(s.value or 0.0), str(s.where)))


def _gaps(gaps: Sequence[Score], report: Report, say: Strings, caps: Caps) -> Iterator[Block]:
    level = say.numbers.level(report.run.level)
    drawn = [(_pair(s, say), s.value, s.low, s.high, s.n, s.unit, report.run.level, s.key) for s in gaps[:CHARTED]]
    items = "; ".join(f"{_pair(s, say)}: {w.with_range(s, say)}" for s in gaps[:CHARTED])
    spec = dots(drawn, title=say("fairness.gaps"), axis=say("fairness.gaps_axis"))
    caption = say("fairness.gaps_caption", level=level)
    yield Figure(spec, say("fairness.gaps_alt", level=level, items=items), caption, about="identity_gap")
    flips = {
        (s.probe, s.where["dimension"], *two_groups(s.where)): s
        for s in report.scores
        if s.name == "identity_flip_rate"
    }
    columns = (
        Column(say("fairness.dimension"), width=1.3), Column(say("fairness.pair"), width=3),
        Column(say("fairness.class"), width=1.2), Column(say("fairness.gap"), "right", 2),
        Column(say("fairness.flips"), "right", 0.9), Column(say("fairness.rows_column"), "right", 0.6),
    )  # fmt: skip
    rows = []
    for s in gaps[: max(LISTED, caps.scores)]:
        flip = flips.get((s.probe, s.where["dimension"], *two_groups(s.where)))
        rows.append(
            (
                Cell(people(str(s.where["dimension"]))), Cell(_two(s, say)), Cell(printable(str(s.where.get("label") or ""), 40)),
                Cell(w.with_range(s, say), strong=bool(s.low and s.low > 0)),
                Cell(say.numbers.share(flip.value) if flip is not None and flip.value is not None else say.numbers.none),
                Cell(say.numbers.count(s.n)),
            )
        )  # fmt: skip
    cut = say("fairness.cut", n=len(rows), all=len(gaps)) if len(gaps) > len(rows) else ""
    yield Table(columns, tuple(rows), f"{say('fairness.table_caption')} {cut}".rstrip(), small=True)


def _two(score: Score, say: Strings) -> str:
    """Both groups, that with the larger probability first."""
    first, second = two_groups(score.where) or ("", "")
    told = next((note.values.get("higher") for note in score.notes if note.key == "note.higher_for"), None)
    higher, lower = (second, first) if told == people_said(second) else (first, second)
    return say("fairness.over", higher=people(higher), lower=people(lower))


def _pair(score: Score, say: Strings) -> str:
    label = score.where.get("label")
    return f"{_two(score, say)}: {printable(str(label), 30)}" if label else _two(score, say)


def _terms(terms: Sequence[Score], say: Strings) -> Iterator[Block]:
    ranked = sorted(terms, key=lambda s: (s.value or 0.0, str(s.where)))
    chosen = list(dict.fromkeys([*ranked[: TERMS // 2], *ranked[-(TERMS // 2) :]]))
    columns = (
        Column(say("fairness.word"), width=2), Column(say("fairness.dimension"), width=1.3), Column(say("fairness.class"), width=1.2),
        Column(say("fairness.effect"), "right", 2), Column(say("fairness.rows_column"), "right", 0.6),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(str(s.where["word"]), 60), strong=True), Cell(people(str(s.where["dimension"]))),
            Cell(printable(str(s.where.get("label") or ""), 40)), Cell(w.with_range(s, say)), Cell(say.numbers.count(s.n)),
        )
        for s in chosen
    )  # fmt: skip
    yield Table(columns, rows, say("fairness.terms_caption"), small=True)


def _example(found: SaidOf, report: Report, say: Strings, caps: Caps) -> Example:
    task = report.run.task
    title = say(
        "fairness.example", dimension=capitalised(people(found.dimension)), first=people(found.first), second=people(found.second),
        before=w.answer(found.first_answer, task, say, 40), after=w.answer(found.second_answer, task, say, 40),
        before_sure=say.numbers.share(task.sure(found.first_probs)), after_sure=say.numbers.share(task.sure(found.second_probs)),
    )  # fmt: skip
    facts = w.of_row(found.row_id, say)
    names = people(found.first), people(found.second)
    return Example(
        title, facts, changed_lines(found.edits, names, caps.text), say("fairness.inserted") if found.inserted else ""
    )


OF_ROWS = OfRows(
    ("identity", "prediction"),
    scores=("audit.score.identity:identity",),
    facts=("identities",),
)
FAIRNESS = Chapter("fairness", fairness, of_rows=OF_ROWS)
