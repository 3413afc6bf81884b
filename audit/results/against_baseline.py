"""Holding a run against its baseline: which run that is, and how much worse this one is on the rows that both have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audit.errors import AuditError, SpecError
from audit.results.reading import Results
from audit.said import Said
from audit.store import Run, Store

if TYPE_CHECKING:
    from audit.score.measures import Measures
    from audit.score.policy import Policy


def held_against(store: Store, run: Run, measures: Measures, policy: Policy) -> tuple[Measures, Policy]:
    """What a policy is held against, and the policy with the run that it was: as they come where it has no margins.

    Args:
        store: where both runs are; run: what is judged.
        measures: the run's own.
        policy: the baseline it names counts; else the run marked as the baseline of the model.
    """
    if not policy.relative:
        return measures, policy
    named = policy.baseline or store.baseline(run.model)
    if named is None:
        return not_compared(measures, policy), policy
    measured = against(store, run, measures, replace(policy, baseline=named))
    if measured is None:
        why = Said("note.gone_baseline", {"run": named})
        return not_compared(measures, policy, why), replace(policy, baseline=named)
    return measured, replace(policy, baseline=named)


def against(store: Store, run: Run, measures: Measures, policy: Policy) -> Measures | None:
    """The measures with how much worse the run is than the baseline that the policy names; None where that one is not here."""
    from audit.score.losses import losses, with_losses

    try:
        baseline = store.run(policy.baseline)
    except AuditError:
        return None
    if baseline.status != "finished":
        return None
    if baseline.id == run.id:
        return not_compared(measures, policy, Said("note.own_baseline"))
    before, now = (Results(store, one).frames for one in (baseline, run))
    try:
        found = list(losses(before, now, baseline.id, seed=run.seed))
    except SpecError:
        found = []
    if not found:
        return not_compared(measures, policy, Said("note.apart_baseline", {"run": baseline.id}))
    return with_losses(measures, policy, found)


def not_compared(measures: Measures, policy: Policy, why: Said = Said("note.no_baseline")) -> Measures:
    """The measures of a run that is held against no baseline, and why."""
    from audit.score.losses import with_losses

    return with_losses(measures, policy, (), why)
