"""From stored records to scores and findings: hands them to `audit.score` and keeps what it says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.records import Finding
from audit.store import Run, Store

if TYPE_CHECKING:
    from audit.score.frames import Frames
    from audit.score.measures import Measures

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

    run = store.run(run_id)
    stored = None if anew or measures else store.replicates(run_id)
    if measures is not None:
        _keep_charts(store, run, frames(store, run))
    else:
        measures = _measure(store, run) if stored is None else Measures.from_bytes(stored)
    level = float(run.spec.get("level", 0.95))
    store.save_scores(run_id, measures.scores(level), measures.to_bytes())
    return _hold(store, run, measures, policy if policy is not None else run.policy, level)


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
    from audit.score.policy import policy_from_dict

    run = store.run(run_id)
    stored = store.replicates(run_id)
    measures = measure(store, run) if stored is None else Measures.from_bytes(stored)
    chosen = policy_from_dict(policy)
    found = tuple(find(measures, chosen, level=float(run.spec.get("level", 0.95))))
    return Judgement(chosen.to_dict(), found, verdict(found))


def judge_unmeasured(store: Store) -> None:
    """Judge finished runs that have no measures; those that cannot be measured stay as they are."""
    for run_id in store.unmeasured():
        try:
            judge(store, run_id, None, anew=True)
        except Exception as error:  # its records are worth keeping whatever happens to the arithmetic on them
            log.warning("run %s could not be measured: %s", run_id, type(error).__name__)


def measure(store: Store, run: Run) -> Measures:
    """Everything there is to measure in a run's records; the slow part. Keeps nothing."""
    return _measures(store, run, frames(store, run))


def _measure(store: Store, run: Run) -> Measures:
    """Measure a run, and keep the small tables of its charts: both from one reading of the records."""
    made = frames(store, run)
    _keep_charts(store, run, made)
    return _measures(store, run, made)


def _keep_charts(store: Store, run: Run, made: Frames) -> None:
    from audit.results.tables import chart_tables, table_bytes

    store.save_tables(run.id, {name: table_bytes(table) for name, table in chart_tables(made).items()})


def _measures(store: Store, run: Run, made: Frames) -> Measures:
    from audit.score.measures import Skipped
    from audit.score.scoring import measure_run

    skipped = [Skipped(p.probe, p.kind, p.name, p.reason) for p in store.probes(run.id) if p.status == "skipped"]
    seed = int(run.spec.get("seed", 0))
    return measure_run(made, seed=seed, reviews=reviews(store, run.id), skipped=skipped)


def reviewed(store: Store, run_id: str) -> tuple[Finding, ...]:
    """Judge a run again after reviews: only what they feed is measured again."""
    from audit.score.measures import Measures
    from audit.score.scoring import with_reviews

    run = store.run(run_id)
    stored = store.replicates(run_id)
    if stored is None:
        return judge(store, run_id, None)
    attacks = [p.probe for p in store.probes(run_id) if p.kind == "attack" and p.status == "planned"]
    fresh = with_reviews(Measures.from_bytes(stored), frames(store, run, attacks), reviews(store, run_id))
    level = float(run.spec.get("level", 0.95))
    store.save_scores(run_id, fresh.scores(level), fresh.to_bytes())
    return _hold(store, run, fresh, run.policy, level)


def frames(store: Store, run: Run, probes: list[str] | None = None) -> Frames:
    """A run's records as columns, read a few thousand at a time; all probes', or only some."""
    from audit.score.frames import build_frames

    wanted: list[str | None] = [None] if probes is None else list(probes)
    records = (record for probe in wanted for _, record in store.iter_records(run.id, probe))
    multi = (run.identity or {}).get("head") == "multi_label"
    weights = store.weights(run.id)
    return build_frames(
        records, labels=run.labels, examples=store.iter_examples(run.id), weights=weights, multi_label=multi
    )


def reviews(store: Store, run_id: str) -> dict[tuple[str, str], str]:
    """What people said, as `audit.score` takes it: (key of the probe, row id) -> same, different or unsure."""
    return {(r.probe, r.row_id): r.verdict for r in store.reviews(run_id)}


def _hold(
    store: Store, run: Run, measures: Measures, policy: Mapping[str, Any] | None, level: float
) -> tuple[Finding, ...]:
    from audit.score.findings import find, verdict
    from audit.score.policy import load_policy, policy_from_dict

    chosen = load_policy() if policy is None else policy_from_dict(policy)
    found = tuple(find(measures, chosen, level=level))
    store.save_findings(run.id, found, verdict(found))
    store.update_run(run.id, policy=chosen.to_dict())
    return found
