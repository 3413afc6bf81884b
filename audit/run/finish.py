"""Ending a run: the result hash over every record, the provenance, the verdict."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from audit.errors import in_words
from audit.language.translating import tr_later
from audit.provenance import environment
from audit.results.judging import judge
from audit.results.reading import read
from audit.run.logs import log_error
from audit.store import Run, Store
from audit.store.base import now

log = logging.getLogger("assay.run")

TIMED_OUT = "timeout"
"""Errors of rows that begin like this came from the safety time limit: another machine might not meet it."""


def result_hash(store: Store, run_id: str) -> str:
    """sha256 over (probe, row id, digest) of every record in the order of the plan, hex.

    Times, hosts, ids and other runs' reuse stay out: two honest runs of one spec on one kind of machine are equal.
    Rows of a shard that failed for good count as `failed`.
    """
    total = hashlib.sha256()
    for probe in store.probes(run_id):
        total.update(f"probe\x1f{probe.probe}\x1f{probe.status}\n".encode())
    for probe_key, row_id, digest in store.digests(run_id):
        total.update(f"{probe_key}\x1f{row_id}\x1f{digest}\n".encode())
    return total.hexdigest()


def finish(store: Store, run: Run) -> None:
    """Hash, judge and close a run whose shards are all done or failed."""
    failed = store.shards(run.id, status="failed")
    timed_out = any(
        error.lower().startswith(TIMED_OUT)
        for probe in store.probes(run.id)
        for error in store.value_counts(run.id, probe.probe, "error")
    )
    digest = result_hash(store, run.id)
    values: dict[str, Any] = {
        "result_hash": digest,
        "reproducible": int(not failed and not timed_out),
        "provenance": provenance(store, run),
        "status": "scoring",
    }
    store.update_run(run.id, attempt=run.attempt, **values)
    note = run.note
    try:
        judge(store, run.id, None, anew=True)  # a retry has other records than the measures stored before it
    except Exception as error:  # records are worth keeping whatever happens to the arithmetic on them
        log_error(log, f"the scores of run {run.id} could not be computed", error)
        why = in_words(error, quoted=False)
        note = tr_later(
            f"{note} The scores could not be computed. {why} All records are kept; a worker tries again when it starts."
        ).strip()
    if failed:
        rows = sum(len(shard.rows) for shard in failed)
        note = tr_later(f"{note} {len(failed)} shards with {rows} rows failed; `retry` computes them again.").strip()
    store.update_run(run.id, attempt=run.attempt, status="finished", finished_at=now(), error=None, note=note)


def provenance(store: Store, run: Run) -> dict[str, Any]:
    """Everything the numbers came from, as JSON data."""
    probes = store.probes(run.id)
    return {
        "spec_hash": run.spec_hash,
        "seeds": {"run": run.spec.get("seed"), "sample": run.spec.get("sample", {}).get("seed")},
        "model": {"name": run.model, "fingerprint": run.model_fingerprint, "identity": run.identity},
        "table": {"name": run.table_name, "fingerprint": run.table_fingerprint, "sha256": run.upload}
        | {
            k: v
            for k, v in ((run.provenance or {}).get("table") or {}).items()
            if k not in {"name", "fingerprint", "sha256"}
        },
        **{name: value for name, value in (run.provenance or {}).items() if name == "reference"},
        "probes": [{"probe": p.probe, "version": p.version, "status": p.status, "reason": p.reason} for p in probes],
        "resources": resources(store, run.id),
        "environment": environment(),
        "who": run.who,
        "started_at": run.started_at,
        "finished_at": now(),
    }


def resources(store: Store, run_id: str) -> dict[str, dict[str, str]]:
    """Per attack, the resources its records name (label or hash); read from the first record of each."""
    results = read(store, run_id)
    found = {probe: results.an_attack(probe) for probe in results.planned("attack")}
    return {probe: dict(record.resources) for probe, record in found.items() if record is not None}
