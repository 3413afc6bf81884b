"""Chapters of a comparison: what differs, the tests behind it, the rows that changed, the scores and settings of the runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.figures.scores import axis_title
from audit.figures.spec import figure
from audit.language.numbers import SHARES
from audit.language.printable import printable
from audit.language.verdicts import of_run, signed
from audit.report import naming as w
from audit.report.blocks import Block, Callout, Cell, Column, Figure, Section, Table, Text
from audit.report.compared import Compared
from audit.report.compared_words import aligned, headline, score_title
from audit.report.strings import Strings
from audit.score.definitions import define
from audit.score.wording import title_said
from models.telling import again

if TYPE_CHECKING:
    from audit.score.pairing import Difference

LISTED = 60
"""Lines of a table on paper; the page and the terminal's `--json` have all."""
COLUMNS = (
    "key",
    "label",
    "difference",
    "low",
    "high",
    "n",
    "better",
    "first",
    "second",
    "p_adjusted",
    "said",
    "direction",
)


def summary(found: Compared, say: Strings) -> Section:
    """The sentences it comes to, what must be known before, and the verdicts of the runs beside each other."""
    sentences = headline(found, say)
    blocks: list[Block] = [Text(sentences[0], "lead"), *(Text(one) for one in sentences[1:])]
    if found.pair is not None:
        blocks += [Callout(say("compare.texts"), again(said)) for said in found.pair.common.said]
    return Section("compare-summary", say("compare.summary"), (*blocks, _runs(found, say)))


def differences(found: Compared, say: Strings) -> Section | None:
    """The tests of two runs: a chart for each unit with more to the right the better, and a table of all of them."""
    if found.pair is None or not found.pair.paired:
        return None
    tests, level = found.pair.paired, say.numbers.level(found.pair.level)
    blocks: list[Block] = list(_figures(tests, level, say))
    few = [d for d in tests if d.n < d.needed]
    if few:
        blocks.append(Text(say("compare.not_drawn", n=len(few), needed=few[0].needed), "small"))
    blocks += [_tests(tests, level, say), Text(say("compare.how", tests=len(tests), level=level), "small")]
    return Section("compare-differences", say("compare.differences"), tuple(blocks))


def several(found: Compared, say: Strings) -> Section | None:
    """Three runs or more as a table, the best of a score marked where it is established."""
    if found.several is None or not found.several.lines:
        return None
    told = found.several
    intro = say(
        "compare.several_intro",
        texts=told.texts,
        tests=say.numbers.count(told.tests),
        level=say.numbers.level(told.level),
    )
    columns = (
        Column(say("compare.score"), width=2.4),
        *(Column(printable(run.name, 40), "right", 1.4) for run in found.runs),
        Column(say("compare.texts"), "right", 0.7),
    )
    rows = []
    for line in told.lines:
        unit = define(line.name).unit
        cells = [Cell(score_title(line))]
        for place, value in enumerate(line.values):
            best, better = line.best == place, line.against_first[place]
            mark = say("compare.best") if best else "" if better is None else _against(better, say)
            tone = "good" if best or better is True else "bad" if better is False else ""
            cells.append(Cell(say.numbers.number(value, unit), tone, strong=best, second=mark))  # type: ignore[arg-type]
        rows.append((*cells, Cell(say.numbers.count(line.n))))
    table = Table(columns, tuple(rows), small=True)
    return Section("compare-several", say("compare.several"), (Text(intro), table))


def changed(found: Compared, say: Strings) -> Section | None:
    """How many rows came out otherwise, under each test."""
    if found.pair is None or not found.pair.common.texts:
        return None
    counted, names = found.pair.counted, found.pair.names
    if not counted:
        return Section("compare-changed", say("compare.changed"), (Text(say("compare.changed_none")),))
    ways = ("lost", "gained", "other")
    columns = (Column(say("compare.what"), width=2.4), *(Column(say(f"compare.{way}"), "right", 1.0) for way in ways))
    rows = [
        (
            Cell(names.get(what) or say("compare.prediction")),
            *(Cell(say.numbers.count(counts.get(way, 0))) for way in ways),
        )
        for what, counts in counted.items()
    ]
    table = Table(columns, tuple(rows), small=True)
    return Section("compare-changed", say("compare.changed"), (Text(say("compare.changed_intro")), table))


def scores(found: Compared, say: Strings) -> Section | None:
    """Every score of two runs on its own rows."""
    if found.pair is None or not found.pair.scores:
        return None
    columns = (Column(say("compare.score"), width=3.3), *_sides(say))
    rows = [
        (
            Cell(_whole_title(line)),
            *(Cell(say.numbers.number(line[side], line["unit"])) for side in ("first", "second")),
        )
        for line in found.pair.scores
        if not line["where"]
    ]
    table = Table(columns, tuple(rows[:LISTED]), small=True)
    return Section("compare-scores", say("compare.scores"), (Text(say("compare.scores_intro")), table))


