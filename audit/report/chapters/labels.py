"""Labels: which the model contradicts, what people judged of them and what follows, near duplicates, rows it may be trained on."""

from __future__ import annotations

from collections.abc import Iterator

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import LabelFacts, Report
from audit.report.model.labels import Doubted
from audit.report.strings import Strings
from audit.scored import Score

NAME = 40


def labels(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter; None without labels, or where the run is not over."""
    if not report.labels:
        return None
    [facts] = report.labels
    blocks: list[Block] = [Text(say("labels.intro"))]
    blocks += [Text(facts.reason)] if facts.reason else _contradicted(report, facts, say)
    parts = (
        _rows(facts, say, caps), _corrected(report, facts, say), _near(report, facts, say, caps), _shared(report, facts, say, caps),
    )  # fmt: skip
    return Section("labels", say("labels.title"), tuple(blocks), tuple(part for part in parts if part is not None))


def _contradicted(report: Report, facts: LabelFacts, say: Strings) -> Iterator[Block]:
    share, beyond = report.score("label_suspect_share"), report.score("label_error_share")
    if share is None or share.value is None:
        return
    yield Text(say("labels.contradicted", rows=round(share.value * share.n), n=share.n, **w.parts(share, say)))
    if beyond is not None and beyond.value is not None:
        key = "labels.beyond" if beyond.low else "labels.within"
        yield Text(say(key, **w.parts(beyond, say)))
    if not facts.told:
        yield Text(say("labels.untold"), "small")
    elif facts.outside < facts.rows:
        yield Text(say("labels.outside", rows=facts.rows - facts.outside), "small")
    else:
        yield Text(say("labels.apart"), "small")


def _rows(facts: LabelFacts, say: Strings, caps: Caps) -> Section | None:
    if not facts.doubted:
        return None
    columns = (
        Column(say("labels.text"), width=4), Column(say("labels.label"), width=1.6), Column(say("labels.answer"), width=1.5),
        Column(say("labels.confidence"), "right", 1.1), Column(say("labels.judged"), width=1.6),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(one.text, caps.excerpt), second=say(f"labels.seen_{one.seen}") if one.seen else ""),
            Cell(printable(one.label, NAME)), Cell(printable(one.answer, NAME)), Cell(say.numbers.share(one.confidence)),
            Cell(_judged(one, say)),
        )
        for one in facts.doubted
    )  # fmt: skip
    return Section("doubted", say("labels.worst"), (Table(columns, rows, say("labels.worst_caption"), small=True),))


def _judged(one: Doubted, say: Strings) -> str:
    if not one.verdict:
        return say.numbers.none
    if one.relabelled and one.relabelled != one.answer:
        return say("labels.verdict_relabel", label=printable(one.relabelled, NAME))
    return say("labels.verdict_answer" if one.relabelled else f"labels.verdict_{one.verdict}")


def _corrected(report: Report, facts: LabelFacts, say: Strings) -> Section | None:
    counts = dict(facts.judged)
    if not counts:
        return None
    blocks: list[Block] = [
        Text(
            say(
                "labels.judged_so_far",
                n=sum(counts.values()),
                **{name: counts.get(name, 0) for name in ("keep", "relabel", "drop")},
            )
        )
    ]
    if facts.wrong is not None:
        blocks.append(Text(say("labels.wrong", n=facts.wrong.n, **w.parts(facts.wrong, say))))
    if facts.corrected:
        after = {score.name: score for score in facts.corrected}
        columns = (
            Column(say("labels.score"), width=2), Column(say("labels.raw"), "right", 2.2), Column(say("labels.corrected"), "right", 2.2),
            Column(say("labels.n"), "right", 1),
        )  # fmt: skip
        rows = tuple(_both(report, score, after[score.name], say) for score in facts.raw if score.name in after)
        level = say.numbers.level(report.run.level)
        blocks += [
            Table(columns, rows, say("labels.corrected_caption", level=level), small=True),
            Text(say("labels.one_sided"), "small"),
        ]
    return Section("corrected", say("labels.corrected_title"), tuple(blocks))


def _both(report: Report, raw: Score, after: Score, say: Strings) -> tuple[Cell, ...]:
    return (
        Cell(w.title_of(report, raw), strong=True), Cell(w.with_range(raw, say)), Cell(w.with_range(after, say)),
        Cell(say.numbers.count(after.n)),
    )  # fmt: skip


def _near(report: Report, facts: LabelFacts, say: Strings, caps: Caps) -> Section | None:
    near, other = report.score("near_duplicate_share"), report.score("near_conflict_share")
    if near is None or near.value is None:
        return None
    blocks: list[Block] = [Text(say("labels.near", n=near.n, **w.parts(near, say)))]
    if other is not None and other.value:
        blocks.append(Text(say("labels.near_other", **w.parts(other, say))))
    if facts.pairs:
        columns = (
            Column(say("labels.text"), width=3.4), Column(say("labels.label"), width=1.4), Column(say("labels.near_text"), width=3.4),
            Column(say("labels.label"), width=1.4), Column(say("labels.alike"), "right", 0.9),
        )  # fmt: skip
        rows = tuple(
            (
                Cell(printable(one.first.text, caps.excerpt)), Cell(printable(one.first.label or "", NAME)),
                Cell(printable(one.second.text, caps.excerpt)), Cell(printable(one.second.label or "", NAME)),
                Cell(say.numbers.share(one.first.alike)),
            )
            for one in facts.pairs
        )  # fmt: skip
        blocks.append(Table(columns, rows, say("labels.near_caption"), small=True))
    if facts.between:
        blocks += [Text(say("labels.between")), _undecided(facts, say, caps)]
    return Section("near", say("labels.near_title"), tuple(blocks))


def _undecided(facts: LabelFacts, say: Strings, caps: Caps) -> Table:
    columns = (
        Column(say("labels.text"), width=4), Column(say("labels.label"), width=1.5), Column(say("labels.two"), width=2.4),
        Column(say("labels.gap"), "right", 1),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(one.text, caps.excerpt)), Cell(printable(one.label, NAME)),
            Cell(say("labels.either", first=printable(one.first, NAME), second=printable(one.second, NAME))),
            Cell(say.numbers.difference(one.gap, "points")),
        )
        for one in facts.between
    )  # fmt: skip
    return Table(columns, rows, say("labels.between_caption"), small=True)


def _shared(report: Report, facts: LabelFacts, say: Strings, caps: Caps) -> Section | None:
    leaked = report.score("leaked_share")
    if leaked is None or leaked.value is None:
        return None
    blocks: list[Block] = [
        Text(say("labels.leaked" if leaked.value else "labels.not_leaked", n=leaked.n, **w.parts(leaked, say)))
    ]
    if facts.shared:
        columns = (
            Column(say("labels.text"), width=3.6), Column(say("labels.label"), width=1.9), Column(say("labels.line"), "right", 0.8),
            Column(say("labels.label_there"), width=1.9), Column(say("labels.alike"), "right", 0.9),
        )  # fmt: skip
        rows = tuple(
            (
                Cell(printable(one.text, caps.excerpt)), Cell(printable(one.label or "", NAME)),
                Cell(say.numbers.none if one.line is None else say.numbers.count(one.line)),
                Cell(printable(one.other or "", NAME)), Cell(say.numbers.share(one.alike)),
            )
            for one in facts.shared
        )  # fmt: skip
        blocks.append(Table(columns, rows, say("labels.leaked_caption"), small=True))
    return Section("shared", say("labels.leaked_title"), tuple(blocks))


LABELS = Chapter("labels", labels, on="review", labelled=True)
