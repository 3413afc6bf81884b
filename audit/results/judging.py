"""From stored records to scores and findings: hands them to `audit.score` and keeps what it says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from audit.results.against_baseline import held_against
from audit.results.by_hand import with_slices
from audit.results.reading import Results
from audit.results.tables import FORM, STAMP, chart_tables, table_bytes
from audit.scored import Finding
from audit.store import Run, Store

if TYPE_CHECKING:
    from audit.score.measures import Measures
    from audit.score.policy import Check, Policy

log = logging.getLogger("assay.run")


def judge(
    store: Store,
    run_id: str,
    policy: Mapping[str, Any] | None,
    *,
    anew: bool = False,
    measures: Measures | None = None,
) -> tuple[Finding, ...]:
    """Score a run and hold a policy against the scores; keep and return the findings.

    The records are read once, at the end of a run; later calls start from the stored measures and take under a second.

    Args:
        store: where the run is; run_id: its full id.
        policy: checks with thresholds; None: the run's own, else the default.
        anew: measure the records again even if measures are stored.
        measures: of these records, where somebody has just measured them.
    """
    from audit.score.measures import Measures

    results = Results(store, store.run(run_id))
    stored = None if anew or measures else store.replicates(run_id)
    if stored is not None:
        measures = Measures.from_bytes(stored)
    else:
        keep_tables(results)
        measures = measures or measured(results)
    run = results.run
    store.save_scores(run_id, measures.scores(run.level), measures.to_bytes())
    return _hold(results, measures, policy if policy is not None else run.policy)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a policy says of a run: the policy in the shape of its file, its findings, and the verdict they give."""

    policy: Mapping[str, Any]
    findings: tuple[Finding, ...]
    verdict: str | None


def judged_by(store: Store, run_id: str, policy: Mapping[str, Any]) -> Judgement:
    """Hold a policy against a finished run and say what comes of it; the run keeps its own policy, findings and verdict.

    Args:
        store: where the run is; run_id: its full id.
        policy: checks with thresholds, in the shape of the TOML file.
    """
    from audit.score.findings import find, verdict
    from audit.score.measures import Measures
    from audit.score.policy import stored_policy

    results = Results(store, store.run(run_id))
    run, stored = results.run, store.replicates(run_id)
    measures = measured(results) if stored is None else Measures.from_bytes(stored)
    measures, chosen = asked_besides(results, measures, stored_policy(policy))
    found = tuple(find(measures, chosen, level=run.level, task=run.task))
    return Judgement(chosen.to_dict(), found, verdict(found))


def without_meaning(run: Run, policy: Mapping[str, Any] | None = None) -> tuple[Check, ...]:
    """The checks that have no part in a run's verdict, for they mean nothing for its model's answers.

    Args:
        run: whose model it is.
        policy: in the shape of the TOML file; None: the run's own, else the default.
    """
    from audit.score.checks import left_out
    from audit.score.policy import kept_policy

    return left_out(kept_policy(policy if policy is not None else run.policy), run.task)


def judge_unmeasured(store: Store) -> None:
    """Judge finished runs that have no measures, and keep the charts' tables anew of those that have old ones.

    Those that cannot be measured stay as they are.
    """
    for run_id in store.unmeasured():
        _try(run_id, lambda run_id: judge(store, run_id, None, anew=True))
    for run_id in store.untabled(FORM):
        _try(run_id, lambda run_id: keep_tables(Results(store, store.run(run_id))))


def _try(run_id: str, work: Callable[[str], object]) -> None:
    try:
        work(run_id)
    except Exception as error:  # its records are worth keeping whatever happens to the arithmetic on them
        log.warning("run %s could not be measured: %s", run_id, type(error).__name__)


def measure(store: Store, run: Run) -> Measures:
    """Everything there is to measure in a run's records; the slow part. Keeps nothing."""
    return measured(Results(store, run))


def measured(results: Results, *, cells_apart: bool = True) -> Measures:
    """Everything there is to measure in results; the slow part.

    Args:
        results: of the run.
        cells_apart: whether a group's cell that holds several values is taken apart; earlier Assays took it for one value.
    """
    from audit.score.languages import language_measures
    from audit.score.measures import Skipped
    from audit.score.quality import quality_measures
    from audit.score.repeats import counted_in_table
    from audit.score.scoring import measure_run

    skipped = [Skipped(p.probe, p.kind, p.name, p.reason) for p in results.probes if p.status == "skipped"]
    frames = results.frames_of_texts if cells_apart else replace(results.frames_of_texts, held={})
    found = measure_run(frames, seed=results.run.seed, reviews=_reviews(results), skipped=skipped)
    found = counted_in_table(found, results.run.provenance)
    ids = set(results.frames.examples["row_id"])
    counted = (*language_measures(results.run.provenance), *quality_measures(results.run.provenance, ids))
    return replace(found, measures=(*found.measures, *counted))


def keep_tables(results: Results) -> None:
    """Keep the small tables of a run's charts, in the form they have now."""
    made = chart_tables(results.frames_of_texts, level=results.run.level, seed=results.run.seed)
    kept = {name: table_bytes(table) for name, table in made.items()}
    results.store.save_tables(results.run.id, {**kept, STAMP: FORM})


def reviewed(store: Store, run_id: str) -> tuple[Finding, ...]:
    """Judge a run again after reviews: only what they feed is measured again."""
    from audit.score.measures import Measures
    from audit.score.scoring import with_reviews

    stored = store.replicates(run_id)
    if stored is None:
        return judge(store, run_id, None)
    results = Results(store, store.run(run_id))
    attacks = results.of_probes(results.planned("attack"))
    fresh = with_reviews(Measures.from_bytes(stored), attacks, _reviews(results))
    store.save_scores(run_id, fresh.scores(results.level), fresh.to_bytes())
    return _hold(results, fresh, results.run.policy)


def _reviews(results: Results) -> dict[tuple[str, str], str]:
    """What people said, as `audit.score` takes it: (key of the probe, row id) -> same, different or unsure."""
    return {key: review.verdict for key, review in results.reviews.items()}


def asked_besides(results: Results, measures: Measures, policy: Policy) -> tuple[Measures, Policy]:
    """The measures with what a policy asks for besides: slices by hand, and how much worse the run is than its baseline.

    Args:
        results: of the run; measures: its own; policy: that judges it.

    Returns:
        The policy with the run that its margins are held against.
    """
    measures, held = held_against(results.store, results.run, measures, policy)
    return with_slices(results, measures, held), held


def _hold(results: Results, measures: Measures, policy: Mapping[str, Any] | None) -> tuple[Finding, ...]:
    from audit.score.findings import find, verdict
    from audit.score.policy import kept_policy

    store, run = results.store, results.run
    measures, chosen = asked_besides(results, measures, kept_policy(policy))
    found = tuple(find(measures, chosen, level=run.level, task=run.task))
    store.save_findings(run.id, found, verdict(found))
    store.update_run(run.id, policy=chosen.to_dict())
    return found
