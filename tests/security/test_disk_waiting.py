"""A run whose results find no room waits, and says so to every reader."""

from __future__ import annotations

import json
import logging

import pytest
from commands import typed
from filelock import FileLock
from runs import make_run

from audit.store import open_store
from audit.store.database import DiskFull, patiently

pytestmark = pytest.mark.usefixtures("alone")


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def test_waiting_for_room_is_said_in_the_log_and_by_every_reader(home, tmp_path, monkeypatch):
    from audit.run import waiting
    from audit.run.waiting import Waits

    logged = []
    monkeypatch.setattr(waiting.log, "handlers", [Kept(logged)])  # its own: a worker's log goes to its file alone
    monkeypatch.setattr(waiting.log, "level", logging.WARNING)
    monkeypatch.setenv("COLUMNS", "200")  # a narrow terminal breaks the cells of a table

    store = open_store()
    run = make_run(store, tmp_path, rows=12, status="running", done=0.5)
    waits, tries = Waits(), []

    def act():
        tries.append(1)
        store.heartbeat("w-0", host="elsewhere", pid=1, started_at=run.created_at, activity=waits.activity or "idle")
        if len(tries) < 3:
            raise DiskFull("The database x could not be written: the disk is full (0 B free).")

    seen = []
    patiently(act, seconds=60, waits=waits.of("shard 1"), check=lambda: seen.append(store.progress(run.id).waiting))
    assert seen[0] is None  # what it had written before it knew
    assert seen[1].startswith("waiting since 20")
    assert "the disk is full" in seen[1]
    first, last = logged
    assert first.startswith("shard 1 waits: The database x")
    assert last.startswith("shard 1 goes on; it had waited since 20")
    store.heartbeat("w-0", host="elsewhere", pid=1, started_at=run.created_at, activity=seen[1])
    assert "waiting since" in typed("audit", "status").out
    assert "running, waiting" in typed("audit", "status").out
    assert "Waiting since" in typed("audit", "status", run.id).out
    assert "Waiting since" in typed("audit", "show", run.id).out
    assert "the disk is full" in json.loads(typed("audit", "status", run.id, "--json").out)["waiting"]
    store.heartbeat("w-0", host="elsewhere", pid=1, started_at=run.created_at, activity="idle")
    assert store.progress(run.id).waiting is None


def test_a_worker_too_short_of_room_to_say_so_is_seen_to_wait(home, tmp_path, monkeypatch):
    import socket

    from audit.store import presence, watching
    from audit.store.presence import slot_path, slots_folder, worker_id

    store = open_store()
    run = make_run(store, tmp_path, rows=12, status="running", done=0.5)
    slots_folder().mkdir()
    name = worker_id(0)
    with monkeypatch.context() as patch:
        patch.setattr(watching, "now", lambda: "2026-01-01T00:00:00.000+00:00")
        store.heartbeat(name, host=socket.gethostname(), pid=1, started_at=run.created_at, activity="run x")
    with FileLock(slot_path(0)):
        monkeypatch.setattr(presence, "scarce", lambda place: True)
        said = store.progress(run.id).waiting
        assert said is not None
        assert said.startswith("waiting since 2026-01-01 00:00:00 UTC: the disk is full")
    assert store.progress(run.id).workers == 0
