"""The worker process: takes a slot, runs DBOS, picks up queued runs, takes over from dead workers, beats its heart.

Slots are files locked by the living: the system lets go of a killed process's lock, so a restarted worker gets the
same slot, hence the same executor id, hence its own unfinished workflows. Workers of other machines (PostgreSQL) are
or of another data folder here, are given up when their heartbeat has not moved for a minute of our own clock.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from filelock import FileLock, Timeout

from audit.errors import RunError, StoreError
from audit.results.judging import judge_unmeasured
from audit.run import _dbos
from audit.run.discarding import erase_discarded
from audit.run.holding import HeldModels
from audit.run.logs import log_error, start_log
from audit.run.retention import erase_due
from audit.run.settings import check_settings
from audit.store import FilesError, Store, database_url, open_store
from audit.store import Worker as WorkerRow
from audit.store.base import now
from audit.store.database import sqlite_url, use_wal
from audit.store.lasting import Lasting
from audit.store.presence import holds_its_slot, slot_path, slots_folder, worker_id
from models import signals
from models.disk import disk_error
from models.memory import bound_heap
from models.places import home

log = logging.getLogger("assay.worker")

VERSION = "assay-1"
"""Workflows of this version are taken on by any worker of it; raise it when steps change order."""
POLL_SECONDS = 0.1
IDLE_POLL_SECONDS = 1.0
"""Between two looks of DBOS at a queue, while there is work and while there is none: each look costs 3 ms of CPU."""
TICK_SECONDS = 0.5
HEARTBEAT_SECONDS = 3.0
LOST_SECONDS = 60.0
LEFT_SECONDS = 3600.0
"""What another process seems to have left behind is looked at for so long before it goes: its clock may be another."""
TIDY_SECONDS = 120.0
KEPT_SECONDS = 600.0
"""How long the workflows of a run that is over are kept; the store has everything that matters."""
SLOTS = 64
LOOK_SECONDS = 0.1


def system_database_url() -> str:
    """Where DBOS keeps its state: a SQLite file beside the store's, or the same PostgreSQL database (schema dbos)."""
    url = database_url()
    if not url.startswith("sqlite"):
        return url.replace("postgresql+psycopg://", "postgresql://", 1)
    path = home() / "workflows.db"
    connection = sqlite3.connect(path, timeout=30)
    try:
        use_wal(connection)
    except sqlite3.Error as error:
        if (told := disk_error(error, path)) is not None:
            raise told from error
        raise
    finally:
        connection.close()
    return sqlite_url(path)


class Slot:
    """One worker's place on this machine."""

    def __init__(self) -> None:
        """Take the first free slot.

        Raises:
            RunError: all are taken.
        """
        slots_folder().mkdir(exist_ok=True, mode=0o700)
        for number in range(SLOTS):
            lock = FileLock(slot_path(number))
            try:
                lock.acquire(timeout=LOOK_SECONDS, poll_interval=0.02)  # who only looks at it lets go at once
            except Timeout:
                continue
            self.lock, self.number = lock, number
            self.worker = worker_id(number)
            return
        raise RunError(f"{SLOTS} workers run on this machine already; end one before starting another.")


def serve(*, idle_exit: float | None = None, models: HeldModels | None = None) -> None:
    """Work until told to stop (SIGTERM, Ctrl-C), or idle for `idle_exit` seconds.

    Args:
        idle_exit: None: never end by itself.
        models: where models come from; default: `models.load`.

    Raises:
        ModelError, AuditError: a setting is not right.
        StoreError: the database cannot be used.
        RunError: no slot is free.
    """
    os.umask(0o077)  # logs, locks and workflows are as private as the database
    check_settings()
    start_log()
    bound_heap()
    store = open_store()
    slot = Slot()
    stop = threading.Event()
    for number in signals.TELLING:
        signal.signal(number, lambda *_: stop.set())
    worker = _Worker(store, slot, models or HeldModels())
    worker.launch()
    log.info("worker %s started, pid %s", slot.worker, os.getpid())
    try:
        worker.loop(stop, idle_exit=idle_exit)
    finally:
        worker.close()
        log.info("worker %s ended", slot.worker)
        logging.shutdown()
    os._exit(0)  # a shard may be in the middle of a forward pass; waiting for its thread would take as long as it


