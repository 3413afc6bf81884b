"""A clock that was set either way: who lives is told by locks, and no duration is negative."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
from commands import typed
from filelock import FileLock
from runs import make_run

from audit.run.client import worker_alive
from audit.store import close_stores, open_store, watching
from audit.store.presence import holds_its_slot, slot_path, slots_folder, worker_id

HOURS = (-2, -0.01, 0.01, 2)
"""How far the clock has gone from where it was when the heartbeat was written."""


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield
    close_stores()


def stamp(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds")


def beat(store, monkeypatch, worker: str, host: str, hours: float) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(watching, "now", lambda: stamp(-hours))
        store.heartbeat(worker, host=host, pid=1, started_at=stamp(-hours), activity="idle")


@pytest.mark.parametrize("hours", [*HOURS, 0])
def test_on_this_machine_the_lock_decides_whatever_the_clock_says(hours, home, monkeypatch):
    store = open_store()
    slots_folder().mkdir()
    beat(store, monkeypatch, worker_id(0), socket.gethostname(), hours)
    with FileLock(slot_path(0)):
        assert worker_alive(store=store)
    assert not worker_alive(store=store)  # killed: the system has let go of its lock
    assert "no worker alive" in typed("audit", "status").out or "No runs yet" in typed("audit", "status").out


@pytest.mark.parametrize(("hours", "alive"), [(-2, False), (-0.01, False), (0, True), (0.01, False), (2, False)])
def test_of_another_machine_only_a_fresh_heartbeat_counts(hours, alive, home, monkeypatch):
    store = open_store()
    beat(store, monkeypatch, "elsewhere-0", "elsewhere", hours)
    assert worker_alive(store=store) is alive


def test_looking_at_a_lock_does_not_take_it(home):
    slots_folder().mkdir(parents=True)
    lock = FileLock(slot_path(0))
    with lock:
        assert holds_its_slot(worker_id(0), socket.gethostname())
    assert holds_its_slot(worker_id(0), socket.gethostname()) is False
    lock.acquire(timeout=0)
    lock.release()
    assert holds_its_slot(worker_id(0), "elsewhere") is None
    assert holds_its_slot(worker_id(63), socket.gethostname()) is None
    assert holds_its_slot("no-number", socket.gethostname()) is None


def test_a_worker_of_another_data_folder_is_not_told_by_our_locks(home, tmp_path, monkeypatch):
    slots_folder().mkdir(parents=True)
    here = worker_id(0)
    with FileLock(slot_path(0)):
        assert holds_its_slot(here, socket.gethostname())
        monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "other"))
        assert worker_id(0) != here
        assert holds_its_slot(here, socket.gethostname()) is None


def test_a_worker_that_starts_while_somebody_looks_gets_the_first_slot(home):
    import fcntl
    import os
    import threading

    from audit.run.worker import Slot

    slots_folder().mkdir(parents=True)
    slot_path(0).touch()
    handle = os.open(slot_path(0), os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    threading.Timer(0.03, os.close, (handle,)).start()
    slot = Slot()
    assert slot.number == 0
    slot.lock.release()


@pytest.mark.parametrize("hours", HOURS)
def test_no_duration_is_negative(hours, home, tmp_path):
    store = open_store()
    run = make_run(store, tmp_path, rows=12, status="running", done=0.5)
    store.update_run(run.id, started_at=stamp(-hours))
    elapsed = store.progress(run.id).elapsed
    assert elapsed is not None
    assert elapsed >= 0
    store.update_run(run.id, started_at=stamp(0), finished_at=stamp(hours), status="finished")
    assert store.progress(run.id).elapsed >= 0
    for words in (("status", run.id), ("show", run.id), ("status",)):
        done = typed("audit", *words)
        assert done.status == 0
        assert not re.search(r"[-−]\d+ (s|min|h)\b", done.out)
