"""An audit of a real model from beginning to end in this process, without the workflow engine."""

from __future__ import annotations

import threading

from audit.run import client
from audit.run.finish import finish
from audit.run.holding import HeldModels
from audit.run.prepare import prepare
from audit.run.shard import run_shard
from audit.spec import AuditSpec
from audit.store import Run, Store


def whole_run(store: Store, spec: AuditSpec) -> Run:
    """Start an audit, do its shards one after another, finish it; the run as it ended."""
    run, models, device = client.start(spec, store=store), HeldModels(), threading.Lock()
    prepare(store, run, models)
    for shard in store.shards(run.id, status="pending"):
        run_shard(store, run.id, shard.position, run.attempt, models=models, worker="test", device=device)
    finish(store, store.run(run.id))
    return store.run(run.id)
