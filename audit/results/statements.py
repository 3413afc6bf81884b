"""Whether what a run says of itself in several places is the same in all of them, and the spec the one it is hashed for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from audit.language.translating import tr_later
from audit.store import Run, RunProbe, Store
from audit.strict_json import part

TIMED_OUT = "timeout"


def check_statements(store: Store, run: Run) -> Iterator[str]:
    """Everything of a run's own columns, probes and shards that contradicts the rest of them; its spec is a right one."""
    provenance = run.provenance or {}
    said = {
        "the model's name": (run.model, part(run.spec, "model").get("name")),
        "the suite": (run.suite, run.spec.get("suite", run.suite)),
        "the model's fingerprint": (run.model_fingerprint, (run.identity or {}).get("fingerprint", run.model_fingerprint)),
        **{
            tr_later(f"{what} in the provenance"): (part(provenance, place).get(name, here), here)
            for what, place, name, here in (
                (tr_later("the model's fingerprint"), "model", "fingerprint", run.model_fingerprint),
                (tr_later("the model's identity"), "model", "identity", run.identity),
                (tr_later("the table's name"), "table", "name", run.table_name),
                (tr_later("the table's fingerprint"), "table", "fingerprint", run.table_fingerprint),
                (tr_later("the seed of the run"), "seeds", "run", run.spec.get("seed")),
                (tr_later("the seed of the sample"), "seeds", "sample", part(run.spec, "sample").get("seed")),
            )
        },
        tr_later("the hash of the spec in the provenance"): (provenance.get("spec_hash", run.spec_hash), run.spec_hash),
        "who started it": (run.who, provenance.get("who", run.who)),
    }  # fmt: skip
    for what, (one, other) in said.items():
        if one != other:
            yield tr_later(f"{what} is stated as {one!s:.60} and as {other!s:.60}")
    if len(set(run.labels)) != len(run.labels):
        yield tr_later("a label of the model is stated twice")
    probes = store.probes(run.id)
    shards = list(store.stored_shards(run.id))
    if probes or shards:
        yield from _probes(run, probes, shards)
        if run.status == "finished":
            yield from _told_probes(provenance.get("probes"), probes)
    unfinished = any(shard["status"] == "pending" for shard in shards)
    if (run.verdict is not None and run.status != "finished") or (run.status == "finished" and unfinished):
        yield tr_later(f"the run is stated to be {run.status}, its shards and its verdict say otherwise")
    if run.status == "finished":
        if run.error:
            yield tr_later("the run is stated to be finished and to have met an error")
        failed = any(shard["status"] == "failed" for shard in shards)
        timed_out = any(
            error.lower().startswith(TIMED_OUT)
            for probe in probes
            for error in store.value_counts(run.id, probe.probe, "error")
        )
        if run.reproducible == (failed or timed_out):
            yield tr_later(
                f"the run is stated to be {'' if run.reproducible else 'not '}reproducible, its records say otherwise"
            )


def _told_probes(told: Any, probes: Sequence[RunProbe]) -> Iterator[str]:
    """Where the provenance says of the probes what they do not say themselves; one that says nothing of them is right."""
    if told is None:
        return
    right = [{"probe": p.probe, "version": p.version, "status": p.status, "reason": p.reason} for p in probes]
    if told != right:
        yield tr_later("the probes in the provenance are not those of the run")


def check_spec(run: Run) -> Iterator[str]:
    """Whether the spec is one, and the one of the stated hash."""
    from audit.spec import AuditSpec

    try:
        spec = AuditSpec.model_validate(dict(run.spec))
    except ValidationError as error:
        fault = error.errors()[0]
        yield tr_later(f"the spec cannot be used ({'.'.join(map(str, fault['loc']))[:60]}: {fault['msg'][:100]})")
        return
    if spec.work_hash != run.spec_hash:
        yield tr_later(f"the spec is not the one of the stated hash {run.spec_hash[:16]}")


def _probes(run: Run, probes: Sequence[RunProbe], shards: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    asked = {str(p.get("id") or p["name"]): p for p in run.spec.get("probes") or ()}
    if set(asked) != {probe.probe for probe in probes}:
        yield tr_later("the probes are not those of the spec")
    rows = Counter[str]()
    for place, shard in enumerate(shards):
        rows[shard["probe"]] += len(shard["rows"])
        if shard["position"] != place or shard["status"] not in {"pending", "done", "failed"}:
            yield tr_later(f"shard {shard['position']} is not where the run has it, or in no state there is")
    for probe in probes:
        of_spec = asked.get(probe.probe, {})
        if (probe.kind, probe.name) != (of_spec.get("kind", probe.kind), of_spec.get("name", probe.name)):
            yield tr_later(f"the probe {probe.probe:.60} is of another kind or name than in the spec")
        given = of_spec.get("params") or {}
        if any(name in probe.params and probe.params[name] != value for name, value in given.items()):
            yield tr_later(f"the parameters of the probe {probe.probe:.60} are not those of the spec")
        if probe.rows != rows[probe.probe] or (probe.status == "skipped") != bool(probe.reason):
            yield tr_later(
                f"the probe {probe.probe:.60} is stated with {probe.rows} rows, its shards have {rows[probe.probe]}"
            )
