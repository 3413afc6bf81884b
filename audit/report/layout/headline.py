"""The headline figures: which they are, their verdicts, and the chart that shows them together."""

from __future__ import annotations

from audit.records import Score
from audit.report import charts
from audit.report.blocks import Figure
from audit.report.layout import words as w
from audit.report.model import Report
from audit.report.strings import Strings

HEADLINE = ("accuracy", "accuracy_under_attack", "prediction_retained", "worst_case_accuracy", "worst_case_retained")


def chart(report: Report, say: Strings) -> tuple[Figure, ...]:
    """The headline figures with their ranges, as a chart; nothing when there is but one."""
    found = headline(report)[:12]
    if len(found) < 2:
        return ()
    level = say.numbers.level(report.run.level)
    lines = [charts.Dot(_name(report, s), s.value or 0.0, s.low, s.high) for s in found]
    items = "; ".join(f"{_name(report, s)}: {w.with_range(s, say)}" for s in found)
    alt = say("scores.chart_alt", level=level, items=items)
    return (Figure(charts.dots(lines), alt, say("scores.chart_caption", level=level)),)


def headline(report: Report) -> list[Score]:
    """The figures of the chart: accuracy, right under each attack, the worst cases."""
    return [s for s in report.scores if s.name in HEADLINE and not s.slice and s.value is not None]


def title_of(report: Report, score: Score) -> str:
    """The title of a score's definition."""
    return next((d.title for d in report.definitions if d.key == score.definition), score.name.replace("_", " "))


def _name(report: Report, score: Score) -> str:
    title = title_of(report, score)
    return f"{title}: {w.probes_of(score)}" if score.name in HEADLINE[1:3] else title
