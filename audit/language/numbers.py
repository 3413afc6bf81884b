"""The one way to write a number for people: the same number reads the same on page, paper, chart and terminal.

    >>> say = numbers()
    >>> say.number(0.4444), say.number(0.4444, "probability"), say.number(2.5, "words"), say.number(0.4444, "cosine")
    ('44.4%', '44.4%', '2.5', '0.444')
    >>> say.estimate(0.384, 0.31, 0.452)
    '38.4% (31.0% to 45.2%)'

What a program reads (CSV, JSON) is written in full digits, not by this. Rounding is to the nearest; a number never reads
as a bound that it is not: 0.9996 is ">99.9%", 0.0004 "<0.1%", a cosine of 0.0004 "<0.001". With a sign it is not a bound
but has the digits it needs: -0.0004 is "-0.04%".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from audit.language.catalog import PREFIX, catalog, units
from audit.language.digits import chosen_digits, count_digits, level_digits, plain_digits, share_digits, signed_digits
from audit.language.translating import ENGLISH, translation_n
from audit.language.translating import language as spoken

SHARES = frozenset({"share", "probability"})
"""Units written as per cent."""
COUNTS = frozenset({"words", "tokens", "queries", "rows"})
"""Units written whole where they are, with one decimal where not: medians keep their half."""
TICKS: Mapping[str, str] = {"share": ".1~%", "probability": ".1~%", "count": ",d"}
"""Formats of the ticks of an axis in D3's language: ticks are round numbers and show no more digits than they have."""


