"""Calibration: whether the stated confidence can be believed."""

from __future__ import annotations

from audit.figures.spec import figure
from audit.report import naming as w
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
    return Section("calibration", say("calibration.title"), tuple(blocks))


def _measured(report: Report, name: str) -> tuple[float, float, float] | None:
    """A score's value with its interval, where it has both."""
    score = report.score(name)
    if score is None or score.value is None or score.low is None or score.high is None:
        return None
    return score.value, score.low, score.high


CALIBRATION = Chapter("calibration", calibration, on="performance")
