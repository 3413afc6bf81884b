"""Findings: decisions as sentences with a number, its interval, why it matters, evidence and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from audit.kinds import KINDS
from audit.language.probes import act, called
from audit.language.saying import SENTENCE
from audit.language.written import SETTING
from audit.said import Number, Said, Telling, Value, clauses, literal, sentences
from audit.score.certain import Certainty, certainty
from audit.score.checks import Decision, decide_checks, decide_patterns, overall
from audit.score.definitions import define
from audit.score.groups import MIN_ROWS
from audit.score.matching import names_probe
from audit.score.measures import Measure, Measures, Skipped
from audit.score.policy import SEVERITIES, Check, Policy, load_policy
from audit.score.settling import rows_run_on, what_to_audit, what_would_settle
from audit.score.sliced import GAP
from audit.score.wildcards import ANY
from audit.score.wording import telling, title_of
from audit.scored import Finding, Verdict
from audit.slices import ALL_ROWS, Slice
from models.task import Task

CHECK, PATTERN, SKIPPED = "check:", "pattern:", "skipped:"
"""How a finding's id begins: checks and skipped probes make the run's verdict, patterns inform."""

_VERDICTS: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "PASS")


def find(
    measures: Measures, policy: Policy | None = None, *, level: float = 0.95, task: Task | None = None
) -> list[Finding]:
    """What a run comes to under a policy: FAIL, then INCONCLUSIVE, then PASS; each by severity and strength of evidence.

    Args:
        measures: the run's; no record is read and no model is run.
        policy: the default one where None.
        level: confidence level of the intervals shown; verdicts use the policy's own.
        task: what the model's answers are; checks that mean nothing for them are left out, see `checks.left_out`.
    """
    chosen = policy or load_policy()
    decided = decide_checks(measures, chosen, task)
    made = []
    for decision in decided:
        sure = None
        if decision.verdict == "INCONCLUSIVE" and decision.measure is not None:
            sure = certainty(decision.measure, measures, level=decision.level, shown=level)
        made.append((_of_decision(decision, CHECK, level, measures, sure), decision.strength))
    for decision in decide_patterns(measures, chosen):
        made.append((_of_decision(decision, PATTERN, level, measures), decision.strength))
    for finding in _skipped(measures, chosen, level, chosen.level(len(decided))):
        made.append((finding, 0.0))
    return [finding for finding, _ in sorted(made, key=_order)]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The verdict of a run: the worst of its checks and skipped probes; patterns inform and do not decide."""
    return overall(finding.verdict for finding in findings if finding.decides)


def _order(made: tuple[Finding, float]) -> tuple[int, int, float, str]:
    finding, strength = made
    return _VERDICTS.index(finding.verdict), -SEVERITIES.index(finding.severity), -strength, finding.id


def _of_decision(
    decision: Decision, prefix: str, level: float, measures: Measures, sure: Certainty | None = None
) -> Finding:
    check, measure = decision.check, decision.measure
    if measure is None or measure.value is None:
        return _missing(decision, prefix, level)
    run_on = rows_run_on(measure, measures)
    more = {"threshold": _threshold(decision), **(sure.names if sure else {})}
    title, why, usual = telling(measure, decision.verdict, level, slot=sure.slot if sure else "", more=more)
    if measure.where.by_hand and measure.name != GAP:  # whose sentences say which rows
        title = Said("finding.part.of_slice", {"where": measure.where.by_hand, "title": title})
    next_step = _next(decision, literal(check.next_step) or usual, run_on)
    note = sentences(*_note(decision, measure, run_on), *([sure.note] if sure else []))
    return Finding(
        id=f"{prefix}{check.id}:{measure.key}",
        said=Telling(title, literal(check.why) or why, next_step, note),
        verdict=decision.verdict,
        severity=check.severity,
        score=measure.score(level),
        threshold=check.threshold,
        adjusted_level=decision.level,
        evidence=measure.evidence,
        n_to_settle=decision.n_to_settle,
    )


def _next(decision: Decision, usual: Said, run_on: int) -> Said:
    if decision.verdict == "PASS":
        return Said("finding.passed.next")
    if decision.n_to_settle is not None and decision.measure is not None:
        rows = what_to_audit(decision.measure, decision.n_to_settle, run_on)
        return rows if _nothing_found(decision) else sentences(rows, usual)
    return usual


def _nothing_found(decision: Decision) -> bool:
    """Whether not one row was found of what a check wants few of: there is nothing to be read, relabelled or mended yet."""
    measure = decision.measure
    return measure is not None and measure.value == 0 and decision.check.max is not None


def _note(decision: Decision, measure: Measure, run_on: int) -> Iterator[Said]:
    """The comparison in sentences: interval at the corrected level, threshold, what would settle it; then the measure's own."""
    yield _held(decision)
    if decision.verdict == "INCONCLUSIVE":
        yield _settling(decision, measure, run_on)
    if measure.told and measure.told != decision.reason:
        yield _sentence(measure.told)


