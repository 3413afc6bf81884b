"""Class by class, group by group, rows the model has wrong."""

from __future__ import annotations

from collections.abc import Iterator

from audit.figures.shapes import WIDTH, matrix_side
from audit.figures.spec import figure
from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from audit.report.caps import MATRIX, Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.scored import Score


def classes(report: Report, say: Strings, caps: Caps) -> Section | None:
    """Recall, precision and F1 of each class, and what is taken for what; None without labels."""
    found = _by_class(report)
    if not found:
        return None
    ranked = sorted(found, key=lambda label: (found[label]["class_recall"].value or 0.0, label))
    blocks: list[Block] = [Text(say("classes.intro"))]
    if len(ranked) > 2:
        blocks.append(_recalls(report, ranked[: caps.charted], len(ranked), found, say))
    shown = ranked[: caps.classes]
    if shown:
        blocks.append(_class_table(report, shown, found, len(ranked), say))
    sections = tuple(_confusion(report, say, caps))
    groups = _groups(report, say)
    wrong = _wrong(report, say, caps)
    return Section("classes", say("classes.title"), tuple(blocks), (*sections, *groups, *wrong))


def _by_class(report: Report) -> dict[str, dict[str, Score]]:
    found: dict[str, dict[str, Score]] = {}
    for score in report.scores:
        if score.name in ("class_recall", "class_precision", "class_f1") and score.where.get("label") is not None:
            found.setdefault(str(score.where["label"]), {})[score.name] = score
    return {k: v for k, v in found.items() if "class_recall" in v and v["class_recall"].value is not None}


def _recalls(report: Report, ranked: list[str], total: int, found: dict[str, dict[str, Score]], say: Strings) -> Figure:
    level = say.numbers.level(report.run.level)
    recalls = [found[label]["class_recall"] for label in ranked]
    lines = [(label, s.value, s.low, s.high, s.n) for label, s in zip(ranked, recalls, strict=False)]
    items = "; ".join(
        f"{printable(label, 40)}: {w.with_range(s, say)}" for label, s in zip(ranked, recalls, strict=False)
    )
    caption = say("classes.recall_caption", level=level)
    if total > len(ranked):
        caption = f"{caption} {say('classes.cut', n=len(ranked), all=total)}"
    spec, alt = (
        figure("recalls", ("label", "value", "low", "high", "n"), lines),
        say("classes.recall_alt", level=level, items=items),
    )
    return Figure(spec, alt, caption, about="class_recall")


def _class_table(
    report: Report, shown: list[str], found: dict[str, dict[str, Score]], total: int, say: Strings
) -> Table:
    columns = (
        Column(say("classes.label"), width=2.4), Column(say("classes.rows"), "right", 0.6),
        Column(say("classes.recall"), "right", 1.9), Column(say("classes.precision"), "right", 1.9),
        Column(say("classes.f1"), "right", 0.7),
    )  # fmt: skip
    rows = []
    for label in shown:
        own = found[label]
        f1, precision = own.get("class_f1"), own.get("class_precision")
        rows.append(
            (
                Cell(printable(label, 80)),
                Cell(say.numbers.count(own["class_recall"].n)),
                Cell(w.with_range(own["class_recall"], say)),
                Cell(w.with_range(precision, say) if precision else say.numbers.none),
                Cell(say.numbers.number(f1.value, "ratio") if f1 else say.numbers.none),
            )
        )
    caption = say("classes.caption", level=say.numbers.level(report.run.level))
    if total > len(shown):
        caption = f"{caption} {say('classes.cut', n=len(shown), all=total)}"
    return Table(columns, tuple(rows), caption, small=True)