class Numbers:
    """Numbers in one language. Methods give plain text: whoever puts it into HTML escapes it."""

    def __init__(self, language: str = ENGLISH) -> None:
        """Read a language's catalog.

        Raises:
            UnknownName: there is no such catalog.
        """
        self.language = language
        self._said = catalog(language)
        self._signs: Mapping[str, Any] = self._said["number"]

    @property
    def separators(self) -> str:
        """Decimal sign and thousands separator, as plotly wants them."""
        return f"{self._signs['decimal']}{self._signs['thousands']}"

    @property
    def none(self) -> str:
        """What stands where there is no number."""
        return str(self._signs["none"])

    def number(self, value: float | None, unit: str = "share", *, sign: bool = False) -> str:
        """A number in its unit; a dash for None and not-a-number.

        Args:
            value: shares and probabilities as 0-1, durations in seconds, sizes in bytes.
            unit: share or probability: see `share`. points: a difference of shares, in percentage points. words,
                tokens, queries, rows: whole, or with one decimal. seconds: see `duration`. bytes: see `size`. Any
                other (ratio, cosine, correlation, nats, logit, none): three decimals, from 100 on none.
            sign: a plus before numbers above 0.
        """
        if value is None or not math.isfinite(value):
            return self.none
        if unit == "seconds":
            return self.duration(value)
        if unit == "bytes":
            return self.size(value)
        text = self._bare(value, unit, sign)
        return str(self._signs["points"]).format(text) if unit == "points" else text

    def share(self, value: float | None) -> str:
        """A share as per cent with one decimal, 38.4%; nearer to 0% and 100% than that `<0.1%` and `>99.9%`.

        See `audit.language.digits.share_digits` for the rule.
        """
        return self.number(value)

    def count(self, value: float | None) -> str:
        """How many, with thousands apart: 2,000; a median with its half: 2.5."""
        return self.number(value, "rows")

    def quantity(self, value: float | None, unit: str, *, sign: bool = False) -> str:
        """A number with the name of its unit: 2.5 words, 1 token, 0.444 logits; what has no name goes without."""
        text = self.number(value, unit, sign=sign)
        if value is None or not math.isfinite(value) or unit == "points":
            return text
        return self._named(text, unit, int(abs(value)) if value == int(value) else 2)

    def difference(self, value: float | None, unit: str, *, sign: bool = True) -> str:
        """By how much a number moves, with its unit's name: shares and probabilities move by percentage points."""
        return self.quantity(value, "points" if unit in SHARES else unit, sign=sign)

    def interval(self, low: float | None, high: float | None, unit: str = "share", *, sign: bool = False) -> str:
        """Both ends, 31.0% to 45.2%, or 1.2 to 3.4 percentage points; "" where one is missing."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return ""
        first, last = (self._bare(end, unit, sign) for end in (low, high))
        text = str(self._signs["interval"]).format(low=first, high=last)
        return self._named(text, unit) if unit == "points" else text

    def difference_interval(self, low: float | None, high: float | None, unit: str) -> str:
        """The interval of a difference: +1.2 to +3.4 percentage points."""
        return self.interval(low, high, "points" if unit in SHARES else unit, sign=True)

    def estimate(self, value: float | None, low: float | None, high: float | None, unit: str = "share") -> str:
        """A number with its interval, 38.4% (31.0% to 45.2%); alone where it has none."""
        return self.with_interval(self.number(value, unit), self.interval(low, high, unit))

    def with_interval(self, value: str, interval: str) -> str:
        """A written number and its written interval; the number alone without one."""
        return str(self._signs["estimate"]).format(value=value, interval=interval) if interval else value

    def with_error(self, value: float, error: float | None, unit: str) -> str:
        """A difference and its error bar: +0.123 ± 0.012 logits."""
        kind = "points" if unit in SHARES else unit
        text = self._bare(value, kind, sign=True)
        if error is not None:
            text = str(self._signs["error"]).format(value=text, error=self._bare(error, kind, sign=False))
        return self._named(text, kind)

    def setting(self, value: float | None, unit: str = "share") -> str:
        """A number that somebody chose (a threshold, a tick of an axis) with the digits it was chosen with: 80%, 0.05."""
        if value is None or not math.isfinite(value):
            return self.none
        scaled = value * 100.0 if unit in SHARES or unit == "points" else value
        text = self._local(chosen_digits(scaled))
        return self._percent(text) if unit in SHARES else self._named(text, unit) if unit == "points" else text

    def level(self, value: float) -> str:
        """A confidence level: 95%, 98.75%; never 100%."""
        return self._percent(self._local(level_digits(value)))

    def p_value(self, value: float | None, name: str = "") -> str:
        """A p- or q-value with three decimals, <0.001 below; with a name `p = 0.034`, `p < 0.001`."""
        if value is None or not math.isfinite(value):
            return self.none
        relation, digits = (
            plain_digits(value) if value else ("<", "0.001")
        )  # no p-value is 0, some are too small for a float
        if not name:
            return self._related(relation, self._local(digits))
        kind = {"": "equal", "<": "below", ">": "above"}[relation]
        return str(self._signs[kind]).format(name=name, value=self._local(digits))

    def duration(self, seconds: float | None, *, fine: bool = False) -> str:
        """`48 s`, `3 min 20 s`, `2 h 5 min`, `2.5 days`; `fine`: parts of a second below ten."""
        if seconds is None or not math.isfinite(seconds):
            return self.none
        said = self._said["duration"]
        if fine and seconds < 9.95:
            return str(said["seconds"]).format(s=self._local(f"{seconds:.{2 if seconds < 0.995 else 1}f}"))
        return str(said["moment"]) if seconds < 1 else self._whole(round(seconds))

    def ago(self, seconds: float) -> str:
        """How long since: `just now`, `12 min ago`, `3 h ago`."""
        said = self._said["duration"]
        if seconds < 60:
            return str(said["now"])
        whole = int(seconds)
        time = said["minutes"].format(m=whole // 60) if whole < 3600 else said["hours"].format(h=whole // 3600)
        return str(said["ago"]).format(time=time)

    def size(self, count: float | None) -> str:
        """Bytes: `640 B`, `3.2 MB`."""
        if count is None or not math.isfinite(count):
            return self.none
        units = self._said["size"]["units"]
        step = 0
        while step < len(units) - 1 and round(count, 0 if step == 0 else 1) >= 1000:
            count, step = count / 1000, step + 1
        digits = self._local(f"{count:,.{0 if step == 0 else 1}f}")
        return str(self._said["size"]["size"]).format(number=digits, unit=units[step])

    def date(self, at: datetime, *, utc: bool = False) -> str:
        """Date and time: `1 March 2026, 09:12`; `utc` says that it is UTC."""
        said = self._said["date"]
        time = said["time"].format(
            day=at.day,
            month=said["months"][at.month - 1],
            year=at.year,
            hour=f"{at.hour:02d}",
            minute=f"{at.minute:02d}",
        )
        return str(said["utc"]).format(time=time) if utc else str(time)

    def _whole(self, seconds: int) -> str:
        """A duration of at least a second; parts that say nothing beside the larger one are left out."""
        said = self._said["duration"]
        minutes, rest = divmod(seconds, 60)
        hours, left = divmod(minutes, 60)
        if not minutes:
            kind = "seconds"
        elif not hours:
            kind = "minutes_seconds" if minutes < 10 and rest else "minutes"
        elif hours < 48:
            kind = "hours_minutes" if left else "hours"
        else:
            kind = "days"
        days = self._local(f"{seconds / 86_400:,.1f}")
        return str(said[kind]).format(s=rest, m=left, h=hours, d=days)

    def _bare(self, value: float, unit: str, sign: bool) -> str:
        """A number without its unit's name: sign, digits, per cent, and `<` or `>` where it is no more than a bound."""
        size = abs(value)
        if unit in SHARES or unit == "points":
            relation, digits = share_digits(size)
        else:
            relation, digits = count_digits(size) if unit in COUNTS else plain_digits(size)
        lead = "-" if value < 0 else "+" if sign and value > 0 else ""
        if lead and relation == "<":
            scaled = 100.0 * size if unit in SHARES or unit == "points" else size
            relation, digits = signed_digits(scaled, len(digits.partition(".")[2]))
            lead = "" if relation else lead
        elif value < 0:
            relation = {"<": ">", ">": "<"}.get(relation, "")
        text = lead + self._local(digits)
        return self._related(relation, self._percent(text) if unit in SHARES else text)

    def _named(self, text: str, unit: str, n: int = 2) -> str:
        """A written number with the name of its unit, where that has one, in the form for n; what is not whole is several."""
        if unit == "points":
            return str(self._signs["points"]).format(text)
        forms = units().get(unit)
        if forms is None:
            return str(self._said["unit"].get(unit, {"other": "{}"})["other"]).format(text)
        return translation_n(self.language, f"{PREFIX}unit.{unit}", *forms, n).format(text)

    def _percent(self, text: str) -> str:
        return str(self._signs["percent"]).format(text)

    def _related(self, relation: str, text: str) -> str:
        return str(self._signs[{"<": "less", ">": "more"}[relation]]).format(text) if relation else text

    def _local(self, digits: str) -> str:
        """Digits as Python writes them, with this language's signs."""
        signs = {",": str(self._signs["thousands"]), ".": str(self._signs["decimal"])}
        return "".join(signs.get(character, character) for character in digits)


def numbers(language: str = "") -> Numbers:
    """How numbers are written in a language, or in the one spoken here.

    Raises:
        UnknownName: there is no catalog for it.
    """
    return _numbers(language or spoken())


@cache
def _numbers(language: str) -> Numbers:
    return Numbers(language)