def settings(found: Compared, say: Strings) -> Section | None:
    """What two runs were asked otherwise."""
    if found.pair is None:
        return None
    lines = [
        (str(line["field"]), *(_short(line[side], say) for side in ("first", "second"))) for line in found.pair.spec
    ]
    if not lines:
        return Section("compare-settings", say("compare.settings"), (Text(say("compare.settings_none")),))
    columns = (Column(say("compare.setting"), width=1.6), *(Column(one.title, width=2.0) for one in _sides(say)))
    rows = tuple(tuple(Cell(printable(cell, 120)) for cell in line) for line in lines[:LISTED])
    return Section("compare-settings", say("compare.settings"), (Table(columns, rows, small=True),))


CHAPTERS: Sequence[Callable[[Compared, Strings], Section | None]] = (
    summary, differences, several, changed, scores, settings,
)  # fmt: skip
"""The chapters of a comparison in their order."""


def _outcome(verdict: str | None) -> Cell:
    """The verdict of a run with its sign."""
    return Cell(signed(verdict, of_run(verdict)), w.TONES.get(verdict, "muted"), strong=verdict is not None)


def _runs(found: Compared, say: Strings) -> Table:
    heads = ("name", "model", "table", "rows", "when", "verdict")
    columns = tuple(Column(say(f"compare.{name}"), "right" if name == "rows" else "left") for name in heads)
    rows = tuple(
        (
            Cell(printable(run.name, 60), strong=True),
            Cell(printable(run.model, 50)),
            Cell(printable(run.table_name, 50)),
            Cell(say.numbers.count(run.rows_sampled)),
            Cell(w.day(run.finished_at or run.created_at, say)),
            _outcome(run.verdict),
        )
        for run in found.runs
    )
    return Table(columns, rows, caption=say("compare.runs"), small=True)


def _figures(tests: Sequence[Difference], level: str, say: Strings) -> Iterator[Figure]:
    """A chart for each unit; what rests on too few texts, counts neither way or is the same in both is left to the table."""
    drawn = [d for d in tests if d.n >= d.needed and d.direction != "neutral" and (d.difference or d.low is not None)]
    drawn = [d for d in drawn if (d.difference, d.low, d.high) != (0.0, 0.0, 0.0)]
    for unit in dict.fromkeys(define(d.name).unit for d in drawn):
        lines = [d for d in drawn if define(d.name).unit == unit]
        rows = tuple(
            (
                d.key, score_title(d), *aligned(d), d.n, d.better, d.first, d.second, d.p_adjusted, d.said, d.direction,
            )
            for d in lines
        )  # fmt: skip
        moves = "points" if unit in SHARES else unit
        named = say.get(f"compare.unit.{moves}", axis_title(unit))
        told = "; ".join(
            say("compare.figure_line", label=score_title(d), difference=say.numbers.difference(aligned(d)[0], unit))
            for d in lines
        )
        yield Figure(
            figure("differences", COLUMNS, rows, unit=unit, axis=named),
            alt=say("compare.figure_alt", unit=named, lines=told),
            caption=say("compare.figure_caption", level=level),
            about="paired_difference",
        )


def _tests(tests: Sequence[Difference], level: str, say: Strings) -> Table:
    columns = (
        Column(say("compare.score"), width=2.3),
        Column(say("compare.texts"), "right", 0.6),
        *_sides(say),
        Column(say("compare.difference"), "right", 1.7),
        Column(say("compare.adjusted"), "right", 0.8),
        Column(say("compare.says"), width=1.6),
    )
    rows = []
    for d in tests:
        unit = define(d.name).unit
        ends = say.numbers.difference_interval(d.low, d.high, unit)
        tone = "" if d.better is None else "good" if d.better else "bad"
        rows.append((
            Cell(score_title(d)), Cell(say.numbers.count(d.n)),
            *(Cell(say.numbers.number(side, unit)) for side in (d.first, d.second)),
            Cell(say.numbers.difference(d.difference, unit), second=ends and f"{level}: {ends}"),
            Cell(say.numbers.p_value(d.p_adjusted)), Cell(again(d.said), tone),  # type: ignore[arg-type]
        ))  # fmt: skip
    return Table(columns, tuple(rows), small=True)


def _sides(say: Strings) -> tuple[Column, Column]:
    return Column(say("compare.before"), "right", 1.0), Column(say("compare.after"), "right", 1.0)


def _whole_title(line: Mapping[str, Any]) -> str:
    return " · ".join(part for part in (title_said(str(line["name"])), printable(str(line["called"]), 80)) if part)


def _against(better: bool, say: Strings) -> str:
    return say("compare.better_than_first") if better else say("compare.worse_than_first")


def _short(value: Any, say: Strings) -> str:
    """A value of a spec in a few words; hashes by their beginning."""
    if value is None:
        return say.numbers.none
    text = str(value)
    return text[:12] if len(text) == 64 and text.isalnum() else text
