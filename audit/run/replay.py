"""Verifying a stored run: recompute its hashes, and replay some of its rows on the model."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.language.translating import tr_later
from audit.records import Record, of_probe, to_dict
from audit.run.finish import result_hash
from audit.run.holding import HeldModels
from audit.run.probes import build, scope_of
from audit.run.sampling import collect_sample, taken_together
from audit.run.shard import collect
from audit.spec import read_spec
from audit.store import Store
from audit.store.indexing import TIMES, digest

TOLERANCE = 1e-4
"""Floats of a replay may differ this much: another batch, another machine (DESIGN.md)."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One record computed again. `differences` is empty when it agrees."""

    probe: str
    row_id: str
    differences: tuple[str, ...]


def check_run(store: Store, run_id: str) -> list[str]:
    """Faults of a stored run: records that do not fit their digest, shards or a result hash that do not fit them."""
    faults = []
    for probe, _, stated, payload in store.iter_payloads(run_id):
        data = json.loads(payload)
        if digest(data) != stated:
            faults.append(tr_later(f"the record of row {data.get('row_id')} by {probe} was changed"))
    faults += [
        tr_later(f"the records of shard {position} do not fit its digest") for position in store.wrong_shards(run_id)
    ]
    run = store.run(run_id)
    if run.result_hash is not None and result_hash(store, run_id) != run.result_hash:
        faults.append(tr_later("the records do not give the stated result hash"))
    return faults


def replay(store: Store, run_id: str, count: int, models: HeldModels | None = None) -> list[Replayed]:
    """Compute `count` stored records again, drawn by their hash, and compare: the same words, numbers within 1e-4.

    Raises:
        ModelError, RunError: the model is not at hand or has changed.
    """
    run = store.run(run_id)
    spec = read_spec(run.spec)
    classifier = (models or HeldModels()).get(spec.model, run.identity)
    drawn = sorted(
        (hashlib.sha256(f"{probe}{row_id}{stated}".encode()).hexdigest(), probe, row_id)
        for probe, row_id, stated in store.digests(run_id)
        if len(stated) == 64
    )[:count]
    by_probe: dict[str, list[str]] = defaultdict(list)
    for _, probe, row_id in drawn:
        by_probe[probe].append(row_id)
    examples = {example.row_id: example for example in store.examples(run_id)}
    results = []
    for probe, row_ids in by_probe.items():
        wanted = next(p for p in spec.probes if (p.id or p.name) == probe)
        made = build(spec, wanted)
        if scope_of(made, wanted.kind) == "sample":
            seen = [
                e for shard in store.shards(run.id) if shard.probe == probe for e in store.examples(run.id, shard.rows)
            ]
            sample, compared = taken_together(store, run, spec, seen, classifier)
            fresh = collect_sample(made, classifier, sample, compared, seed=spec.seed)
        else:
            fresh = collect(made, classifier, [examples[row_id] for row_id in row_ids], seed=spec.seed)
        found = {record.row_id: record for record in fresh}
        for row_id in row_ids:
            stored = store.record(run_id, probe, row_id)
            again = (differences(stored, of_probe(found[row_id], probe)) if row_id in found
                     else (tr_later("it is not found again"),))  # fmt: skip
            results.append(Replayed(probe, row_id, again))
    return results


def differences(stored: Record, fresh: Record) -> tuple[str, ...]:
    """Where two records of one row differ by more than rounding; times do not count."""
    first, second = to_dict(stored), to_dict(fresh)
    return tuple(
        found
        for name in sorted({*first, *second} - set(TIMES))
        for found in _compare(name, first.get(name), second.get(name))
    )


def _compare(path: str, first: Any, second: Any) -> list[str]:
    if isinstance(first, float) or isinstance(second, float):
        numbers = isinstance(first, (int, float)) and isinstance(second, (int, float))
        if numbers and abs(first - second) <= TOLERANCE * max(1.0, abs(first)):
            return []
    elif isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = sorted({*first, *second})
        return [found for k in keys for found in _compare(f"{path}.{k}", first.get(k), second.get(k))]
    elif isinstance(first, Sequence) and isinstance(second, Sequence) and not isinstance(first, str):
        if len(first) == len(second):
            pairs = enumerate(zip(first, second, strict=True))
            return [found for i, (a, b) in pairs for found in _compare(f"{path}[{i}]", a, b)]
    elif first == second:
        return []
    return [f"{path}: {_short(first)} became {_short(second)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
