"""The sample as a whole: what probes found about all its rows together, and the table it was compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report, SampleFacts
from audit.report.strings import Strings
from audit.score.samples import SUBJECT

NAME = 60
ELSEWHERE = "strange_texts"
"""It has a chapter of its own."""


def samples(report: Report, say: Strings, _caps: Caps) -> Section | None:
    """A table of numbers for each probe; None where no probe looked at the sample as a whole."""
    told = [one for one in report.samples if one.name != ELSEWHERE]
    if not told:
        return None
    probes: dict[str, list[SampleFacts]] = {}
    for found in told:
        probes.setdefault(found.probe, []).append(found)
    parts = tuple(_probe(found, report, say) for found in probes.values())
    return Section("samples", say("samples.title"), (Text(say("samples.intro")), *_compared(report, say)), parts)


def _compared(report: Report, say: Strings) -> tuple[Block, ...]:
    reference = report.provenance.get("reference")
    if not isinstance(reference, Mapping):
        return ()
    rows = int(reference.get("rows") or 0)
    return (Text(say("samples.reference", name=printable(str(reference.get("name", "")), NAME), rows=rows)),)


def _probe(found: Sequence[SampleFacts], report: Report, say: Strings) -> Section:
    ranged = any(one.scored for one in found)
    columns = (
        Column(say("samples.subject")),
        Column(say("samples.value")),
        Column(say("samples.number"), "right"),
        *([Column(say("scores.range", level=say.numbers.level(report.run.level)), "right")] if ranged else []),
        Column(say("samples.rows"), "right"),
    )
    rows = tuple(row for one in found for row in _rows(one, report, say, ranged))
    notes = dict.fromkeys(printable(one.note) for one in found if one.note)
    blocks: tuple[Block, ...] = (Table(columns, rows, small=True), *(Text(note, "small") for note in notes))
    return Section("sample", w.probe_name(found[0]), blocks)


def _rows(one: SampleFacts, report: Report, say: Strings, ranged: bool) -> list[tuple[Cell, ...]]:
    about = Cell(printable(one.subject, NAME) or say("samples.all"))
    rows = Cell(say.numbers.count(float(one.rows)))
    if one.error is not None:
        empty = (Cell(say.numbers.none),) * (1 + ranged)
        return [(about, Cell(printable(one.error, 2 * NAME)), *empty, rows)]
    scores = {s.name: s for s in report.scores if s.probe == one.probe and (s.where.get(SUBJECT) or "") == one.subject}
    found = []
    for name, number in one.values.items():
        score = scores.get(name) if name in one.scored else None
        title = w.title_of(report, score) if score else printable(name.replace("_", " "), NAME)
        value = say.numbers.number(number, score.unit if score else "none")
        interval = (Cell(w.between(score, say) if score else say.numbers.none),) if ranged else ()
        found.append((about, Cell(title), Cell(value), *interval, rows))
    return found


SAMPLES = Chapter("samples", samples, on="summary")