def _held(decision: Decision) -> Said:
    """The interval and what the policy wants; that alone without an interval."""
    least, values = decision.check.min is not None, {"threshold": _threshold(decision)}
    interval = decision.interval
    if interval is None:
        return Said("note.wanted_min" if least else "note.wanted_max", values)
    told: dict[str, Value] = {
        **values,
        "level": Number(decision.level, "level"),
        "interval": Number(None, _threshold(decision).unit.removeprefix(SETTING), interval.low, interval.high),
    }
    if decision.comparisons > 1:
        told["comparisons"] = decision.comparisons
        return Said("note.held_min_of" if least else "note.held_max_of", told)
    return Said("note.held_min" if least else "note.held_max", told)


def _threshold(decision: Decision) -> Number:
    measure = decision.measure
    unit = define((measure.definition or measure.name) if measure else decision.check.score).unit
    return Number(decision.check.threshold, f"{SETTING}{unit}")


def _settling(decision: Decision, measure: Measure, run_on: int) -> Said:
    if decision.reason:
        return _sentence(decision.reason)
    if decision.n_to_settle is None:
        return Said("note.at_threshold")
    return what_would_settle(measure, decision.n_to_settle, run_on)


def _sentence(notes: tuple[Said, ...]) -> Said:
    return Said(SENTENCE, {"clause": clauses(notes)})


def _missing(decision: Decision, prefix: str, level: float) -> Finding:
    check = decision.check
    about = decision.measure or Measure(check.score, None, 0, **_about(check))
    reason = decision.reason or (Said("note.unmeasured"),)
    title = Said("finding.missing.title", {"title": title_of(check.score)})
    if check.margin is not None:
        title = Said("finding.missing.against", title.values)
    if check.slice and check.slice != ANY:
        title = Said("finding.missing.title_of", {**title.values, "slice": str(check.slice)})
    elif check.margin is None and about.where:
        title = Said("finding.missing.title_of", {**title.values, "slice": about.where.said})
    return Finding(
        id=f"{prefix}{check.id}:{about.key}",
        said=Telling(
            title,
            literal(check.why) or Said("finding.missing.why"),
            literal(check.next_step) or (Said("finding.missing.slice") if about.where.by_hand else _to_measure(check)),
            _sentence(reason),
        ),
        verdict="INCONCLUSIVE",
        severity=check.severity,
        score=replace(about, notes=reason).score(level),
        threshold=check.threshold,
        adjusted_level=decision.level,
    )


def _skipped(measures: Measures, policy: Policy, level: float, adjusted: float) -> Iterator[Finding]:
    """One finding for each skipped probe that a check would have been held against."""
    for skipped in measures.skipped:
        touched = [check for check in policy.checks if _awaits(check, skipped)]
        if not touched:
            continue
        worst = max(touched, key=lambda check: SEVERITIES.index(check.severity))
        name = (called if skipped.kind == "explainer" else act)(skipped.probe, skipped.name)
        reason = (Said("note.skipped", {"reason": skipped.reason}),)
        open_score = Measure(worst.score, None, 0, probe=skipped.probe, registered=(skipped.name,), notes=reason)
        yield Finding(
            id=f"{SKIPPED}{skipped.kind}:{skipped.probe}",
            said=Telling(
                Said("finding.skipped.title", {"name": name}),
                Said("finding.skipped.why"),
                literal(skipped.reason),
                Said("note.open_for", {"checks": tuple(check.id for check in touched)}),
            ),
            verdict="INCONCLUSIVE",
            severity=worst.severity,
            score=open_score.score(level),
            threshold=worst.threshold,
            adjusted_level=adjusted,
        )


def _awaits(check: Check, skipped: Skipped) -> bool:
    """Whether a check would look at scores of this probe; its kind is "" where an older run did not say."""
    wanted = define(check.score).probe
    return bool(wanted) and skipped.kind in ("", wanted) and names_probe(check.probe, skipped.probe, skipped.name)


def _to_measure(check: Check) -> Said:
    if check.margin is not None:
        return Said("finding.missing.baseline")
    return Said("finding.missing.next", {"needs": _needs(check.score)})


def _needs(score: str) -> Said:
    kind = define(score).probe
    if define(score).family == "groups":
        return Said("finding.missing.groups", {"rows": MIN_ROWS})
    return Said(KINDS[kind].missing if kind else "finding.missing.rows")


def _about(check: Check) -> dict[str, Any]:
    """What a check names for certain; a slice given as text is told in the reason instead, it is not taken apart."""
    return {
        "probe": "" if ANY in check.probe else check.probe,
        "where": check.slice if isinstance(check.slice, Slice) else ALL_ROWS,
    }
