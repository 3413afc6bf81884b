"""How the numbers inside sentences are written: as everywhere (`audit.language.numbers`), by the unit they are kept with."""

from __future__ import annotations

from audit.language.numbers import numbers
from audit.language.translating import language, tr
from audit.said import Number

SETTING = "setting:"
"""How the unit of a number begins that somebody chose: a threshold, with the digits it was chosen with."""


def written(number: Number) -> str:
    """A number as people read it: 38.4%, 31.0% to 45.2%, 38.4% (31.0% to 45.2%), 3; "unknown" for none."""
    say, unit, value = numbers(language()), number.unit, number.value
    if value is None:
        return say.interval(number.low, number.high, unit) or tr("unknown")
    if unit == "level":
        return say.level(value)
    if unit == "p_value":
        return say.p_value(value, "p")
    if unit.startswith(SETTING):
        return say.setting(value, unit.removeprefix(SETTING))
    return say.estimate(value, number.low, number.high, unit)
