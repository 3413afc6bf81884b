"""Thresholds held against measures: PASS, FAIL or INCONCLUSIVE at the policy's level, and how many rows would settle it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.said import Said
from audit.score.definitions import define
from audit.score.intervals import Interval, share_n
from audit.score.matching import matching
from audit.score.measures import Measure, Measures
from audit.score.policy import Check, Policy
from audit.scored import Verdict
from audit.slices import ALL_ROWS, Slice
from models.task import Task


@dataclass(frozen=True, slots=True)
class Decision:
    """One comparison: a check, the measure it was held against (None: there is none) and what came of it.

    Attributes:
        level: the corrected confidence level of the verdict.
        interval: the measure's interval at that level; None where there is none.
        strength: distance from the threshold in half-widths of the interval; above 1 the verdict is settled.
        n_to_settle: rows at which the interval would exclude the threshold if the value stayed; None when settled, or
            when no number would do.
        comparisons: how many the level is corrected for.
        reason: why the verdict is open whatever the interval, or without one to look at; else empty.
    """

    check: Check
    measure: Measure | None
    verdict: Verdict
    level: float
    comparisons: int
    interval: Interval | None = None
    strength: float = 0.0
    n_to_settle: int | None = None
    reason: tuple[Said, ...] = ()


def left_out(policy: Policy, task: Task) -> tuple[Check, ...]:
    """The checks of a policy that mean nothing for a model's answers, so that no run of it could ever settle them.

    One that the policy says is `required` is never left out: it stays INCONCLUSIVE.
    """
    return tuple(check for check in policy.checks if check.required is not True and not applies(check.score, task))


def applies(score: str, task: Task) -> bool:
    """Whether a score has a meaning for a model's answers."""
    of_task = define(score).of_task
    return not of_task or of_task in task.families


def decide_checks(measures: Measures, policy: Policy, task: Task | None = None) -> list[Decision]:
    """Every comparison of the policy's checks, in the policy's order.

    The level is 1 - alpha / m over all m comparisons, those that could not be made among them.

    Args:
        measures: the run's.
        policy: whose checks they are held against.
        task: what the model's answers are: checks that mean nothing for them are no comparisons. None: all are.
    """
    pairs: list[tuple[Check, Measure | None]] = []
    senseless = left_out(policy, task) if task else ()
    for check in policy.checks:
        if check in senseless:
            continue
        matched: Sequence[Measure | None] = [*matching(check, measures)]
        pairs.extend((check, measure) for measure in matched or ([None] if check.needed else []))
    level = policy.level(len(pairs))
    return [decide(check, measure, level, len(pairs)) for check, measure in pairs]


def decide_patterns(measures: Measures, policy: Policy) -> list[Decision]:
    """What each pattern establishes: its FAILs, strongest first, at most `at_most`, corrected for its own candidates."""
    found: list[Decision] = []
    for pattern in policy.patterns:
        candidates = [measure for measure in matching(pattern, measures) if measure.value is not None]
        level = policy.level(len(candidates))
        decided = [decide(pattern, measure, level, len(candidates)) for measure in candidates]
        settled = [decision for decision in decided if decision.verdict == "FAIL"]
        found += _distinct(sorted(settled, key=_by_strength))[: pattern.at_most]
    return found


def decide(check: Check, measure: Measure | None, level: float, comparisons: int) -> Decision:
    """Hold one measure against one check at a given level."""
    if measure is None:
        return Decision(check, None, "INCONCLUSIVE", level, comparisons, reason=_unmeasured(check))
    if measure.counted and measure.value is not None:
        return _held_against_a_count(check, measure, measure.value, level, comparisons)
    interval = measure.interval(level)
    if interval is None or measure.value is None:
        return Decision(check, measure, "INCONCLUSIVE", level, comparisons, reason=measure.why_open(level))
    threshold = check.threshold
    above, below = interval.low >= threshold, interval.high <= threshold
    if check.min is not None:
        verdict: Verdict = "PASS" if above else "FAIL" if interval.high < threshold else "INCONCLUSIVE"
    else:
        verdict = "PASS" if below else "FAIL" if interval.low > threshold else "INCONCLUSIVE"
    reason: tuple[Said, ...] = ()
    texts = round(measure.texts)
    if texts < check.min_n:
        least = "note.least_rows" if texts == measure.n else "note.least_texts"
        verdict, reason = "INCONCLUSIVE", (Said(least, {"needed": check.min_n, "texts": texts}),)
    if verdict == "INCONCLUSIVE" and not reason and len(measure.counts) == 3:
        reason = (Said("note.unknown_ones"),)
    settle = n_to_settle(measure, threshold, level) if verdict == "INCONCLUSIVE" else None
    if reason and settle is not None:
        settle = max(settle, check.min_n)
    strength = _strength(measure.value, interval, threshold)
    return Decision(check, measure, verdict, level, comparisons, interval, strength, settle, reason)


def _held_against_a_count(check: Check, measure: Measure, value: float, level: float, comparisons: int) -> Decision:
    """What was counted is known: it lies on one side of the threshold or the other, and no more rows would move it."""
    good = value >= check.threshold if check.min is not None else value <= check.threshold
    strength = _strength(value, Interval(value, value), check.threshold)
    return Decision(check, measure, "PASS" if good else "FAIL", level, comparisons, None, strength)


def _unmeasured(check: Check) -> tuple[Said, ...]:
    return (Said("note.this_run_of", {"slice": str(check.slice)}) if check.slice else Said("note.this_run"),)


def n_to_settle(measure: Measure, threshold: float, level: float) -> int | None:
    """Rows at which the interval would exclude the threshold if the value stayed what it is.

    Exact for shares; elsewhere the interval is taken to shrink with the square root of the rows. None when value and
    threshold are equal, or when rows alone would not do.
    """
    unknown = measure.basis == "wilson" and len(measure.counts) == 3
    if measure.value is None or unknown or abs(measure.value - threshold) < 1e-9:
        return None
    if measure.basis in ("wilson", "jaccard"):
        value = measure.value
        if measure.basis == "jaccard":  # 2s / (1 + s) as the share s itself
            value, threshold = value / (2.0 - value), threshold / (2.0 - threshold)
        needed = share_n(value, threshold, level)
        effective = measure.counts[1]
        return None if needed is None else max(measure.n + 1, math.ceil(needed * measure.n / max(effective, 1e-9)))
    interval = measure.interval(level)
    if interval is None:
        return None
    half = interval.high - measure.value if threshold > measure.value else measure.value - interval.low
    return max(measure.n + 1, math.ceil(measure.n * (half / (measure.value - threshold)) ** 2))


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the checks' verdicts; INCONCLUSIVE when nothing was checked."""
    found = set(verdicts)
    return "FAIL" if "FAIL" in found else "PASS" if found == {"PASS"} else "INCONCLUSIVE"


def _strength(value: float, interval: Interval, threshold: float) -> float:
    half = interval.high - value if threshold > value else value - interval.low
    gap = abs(value - threshold)
    return gap / half if half > 1e-12 else (1e6 if gap > 0 else 0.0)


def _by_strength(decision: Decision) -> tuple[float, str]:
    return -decision.strength, decision.measure.key if decision.measure else ""


def _distinct(decisions: Iterable[Decision]) -> list[Decision]:
    """One decision per slice: the same word or class found by several methods or recipes is one finding."""
    seen: set[Slice] = set()
    kept = []
    for decision in decisions:
        part = decision.measure.where if decision.measure else ALL_ROWS
        if not part or part not in seen:
            kept.append(decision)
        seen.add(part)
    return kept