def _confusion(report: Report, say: Strings, caps: Caps) -> Iterator[Section]:
    if not report.confusion:
        return
    labels = list(report.run.labels)
    some = {label for c in report.confusion for label in (c.true, c.predicted)}
    blocks: list[Block] = []
    wrong = sorted(
        (c for c in report.confusion if c.true != c.predicted), key=lambda c: (-c.rows, -c.share, c.true, c.predicted)
    )
    drawn = labels if len(labels) <= MATRIX else [label for label in labels if label in some]
    if drawn and {c.true for c in report.confusion} <= set(labels):
        items = "; ".join(
            f"{printable(c.true, 40)} → {printable(c.predicted, 40)}: {say.numbers.count(c.rows)}"
            for c in report.confusion[:60]
        )
        spec = figure(
            "confusion", ("true", "predicted", "rows", "share"), [(c.true, c.predicted, c.rows, c.share) for c in report.confusion],
            kept="confusion", labels=tuple(drawn), x=say("classes.predicted"), y=say("classes.true"),
        )  # fmt: skip
        alt, caption = say("classes.confusion_alt", items=items), say("classes.confusion_caption")
        if len(drawn) < len(labels):
            caption = f"{caption} {say('classes.confusion_cut', n=len(drawn), all=len(labels))}"
        width = min(1.0, matrix_side(len(drawn)) / WIDTH)
        blocks.append(Figure(spec, alt, caption, width, about="confusion_share"))
    if wrong and len(labels) > MATRIX:
        columns = (
            Column(say("classes.true"), width=2),
            Column(say("classes.predicted"), width=2),
            Column(say("classes.rows"), "right", 0.7),
            Column(say("classes.share"), "right", 1.2),
        )
        rows = tuple(
            (
                Cell(printable(c.true, 80)),
                Cell(printable(c.predicted, 80)),
                Cell(say.numbers.count(c.rows)),
                Cell(say.numbers.share(c.share)),
            )
            for c in wrong[: caps.confusions]
        )
        blocks.append(Table(columns, rows, say("classes.pairs_caption"), small=True))
    if blocks:
        yield Section("confusion", say("classes.confusion"), tuple(blocks))


def _groups(report: Report, say: Strings) -> Iterator[Section]:
    families = {d.key: d.family for d in report.definitions}
    found = [s for s in report.scores if families.get(s.definition) == "groups" and s.value is not None]
    notes = [s for s in report.scores if s.name == "accuracy_gap" and s.note]
    if not found and not notes:
        return
    columns = (
        Column(say("scores.score"), width=2.4), Column(say("scores.part"), width=2.6), Column(say("scores.value"), "right", 1.0),
        Column(say("scores.range", level=say.numbers.level(report.run.level)), "right", 1.8), Column(say("scores.n"), "right", 0.7),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(w.title_of(report, s)), Cell(printable(s.where.said, 90)),
            Cell(say.numbers.number(s.value, s.unit), strong=True),
            Cell(w.between(s, say)), Cell(say.numbers.count(s.n)),
        )
        for s in found[:200]
    )  # fmt: skip
    said = (Text(f"{printable(s.where.said, 90)}: {printable(s.note or '')}.", "small") for s in notes)
    table = (Table(columns, rows, small=True),) if rows else ()
    yield Section("groups", say("classes.groups"), (*table, *said))


def _wrong(report: Report, say: Strings, caps: Caps) -> Iterator[Section]:
    if not report.wrong_rows:
        return
    columns = (
        Column(say("explanations.text"), width=4.6), Column(say("classes.true"), width=1.4),
        Column(say("classes.predicted"), width=1.6),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(printable(e.text, caps.excerpt)), Cell(w.answer(e.label, report.run.task, say, 60)),
            Cell(f"{w.answer(e.predicted, report.run.task, say, 60)} ({say.numbers.share(e.confidence or 0.0)})"),
        )
        for e in report.wrong_rows
    )  # fmt: skip
    intro = Text(say("classes.wrong_intro", n=len(report.wrong_rows)))
    yield Section("wrong", say("classes.wrong"), (intro, Table(columns, rows, small=True)))


OF_ROWS = OfRows(
    ("prediction", "identity"),
    scores=(
        "audit.score.performance:performance",
        "audit.score.performance:confusions",
        "audit.score.groups:groups",
        "audit.score.group_rates:group_rates",
        "audit.score.group_auc:group_auc",
    ),
    facts=("confusion", "wrong_rows"),
)
CLASSES = Chapter("classes", classes, on="performance", of_rows=OF_ROWS)
