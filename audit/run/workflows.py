"""The durable workflows: a run, its shards, reports and estimates. The only file that knows how work is scheduled.

What is done is told by the store, what is going on by DBOS. Every step may be repeated without harm: a shard's records
are stored in one transaction and once only, so a worker that was thought dead cannot double anything.

A run is a workflow per attempt; it keeps a few shards ahead in the queue (so that several runs share the device
fairly), waits for any to end, and asks the store what to do next. A shard is a child workflow of one step.
"""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import functools
import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from audit.errors import AuditError, in_words
from audit.language.translating import tr_later
from audit.run import jobs as job_work
from audit.run.finish import finish
from audit.run.holding import HeldModels
from audit.run.logs import log_error
from audit.run.prepare import prepare
from audit.run.shard import PATIENCE_SECONDS, Stopped, run_shard
from audit.run.waiting import Waits
from audit.spec import read_spec
from audit.store import Store, open_store
from audit.store.base import now
from audit.store.database import patiently
from models.errors import ModelError

log = logging.getLogger("assay.run")

P = ParamSpec("P")
R = TypeVar("R")

RUNS = "assay-runs"
SHARDS = "assay-shards"
JOBS = "assay-jobs"
FOREVER = 1_000_000
"""Recoveries before DBOS gives a workflow up: a laptop may be closed often."""
AHEAD = 3
"""Shards a run keeps in the queue per living worker."""
WAIT_SECONDS = 0.1


@dataclass
class Bench:
    """What this worker process works with; set once by `audit.run.worker` before any workflow runs."""

    store: Store
    models: HeldModels
    worker: str
    device: threading.Lock
    activity: str = "idle"
    waits: Waits = field(default_factory=Waits)


_bench: list[Bench] = []


def set_bench(bench: Bench) -> None:
    """Give this process's workflows their store, models and device."""
    _bench[:] = [bench]


def _tools() -> Bench:
    if not _bench:
        set_bench(Bench(open_store(), HeldModels(), "in-process", threading.Lock()))
    return _bench[0]


def _patient(step: Callable[P, R]) -> Callable[P, R]:
    """Begin a step again while the disk takes no writes: a workflow whose step fails is over, and its run never would be."""

    @functools.wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        told = _tools().waits.of(f"step {step.__name__} of {args[0]}")
        done: R = patiently(lambda: step(*args, **kwargs), seconds=math.inf, waits=told)
        return done

    return run


@DBOS.workflow(name="audit_run", max_recovery_attempts=FOREVER)
def audit_run(run_id: str, attempt: int) -> str:
    """One attempt at a run; returns the state it leaves the run in."""
    state: str = prepare_step(run_id, attempt)
    if state != "run":
        return state
    in_flight: dict[str, Any] = {}
    tried: set[int] = set()
    while True:
        step = next_step(run_id, attempt, sorted(tried), len(in_flight))
        for position in step["shards"]:
            tried.add(position)
            name = f"{run_id}.{attempt}.{position}"
            with SetWorkflowID(name), SetEnqueueOptions(priority=step["priority"]):
                in_flight[name] = DBOS.enqueue_workflow(SHARDS, audit_shard, run_id, position, attempt)
        if not in_flight:
            return str(end_step(run_id, attempt, step["state"]))
        first = DBOS.wait_first(list(in_flight.values()), polling_interval_sec=WAIT_SECONDS)
        del in_flight[first.workflow_id]


@DBOS.workflow(name="audit_shard", max_recovery_attempts=FOREVER)
def audit_shard(run_id: str, position: int, attempt: int) -> str:
    """One shard of a run."""
    return str(shard_step(run_id, position, attempt))


@DBOS.step(name="prepare")
@_patient
def prepare_step(run_id: str, attempt: int) -> str:
    """Load, check and plan; a fault of the user's input fails the run with one sentence."""
    tools = _tools()
    store = tools.store
    if not store.exists(run_id):
        return "gone"
    run = store.run(run_id)
    if run.attempt != attempt:
        return "superseded"
    if run.wanted != "run":
        return _settle(store, run_id, attempt, run.wanted)
    store.update_run(run_id, attempt=attempt, status="preparing", started_at=run.started_at or now(), error=None)
    tools.activity = f"preparing run {run_id}"
    try:
        return _prepare(tools, run_id, attempt)
    finally:
        tools.activity = "idle"