class _Worker:
    def __init__(self, store: Store, slot: Slot, models: HeldModels) -> None:
        from audit.run import workflows

        self.store, self.slot, self.workflows = store, slot, workflows
        self.bench = workflows.Bench(store, models, slot.worker, threading.Lock())
        self._told = self.bench.waits.of("the worker")
        self.started_at = now()
        self._beat = self._rescue = 0.0
        self._tidied = time.monotonic()
        self._measured = False
        """Whether runs that an earlier Assay left without measures were looked for."""
        self._paced: bool | None = None
        """Whether queues are looked at as often as work needs it."""
        self._stray: set[str] = set()
        self._seen: dict[str, tuple[str, float]] = {}
        """Of workers elsewhere: their last heartbeat, and when it was first seen."""
        self._left = Lasting(LEFT_SECONDS)

    def launch(self) -> None:
        from dbos import DBOS

        self.workflows.set_bench(self.bench)
        DBOS(
            config={
                "name": "assay",
                "system_database_url": system_database_url(),
                "executor_id": self.slot.worker,
                "application_version": VERSION,
                "log_level": "ERROR",
                "enable_otlp": False,
                "notification_listener_polling_interval_sec": 1.0,
            }
        )
        self._heartbeat()
        DBOS.launch()
        for name, width in ((self.workflows.RUNS, None), (self.workflows.SHARDS, 2), (self.workflows.JOBS, 2)):
            # two shards at once: one computes, the next is already claimed and waits for the device
            DBOS.register_queue(name, worker_concurrency=width, polling_interval_sec=POLL_SECONDS)

    def loop(self, stop: threading.Event, *, idle_exit: float | None) -> None:
        idle_since = time.monotonic()
        while not stop.wait(TICK_SECONDS):
            if self.store.gone:
                log.warning("worker %s ends: its database was deleted", self.slot.worker)
                return
            try:
                busy = self.tick()
            except StoreError as error:
                self._told(error)
                busy = True
            except Exception as error:
                log_error(log, "a tick of the worker failed", error)
                busy = True
            if busy:
                idle_since = time.monotonic()
            elif idle_exit is not None and time.monotonic() - idle_since > idle_exit:
                return

    def tick(self) -> bool:
        """Start what is queued, beat, look after the dead; returns whether anything is going on."""
        if self.store.any_active():
            self._pace(busy=True)
            self._start_queued()
        clock = time.monotonic()
        if clock - self._beat > HEARTBEAT_SECONDS:
            self._beat = clock
            self._heartbeat()
            self._told(None)
        if clock - self._rescue > HEARTBEAT_SECONDS:
            self._rescue = clock
            self._take_over()
        if clock - self._tidied > TIDY_SECONDS:
            self._tidied = clock
            self._tidy()
            erase_discarded(self.store)
            erase_due(self.store)
            self._sweep()
        busy = self.store.any_active()
        if not (busy or self._measured):
            self._measured = True
            judge_unmeasured(self.store)
        self._pace(busy=busy)
        return busy

    def close(self) -> None:
        """Say that it ended. What it was computing is taken over by the next worker, as after a kill."""
        try:
            self.store.end_worker(self.slot.worker)
        except StoreError as error:
            log.warning("%s", error)
        self.slot.lock.release()

    def _start_queued(self) -> None:
        for run_id, attempt, priority in self.store.unstarted():
            self._enqueue(
                self.workflows.RUNS, self.workflows.audit_run, f"{run_id}.{attempt}", priority, run_id, attempt
            )
            self.store.mark_started(run_id, attempt)
        for job in self.store.jobs(status="queued"):
            self._enqueue(self.workflows.JOBS, self.workflows.audit_job, f"job.{job.id}", 1, job.id)

    def _pace(self, *, busy: bool) -> None:
        """Look at the queues often while there is work. All workers follow the same store, so they agree on the pace."""
        from dbos import DBOS

        if busy is self._paced:
            return
        for name in (self.workflows.RUNS, self.workflows.SHARDS, self.workflows.JOBS):
            queue = DBOS.retrieve_queue(name)
            if queue is not None:
                queue.set_polling_interval_sec(POLL_SECONDS if busy else IDLE_POLL_SECONDS)
        self._paced = busy

    def _enqueue(self, queue: str, workflow: Any, name: str, priority: int, *arguments: Any) -> None:
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        with SetWorkflowID(name), SetEnqueueOptions(priority=priority):
            DBOS.enqueue_workflow(queue, workflow, *arguments)  # an id in use attaches to the workflow there is

    def _heartbeat(self) -> None:
        self.store.heartbeat(
            self.slot.worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self.started_at,
            activity=self.bench.waits.activity or self.bench.activity,
        )

    def _take_over(self) -> None:
        """Re-queue the workflows of workers that died, and our own that got lost (a full disk, a broken connection)."""
        for other in self.store.workers():
            if other.id != self.slot.worker and self._dead(other):
                _dbos.recover(other.id)
                self.store.forget_worker(other.id)
                self._seen.pop(other.id, None)
                log.info("took over from worker %s", other.id)
        stray = _dbos.lost(self.slot.worker)
        for workflow_id in stray & self._stray:  # seen twice in a row: not just between two steps
            _dbos.start_again(workflow_id, self.slot.worker)
        self._stray = stray - self._stray

    def _tidy(self) -> None:
        """Forget the workflows of runs and jobs that are over: a shard leaves rows behind, and runs have thousands."""
        from dbos import DBOS

        before = (datetime.now(UTC) - timedelta(seconds=KEPT_SECONDS)).isoformat()
        ended = DBOS.list_workflows(
            name=["audit_run", "audit_job"], status=["SUCCESS", "ERROR"], completed_before=before, limit=20,
            load_input=False, load_output=False,
        )  # fmt: skip
        for workflow in ended:
            run_id = workflow.workflow_id.partition(".")[0]
            if not (self.store.exists(run_id) and self.store.run(run_id).active):
                DBOS.delete_workflows([workflow.workflow_id], delete_children=True)

    def _sweep(self) -> None:
        """Remove files that a process which ended left behind, and copies of what another machine deleted."""
        try:
            self.store.sweep_files(lasting=self._left)
        except FilesError as error:  # tried again; nothing waits for it
            log.warning("%s", error)

    def _dead(self, other: WorkerRow) -> bool:
        held = holds_its_slot(other.id, other.host)
        if held is None:  # of another machine or data folder
            last, since = self._seen.get(other.id, ("", 0.0))
            if last != other.heartbeat_at:  # whatever the clock of that machine says
                self._seen[other.id] = other.heartbeat_at, time.monotonic()
                return False
            return time.monotonic() - since > LOST_SECONDS
        return not held
