"""Calibration: whether the stated confidence can be believed."""

from __future__ import annotations

from collections.abc import Iterator

from audit.figures.spec import figure
from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.scored import Score
from audit.slices import GROUP


def calibration(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The reliability diagram and what it says in numbers; None without labels."""
    bins = [b for b in report.reliability if b.n]
    if not bins:
        return None
    level = say.numbers.level(report.run.level)
    items = "; ".join(
        say("calibration.item", confidence=say.numbers.share(b.confidence), accuracy=say.numbers.share(b.accuracy))
        for b in bins
    )
    spec = figure(
        "reliability", ("confidence", "accuracy", "low", "high", "n"), [(b.confidence, b.accuracy, b.low, b.high, b.n) for b in bins],
        kept="reliability", x=say("calibration.x"), y=say("calibration.y"), ece=_measured(report, "ece"),
        gap=_measured(report, "confidence_gap"),
    )  # fmt: skip
    caption = say("calibration.caption", n=len(bins), level=level)
    drawn = Figure(spec, say("calibration.alt", items=items), caption, 0.56, about="ece")
    blocks: list[Block] = [Text(say("calibration.intro")), drawn]
    ece, null = report.score("ece"), report.score("ece_calibrated")
    if ece is not None and null is not None and ece.value is not None:
        values = w.parts(ece, say) | {
            "null": say.numbers.number(null.value, null.unit),
            "null_range": w.between(null, say),
        }
        blocks.append(Text(say("calibration.compare", **values)))
    temperature = report.score("temperature")
    if temperature is not None and temperature.value is not None:
        blocks.append(Text(say("calibration.temperature", **w.parts(temperature, say))))
    return Section("calibration", say("calibration.title"), (*blocks, *_parts(report, say, caps)))


def _parts(report: Report, say: Strings, caps: Caps) -> Iterator[Block]:
    """How sure and how right the model is in each part that is large enough, the furthest off first."""
    errors = {s.where: s for s in report.scores if s.name == "ece" and s.where and "where" not in s.where}
    gaps = [s for s in report.scores if s.name == "confidence_gap" and s.where in errors and s.value is not None]
    if not gaps:
        return
    columns = (
        Column(say("calibration.part"), width=3), Column(say("calibration.gap"), "right", 2), Column(say("calibration.error"), "right", 2),
        Column(say("calibration.n"), "right", 0.8),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(_called(s, say)),
            Cell(w.with_range(s, say)),
            Cell(w.with_range(errors[s.where], say)),
            Cell(say.numbers.count(s.n)),
        )
        for s in sorted(gaps, key=lambda one: (-abs(one.value or 0.0), one.key))[: caps.classes]
    )
    yield Table(columns, rows, say("calibration.parts", level=say.numbers.level(report.run.level)), small=True)


def _called(score: Score, say: Strings) -> str:
    """Which rows a part has: those that get an answer, or have a value in a column."""
    column, value = next(iter(score.where.items()))
    said = printable(value or "", 80)
    if column == "predicted":
        return say("calibration.answered", label=said)
    return f"{printable(column.removeprefix(GROUP), 40)} = {said}"


def _measured(report: Report, name: str) -> tuple[float, float, float] | None:
    """A score's value with its interval, where it has both."""
    score = report.score(name)
    if score is None or score.value is None or score.low is None or score.high is None:
        return None
    return score.value, score.low, score.high


OF_ROWS = OfRows(
    ("prediction",),
    scores=("audit.score.calibration:calibration", "audit.score.calibration_parts:calibration_of_parts"),
    facts=("reliability",),
)
CALIBRATION = Chapter("calibration", calibration, on="performance", of_rows=OF_ROWS)
