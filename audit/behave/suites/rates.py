"""How often tests fail: rates with intervals, and which fail more often than is allowed, corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from audit.behave.suites.running import Outcome
from audit.score.behaviour import ALLOWED, corrected
from audit.score.intervals import Interval, share_interval

Say = Literal["fail", "pass", "open", "not_run"]


@dataclass(frozen=True, slots=True)
class Rate:
    """The failure rate of a test or capability, 0-1; None where no case was run.

    `p_value` is of "it fails no more often than allowed", exact and corrected by Holm over the tests of the suite.
    """

    name: str
    failed: int
    run: int
    value: float | None
    interval: Interval | None
    p_value: float | None
    says: Say


def rates(tested: Sequence[Outcome], *, level: float = 0.95, allowed: float = ALLOWED) -> list[Rate]:
    """The rate of every test, in their order.

    Args:
        tested: what became of the tests.
        level: confidence level of the intervals; a test fails where its corrected p is below 1 - level.
        allowed: share of cases, 0-1, that may fail.
    """
    ran = [one for one in tested if one.run]
    p_values = corrected([one.failed for one in ran], [one.run for one in ran], allowed)
    adjusted = dict(zip((id(one) for one in ran), p_values, strict=True))
    return [_rate(one.test.name, one.failed, one.run, adjusted.get(id(one)), level, allowed) for one in tested]


def by_capability(tested: Sequence[Outcome], *, level: float = 0.95) -> list[Rate]:
    """The rate of every capability over the cases of its tests, in order of appearance; nothing is decided of them."""
    found: dict[str, list[Outcome]] = {}
    for one in tested:
        found.setdefault(one.test.capability, []).append(one)
    return [
        _rate(name, sum(one.failed for one in group), sum(one.run for one in group), None, level, 0.0)
        for name, group in found.items()
    ]


def _rate(name: str, failed: int, run: int, p_value: float | None, level: float, allowed: float) -> Rate:
    if not run:
        return Rate(name, 0, 0, None, None, None, "not_run")
    interval = share_interval(failed, run, level)
    says: Say = "open"
    if p_value is not None and p_value < 1.0 - level:
        says = "fail"
    elif p_value is not None and interval.high <= allowed:
        says = "pass"
    return Rate(name, failed, run, failed / run, interval, p_value, says)
