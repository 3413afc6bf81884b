"""A run as the commands about runs name it and give it to programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.score_lines import score_json
from audit.score.ranking import told_once
from audit.scored import worded

if TYPE_CHECKING:
    from audit.actions.reading import Reader
    from audit.results.judging import Judgement
    from audit.stored import Run

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="Id of the run, a unique part of its beginning, or latest.")
]


def run_json(store: Reader, run: Run, *, judgement: Judgement | None = None, **more: Any) -> dict[str, Any]:
    """The JSON object of `run`, `show`, `gate`, `verify` and `resume`; `judgement` by another policy than the run's own."""
    policy = run.policy if judgement is None else judgement.policy
    findings = store.findings(run.id) if judgement is None else judgement.findings
    return {
        "run_id": run.id,
        "name": run.name,
        "table": {"name": run.table_name, "sha256": run.upload, "fingerprint": run.table_fingerprint},
        "status": run.status,
        "verdict": run.verdict if judgement is None else judgement.verdict,
        "policy": _policy_json(policy),
        "left_out": _left_out(run, policy),
        "result_hash": run.result_hash,
        "reproducible": run.reproducible,
        "scores": [score_json(score) for score in store.scores(run.id)],
        "findings": [{**worded(told.finding), "also": list(map(worded, told.also))} for told in told_once(findings)],
        "skipped": [{"probe": p.probe, "reason": p.reason} for p in store.probes(run.id) if p.status == "skipped"],
        "error": run.error,
        "note": run.note,
        **more,
    }


def _left_out(run: Run, policy: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The checks that mean nothing for the model's answers, and so have no part in the verdict."""
    from audit.results.judging import without_meaning

    return [{"check": c.id, "score": c.score} for c in without_meaning(run, policy)] if policy is not None else []


def _policy_json(policy: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Which policy the verdict is from; None where there is no verdict yet."""
    from audit.score.policy import stored_policy

    if policy is None:
        return None
    chosen = stored_policy(policy)
    return {"name": chosen.name, "digest": chosen.digest}
