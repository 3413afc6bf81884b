"""Where a measured number lies on a scale with the threshold it was held against: what pages, PDF and HTML draw alike."""

from __future__ import annotations

import math

from audit.language.numbers import numbers
from audit.report.blocks import Scale
from audit.score.definitions import define
from audit.scored import Finding

AROUND = 0.2
"""How much of the span of what is marked is left free on either side."""
MARKS = 5
"""About so many marks."""


def scale_of(finding: Finding, *, threshold: str) -> Scale | None:
    """The scale of a finding; None without a number or a threshold.

    The scale spans value, interval and threshold with some room around, within the range that the quantity has, from mark
    to mark.

    Args:
        finding: with its score.
        threshold: what is said at the threshold's mark.
    """
    score, limit = finding.score, finding.threshold
    if score.value is None or limit is None:
        return None
    marked = [v for v in (score.value, score.low, score.high, limit) if v is not None]
    low, high = _ends(min(marked), max(marked), *define(score.definition).range)
    step = _step(high - low)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    steps = round((high - low) / step)

    def place(value: float) -> float:
        return round(min(1.0, max(0.0, (value - low) / (high - low))), 4)

    at_least = score.direction == "higher_is_better"
    return Scale(
        value=place(score.value),
        low=place(score.value if score.low is None else score.low),
        high=place(score.value if score.high is None else score.high),
        limit=place(limit),
        value_said=numbers().number(score.value, score.unit),
        limit_said=threshold,
        good=(place(limit), 1.0) if at_least else (0.0, place(limit)),
        marks=tuple((i / steps, numbers().setting(low + i * step, score.unit)) for i in range(steps + 1)),
    )


def _ends(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """The ends of a scale that shows both; a quantity with two ends near by is shown from end to end."""
    room = max((high - low) * AROUND, 1e-3)
    low, high = max(least, low - room), min(most, high + room)
    if math.isfinite(least) and math.isfinite(most) and high - low > 0.6 * (most - least):
        return least, most
    return (least, high) if math.isfinite(least) and low - least < 0.5 * (high - low) else (low, high)


def _step(span: float) -> float:
    """A round distance of marks: 1, 2 or 5 times a power of ten."""
    rough = span / MARKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough - 1e-12)
