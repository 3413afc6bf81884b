"""Findings: decisions as sentences with a number, its interval, why it matters, evidence and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from audit.language.numbers import numbers
from audit.records import Finding, Verdict
from audit.score.certain import Certainty, certainty
from audit.score.checks import Decision, decide_checks, decide_patterns, overall
from audit.score.definitions import define
from audit.score.matching import ANY, names_probe
from audit.score.measures import Measure, Measures, Skipped
from audit.score.policy import SEVERITIES, Check, Policy, load_policy
from audit.score.settling import rows_run_on, what_to_audit, what_would_settle
from audit.score.wording import act, display_name, sentences, span, wording
from audit.slices import ALL_ROWS, Slice

CHECK, PATTERN, SKIPPED = "check:", "pattern:", "skipped:"
"""How a finding's id begins: checks and skipped probes make the run's verdict, patterns inform."""

_VERDICTS: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "PASS")


def find(measures: Measures, policy: Policy | None = None, *, level: float = 0.95) -> list[Finding]:
    """What a run comes to under a policy: FAIL, then INCONCLUSIVE, then PASS; each by severity and strength of evidence.

    Args:
        measures: the run's; no record is read and no model is run.
        policy: the default one where None.
        level: confidence level of the intervals shown; verdicts use the policy's own.
    """
    chosen = policy or load_policy()
    decided = decide_checks(measures, chosen)
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
    return overall(finding.verdict for finding in findings if not finding.id.startswith(PATTERN))


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
    unit = define(measure.definition or measure.name).unit
    more = {"threshold": numbers().setting(check.threshold, unit), **(sure.names if sure else {})}
    title, why, next_step = sentences(measure, decision.verdict, level, slot=sure.slot if sure else "", more=more)
    return Finding(
        id=f"{prefix}{check.id}:{measure.key}",
        title=title,
        verdict=decision.verdict,
        severity=check.severity,
        score=measure.score(level),
        threshold=check.threshold,
        adjusted_level=decision.level,
        why=check.why or why,
        next_step=_next(decision, check.next_step or next_step, run_on),
        evidence=measure.evidence,
        n_to_settle=decision.n_to_settle,
        note=" ".join(filter(None, (_note(decision, measure, run_on), sure.note if sure else ""))),
    )


def _next(decision: Decision, usual: str, run_on: int) -> str:
    if decision.verdict == "PASS":
        return wording()["passed"]["next"]
    if decision.n_to_settle is not None and decision.measure is not None:
        return f"{what_to_audit(decision.measure, decision.n_to_settle, run_on)} {usual}"
    return usual


def _note(decision: Decision, measure: Measure, run_on: int) -> str:
    """The comparison in a sentence: interval at the corrected level, threshold, what would settle it."""
    unit = define(measure.definition or measure.name).unit
    bound = "at least" if decision.check.min is not None else "at most"
    among = f" ({decision.comparisons} comparisons)" if decision.comparisons > 1 else ""
    wanted = f"the policy wants {bound} {numbers().setting(decision.check.threshold, unit)}"
    told = f"{wanted[:1].upper()}{wanted[1:]}."
    if decision.interval is not None:
        at = f"At confidence {numbers().level(decision.level)}{among}"
        told = f"{at} the interval is {span(decision.interval, unit)}; {wanted}."
    if decision.verdict == "INCONCLUSIVE":
        told += f" {_settling(decision, measure, run_on)}"
    if not measure.note or measure.note == decision.reason:
        return told
    return f"{told} {measure.note[:1].upper()}{measure.note[1:]}."


def _settling(decision: Decision, measure: Measure, run_on: int) -> str:
    if decision.reason:
        return f"{decision.reason[:1].upper()}{decision.reason[1:]}."
    if decision.n_to_settle is None:
        return "No number of rows would settle it: the value is the threshold."
    return what_would_settle(measure, decision.n_to_settle, run_on)


def _missing(decision: Decision, prefix: str, level: float) -> Finding:
    check, entry = decision.check, wording()["missing"]
    found = define(check.score)
    about = decision.measure or Measure(check.score, None, 0, **_about(check))
    reason = decision.reason or "not measured"
    return Finding(
        id=f"{prefix}{check.id}:{about.key}",
        title=entry["title"].replace("{title}", f"{found.title} ({check.slice})" if check.slice else found.title),
        verdict="INCONCLUSIVE",
        severity=check.severity,
        score=replace(about, note=reason).score(level),
        threshold=check.threshold,
        adjusted_level=decision.level,
        why=check.why or entry["why"],
        next_step=check.next_step or entry["next"].replace("{reason}", _needs(check.score)),
        note=f"{reason[:1].upper()}{reason[1:]}.",
    )


def _skipped(measures: Measures, policy: Policy, level: float, adjusted: float) -> Iterator[Finding]:
    """One finding for each skipped probe that a check would have been held against."""
    entry = wording()["skipped"]
    for skipped in measures.skipped:
        touched = [check for check in policy.checks if _awaits(check, skipped)]
        if not touched:
            continue
        worst = max(touched, key=lambda check: SEVERITIES.index(check.severity))
        said = display_name if skipped.kind == "explainer" else act
        about, reason = said(skipped.probe, skipped.name), skipped.reason
        open_score = Measure(
            worst.score, None, 0, probe=skipped.probe, registered=(skipped.name,), note=f"skipped: {reason}"
        )
        yield Finding(
            id=f"{SKIPPED}{skipped.kind}:{skipped.probe}",
            title=entry["title"].replace("{name}", about[:1].upper() + about[1:]),
            verdict="INCONCLUSIVE",
            severity=worst.severity,
            score=open_score.score(level),
            threshold=worst.threshold,
            adjusted_level=adjusted,
            why=entry["why"],
            next_step=entry["next"].replace("{reason}", reason),
            note=f"Open for it: {', '.join(check.id for check in touched)}.",
        )


def _awaits(check: Check, skipped: Skipped) -> bool:
    """Whether a check would look at scores of this probe; its kind is "" where an older run did not say."""
    wanted = define(check.score).probe
    return bool(wanted) and skipped.kind in ("", wanted) and names_probe(check.probe, skipped.probe, skipped.name)


def _needs(score: str) -> str:
    kinds = {"attack": "an attack", "perturbation": "perturbations", "explainer": "explanations with metrics"}
    return kinds.get(define(score).probe, "a label column and enough rows")


def _about(check: Check) -> dict[str, Any]:
    """What a check names for certain; a slice given as text is told in the reason instead, it is not taken apart."""
    return {
        "probe": "" if ANY in check.probe else check.probe,
        "where": check.slice if isinstance(check.slice, Slice) else ALL_ROWS,
    }