def _prepare(tools: Bench, run_id: str, attempt: int) -> str:
    store = tools.store
    try:
        with tools.device:
            patiently(
                lambda: prepare(store, store.run(run_id), tools.models),
                seconds=PATIENCE_SECONDS, waits=tools.waits.of(f"run {run_id}"),
            )  # fmt: skip
            job_work.estimate_run(store, store.run(run_id), tools.models)
    except Stopped:
        return _settle(store, run_id, attempt, store.run(run_id).wanted)
    except (AuditError, ModelError) as error:
        said = str(error)
    except BaseException as error:  # a panic of Rust code is no Exception, and would leave the run waiting for ever
        log_error(log, f"run {run_id} could not be prepared", error)
        said = tr_later(f"The run could not be prepared: {in_words(error)}")
    else:
        store.update_run(run_id, attempt=attempt, status="running")
        return "run"
    store.update_run(run_id, attempt=attempt, status="failed", error=said[:2000], finished_at=now())
    return "failed"


@DBOS.step(name="next")
@_patient
def next_step(run_id: str, attempt: int, tried: list[int], in_flight: int) -> dict[str, Any]:
    """Which shards to queue now, and in which state the run is: run, pause, cancel, failed, gone or superseded."""
    store = _tools().store
    if not store.exists(run_id):
        return {"state": "gone", "shards": [], "priority": 1}
    run = store.run(run_id)
    state = "superseded" if run.attempt != attempt else "failed" if run.status == "failed" else run.wanted
    answer: dict[str, Any] = {"state": state, "shards": [], "priority": run.priority}
    if state == "run":
        room = AHEAD * max(2, sum(worker.alive for worker in store.workers())) - in_flight
        known = set(tried)
        pending = store.shards(run_id, status="pending", limit=room + in_flight) if room > 0 else []
        answer["shards"] = [s.position for s in pending if s.position not in known][: max(0, room)]
    return answer


@DBOS.step(name="end")
@_patient
def end_step(run_id: str, attempt: int, state: str) -> str:
    """Close an attempt: hash and judge what is complete, or leave the run as its user wants it."""
    tools = _tools()
    store = tools.store
    if state in {"gone", "superseded", "failed"}:
        return state
    tools.models.spare(read_spec(store.run(run_id).spec, tr_later(f"The spec of run {run_id}")).model)
    if state != "run":
        return _settle(store, run_id, attempt, state)
    if store.shards(run_id, status="pending", limit=1):
        store.queue_again(run_id)  # a worker was lost in a way nobody saw: another attempt takes what is left
        return "again"
    tools.activity = f"scoring run {run_id}"
    try:
        patiently(
            lambda: finish(store, store.run(run_id)), seconds=PATIENCE_SECONDS, waits=tools.waits.of(f"run {run_id}")
        )
    finally:
        tools.activity = "idle"
    return "finished"


@DBOS.step(name="shard")
def shard_step(run_id: str, position: int, attempt: int) -> str:
    """Compute one shard and store its records."""
    tools = _tools()
    tools.activity = f"run {run_id}, shard {position}"
    try:
        return run_shard(
            tools.store, run_id, position, attempt, models=tools.models, worker=tools.worker, device=tools.device,
            waits=tools.waits,
        )  # fmt: skip
    finally:
        tools.activity = "idle"


@DBOS.workflow(name="audit_job", max_recovery_attempts=FOREVER)
def audit_job(job_id: str) -> str:
    """A report or an estimate."""
    return str(job_step(job_id))


@DBOS.step(name="job")
@_patient
def job_step(job_id: str) -> str:
    """Do a job and keep its result or its error."""
    tools = _tools()
    tools.activity = f"job {job_id}"
    try:
        return job_work.do_job(tools.store, job_id, tools.models, tools.device)
    finally:
        tools.activity = "idle"


def _settle(store: Store, run_id: str, attempt: int, wanted: str) -> str:
    status = "paused" if wanted == "pause" else "cancelled"
    ended = None if wanted == "pause" else now()
    store.update_run(run_id, attempt=attempt, status=status, finished_at=ended)
    return status
