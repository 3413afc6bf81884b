"""Whoever only reads, where nothing can be written or somebody else is writing: the database is read as it lies."""

from __future__ import annotations

import os
import sqlite3

import pytest
from commands import typed
from small_disks import ROOT, bounded

from audit.errors import StoreError
from audit.store import Store, close_stores, open_store
from audit.store.database import Database, DiskRefused, at_rest

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.slow
def test_what_only_reads_works_where_nothing_can_be_written(finished, home):
    for words in (
        ("status",),
        ("status", finished),
        ("show", finished),
        ("diff", finished, finished),
    ):
        done = bounded(0, "audit", *words, home=home)
        assert done.returncode == 0, done
        assert done.stderr.count("Traceback") == 0
    assert "could not be written" not in bounded(0, "audit", "verify", finished, home=home).stderr
    policy = ROOT / "assets" / "policies" / "everyday.toml"
    for words in (("gate", finished), ("gate", finished, "--policy", policy)):  # a verdict is no part of the run
        judged, free = bounded(0, "audit", *words, home=home), typed("audit", *words)
        assert judged.returncode == free.status, judged
        assert free.status in {0, 1, 3}
        assert judged.stderr == ""
    assert bounded(0, "models", "list", home=home).returncode == 0


def test_who_only_reads_does_not_wait_for_who_writes(finished, home):
    writer = sqlite3.connect(home / "assay.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    store = Store(busy_seconds=0)
    assert store.run(finished).status == "finished"
    assert store.progress(finished).shards_done
    store.close()
    writer.execute("ROLLBACK")
    writer.close()


def test_a_database_at_rest_is_read_as_it_lies_and_never_written(finished, home):
    url = f"sqlite:///{home / 'assay.db'}"
    assert at_rest(url)
    before = (home / "assay.db").read_bytes()
    database = Database(url, as_it_lies=True)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT id FROM runs").scalar() == finished
    with pytest.raises(DiskRefused, match="can only be read"), database.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET name = 'x'")
    database.close()
    assert (home / "assay.db").read_bytes() == before
    open_store().rename_run(finished, "still in the log")
    assert not at_rest(url)


def test_an_empty_database_beside_our_work_is_told(home):
    open_store()
    close_stores()
    (home / "uploads").mkdir(exist_ok=True)
    (home / "uploads" / "x.csv").write_text("text\na\n")
    for path in home.glob("assay.db*"):
        path.unlink()
    (home / "assay.db").touch()
    os.utime(home / "assay.db", (0, 0))
    with pytest.raises(StoreError, match="is empty although"):
        open_store()
