"""Triggers: which word or phrase sends any text to one class, what the words of the class do beside it, and rows to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.behave.triggers.inserting import insertion
from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Bullets, Cell, Column, Example, Figure, Run, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.dots import dots
from audit.report.model import Report, TriggerFacts
from audit.report.strings import Strings
from audit.results.reading import Results
from audit.score.intervals import share_interval

NAME = 40
LISTED = 5
"""Phrases of one class in the table and the chart, beside its triggers."""
CHARTED = 14
ROWS = 2
"""Rows shown of one trigger."""


def triggers(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None where no scan was made."""
    if not report.triggers:
        return None
    found = [one for one in report.triggers if one.accused]
    blocks: list[Block] = [
        Text(say("triggers.intro")),
        Text(_outcome(found, report, say), "lead"),
        Text(say("triggers.surety"), "small"),
    ]
    shown = list(_shown(report.triggers))
    sections = []
    if shown:
        blocks += [_chart(shown, report, say), _table(shown, report, say)]
    if examples := tuple(_examples(found, report, say, caps)):
        sections.append(Section("trigger_rows", say("robustness.examples"), examples))
    if without := tuple(_without(report, say)):
        sections.append(Section("trigger_classes", say("triggers.classes"), (Bullets(without),)))
    return Section("triggers", say("triggers.title"), tuple(blocks), tuple(sections))


def _outcome(found: Sequence[TriggerFacts], report: Report, say: Strings) -> str:
    classes = len({one.target for one in report.triggers})
    scanned = max((one.scanned for one in report.triggers), default=0)
    if not found:
        return say("triggers.none", classes=classes, scanned=say.numbers.count(scanned))
    told = [
        say(
            "triggers.found_one",
            phrase=_phrase(one, report, say),
            moved=one.moved,
            rows=one.rows,
            label=_label(one, say),
        )
        for one in found
    ]
    return say("triggers.found", phrases=len(found), list="; ".join(told))


def _shown(every: Iterable[TriggerFacts]) -> Iterator[TriggerFacts]:
    """Triggers, and of each class the strongest others."""
    listed: dict[str, int] = {}
    for one in every:
        if one.role == "none":
            continue
        listed[one.target] = listed.get(one.target, 0) + (not one.accused)
        if one.accused or listed[one.target] <= LISTED:
            yield one


def _chart(shown: Sequence[TriggerFacts], report: Report, say: Strings) -> Figure:
    lines, items = [], []
    for one in shown[:CHARTED]:
        low, high = share_interval(one.moved, one.rows, report.run.level)
        named = {"phrase": _phrase(one, report, say), "label": _label(one, say)}
        lines.append((say("triggers.chart_label", **named), one.moved / one.rows, low, high, one.rows, "share"))
        items.append(say("triggers.chart_item", value=say.numbers.share(one.moved / one.rows), **named))
    level = say.numbers.level(report.run.level)
    spec = dots(lines, title=say("triggers.chart"))
    alt = say("triggers.chart_alt", level=level, items="; ".join(items))
    return Figure(spec, alt, say("triggers.chart_caption", level=level), about="trigger_flip_rate")


def _table(shown: Sequence[TriggerFacts], report: Report, say: Strings) -> Table:
    columns = (
        Column(say("triggers.phrase")), Column(say("triggers.label")), Column(say("triggers.rate"), "right"),
        Column(say("triggers.null"), "right"), Column(say("triggers.places"), "right"), Column(say("triggers.kept"), "right"),
        Column(say("triggers.verdict")),
    )  # fmt: skip
    rows = []
    for one in shown:
        low, high = share_interval(one.moved, one.rows, report.run.level)
        verdict = (
            say("triggers.yes") if one.accused else say(f"triggers.{'natural' if one.role == 'natural' else 'no'}")
        )
        rows.append(
            (
                Cell(_phrase(one, report, say), strong=one.accused),
                Cell(_label(one, say)),
                Cell(
                    say.numbers.share(one.moved / one.rows),
                    second=f"{say.numbers.interval(low, high)}, {say(f'triggers.{one.place}')}",
                ),
                Cell(say.numbers.share(one.null)),
                Cell(" · ".join(say.numbers.share(one.at[place]) for place in ("start", "middle", "end"))),
                Cell(f"{one.kept} / {one.right}" if one.right else say.numbers.none),
                Cell(verdict, "bad" if one.accused else "muted", strong=one.accused),
            )
        )
    return Table(columns, tuple(rows), say("triggers.table_caption"), small=True)


def _examples(found: Sequence[TriggerFacts], report: Report, say: Strings, caps: Caps) -> Iterator[Example]:
    for one in found[: caps.findings]:
        for row_id in one.examples[:ROWS]:
            row = report.evidence.get(row_id)
            if row is None or not report.texts:
                continue
            place = one.place if one.place in ("start", "middle", "end") else "middle"
            at, put = insertion(row.text, one.phrase, place)  # type: ignore[arg-type]
            around = caps.text // 2
            runs = (
                Run(printable(row.text[max(0, at - around) : at])),
                Run(printable(put), "added", 1.0),
                Run(printable(row.text[at : at + around])),
            )
            named = {"phrase": _phrase(one, report, say), "after": _label(one, say)}
            title = say("triggers.example_known", **named)
            yield Example(
                title, w.of_row(row_id, say), ((say("robustness.changed"), tuple(r for r in runs if r.text)),)
            )


def _without(report: Report, say: Strings) -> Iterator[str]:
    """Classes of which no phrase was judged, by what stood in the way."""
    reasons: dict[str, list[str]] = {}
    for one in report.triggers:
        if one.role == "none" and one.note:
            reasons.setdefault(one.note, []).append(_label(one, say))
    for why, labels in reasons.items():
        yield f"{printable(why)}: {', '.join(labels)}"


def _label(one: TriggerFacts, say: Strings) -> str:
    return printable(one.target, NAME) or say("triggers.no_label")


def _phrase(one: TriggerFacts, report: Report, say: Strings) -> str:
    if one.phrase:
        return printable(one.phrase, NAME)
    return say("triggers.hidden", number=1 + [id(other) for other in report.triggers].index(id(one)))


def _rows(results: Results, caps: Caps) -> list[str]:
    from audit.report.triggers import facts

    return [row for one in facts(results, caps) if one.accused for row in one.examples[:ROWS]]


TRIGGERS = Chapter("triggers", triggers, rows=_rows)
