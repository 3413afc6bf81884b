"""Calibration: whether the stated confidence can be believed."""

from __future__ import annotations

from audit.report import charts
from audit.report import words as w
from audit.report.blocks import Block, Figure, Section, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings


def calibration(report: Report, say: Strings, _caps: Caps) -> Section | None:
    """The reliability diagram and what it says in numbers; None without labels."""
    bins = [b for b in report.reliability if b.n]
    if not bins:
        return None
    level = say.numbers.level(report.run.level)
    items = "; ".join(
        say("calibration.item", confidence=say.numbers.share(b.confidence), accuracy=say.numbers.share(b.accuracy))
        for b in bins
    )
    svg = charts.reliability(
        [(b.confidence, b.accuracy, b.low, b.high) for b in bins], x=say("calibration.x"), y=say("calibration.y")
    )
    figure = Figure(
        svg, say("calibration.alt", items=items), say("calibration.caption", n=len(bins), level=level), 0.56
    )
    blocks: list[Block] = [Text(say("calibration.intro")), figure]
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
    return Section("calibration", say("calibration.title"), tuple(blocks))


CALIBRATION = Chapter("calibration", calibration, on="performance")
