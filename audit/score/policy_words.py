"""A policy in plain words: what each check wants of a run, and how sure the policy is to be."""

from __future__ import annotations

from audit.language.numbers import numbers
from audit.language.probes import for_each
from audit.language.translating import tr, tr_later
from audit.score.definitions import define
from audit.score.policy import Check, Policy
from audit.score.wildcards import ANY
from audit.score.wording import display_name, title_said
from models.names import short

SETS = {"attacks": tr_later("over all attacks"), "perturbations": tr_later("over all harmless changes")}
LONGEST = 80
"""Characters of a name."""


def wanted(check: Check) -> str:
    """What a check wants: `Accuracy: at least 80%`, for a part of the run where it names one."""
    unit = define(check.score).unit
    points = check.margin is not None and unit == "share"
    bound = numbers().setting(check.threshold, "points" if points else unit)
    what = subject(check)
    if check.margin is not None:
        return tr("{what}: at most {bound} worse than in the baseline run", what=what, bound=bound)
    if check.min is not None:
        return tr("{what}: at least {bound}", what=what, bound=bound)
    return tr("{what}: at most {bound}", what=what, bound=bound)


def looked_for(pattern: Check) -> str:
    """What a pattern reports: `Flip rate, for each harmless change: above 10%`."""
    bound = numbers().setting(pattern.threshold, define(pattern.score).unit)
    what = subject(pattern)
    if pattern.min is not None:
        return tr("{what}: below {bound}", what=what, bound=bound)
    return tr("{what}: above {bound}", what=what, bound=bound)


def sureness(policy: Policy) -> str:
    """How sure a verdict is, in a sentence."""
    share = numbers().setting(policy.alpha)
    if policy.correction == "none":
        return tr(
            "Each comparison may be wrong in {share} of audits; over several comparisons it is more.", share=share
        )
    return tr("Over all comparisons together, a wrong pass or fail happens in at most {share} of audits.", share=share)


def subject(check: Check) -> str:
    """The score with the probe and the rows that are meant; long names by their two ends, so that the bound is seen behind them."""
    kind = define(check.score).probe
    parts = [short(title_said(check.score), LONGEST)]
    if check.probe == ANY:
        parts.append(for_each(kind))
    elif check.probe:
        parts.append(tr(SETS[check.probe]) if check.probe in SETS else short(display_name(check.probe), LONGEST))
    if check.slice == ANY:
        parts.append(tr("for each part of the rows"))
    elif check.slice:
        parts.append(tr("of the rows with {slice}", slice=short(str(check.slice), LONGEST)))
    return ", ".join(parts)
