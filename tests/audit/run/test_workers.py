"""Whole runs by worker processes: killed at random moments, shared by two, paused, cancelled, queued by priority."""

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from types import SimpleNamespace

import pytest
from run_fakes import make_spec
from run_processes import finish_under_fire, kill, start_worker, wait_for, wait_for_shards
from waiting import PATIENCE, until

from audit.actions import workers
from audit.cli import runs
from audit.run import client
from audit.run.worker import IDLE_POLL_SECONDS, POLL_SECONDS
from audit.store import close_stores, open_store

KILLS = 4


@pytest.fixture
def worker(home):
    process = start_worker()
    yield process
    kill(process)


def pace(home):
    """How often workers look at their queues, in seconds."""
    with closing(sqlite3.connect(home / "workflows.db", timeout=30)) as connection:
        launched = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'queues'").fetchone()
        rows = connection.execute("SELECT polling_interval_sec FROM queues") if launched else ()
        return {seconds for (seconds,) in rows}


def nothing_doubled(store, run_id, rows):
    with store.database.read() as connection:
        twice = connection.exec_driver_sql(
            "SELECT COUNT(*), COUNT(DISTINCT r.row_id) FROM records r JOIN run_shards s ON s.shard_key = r.shard_key "
            f"WHERE s.run_id = '{run_id}'"
        ).one()
    return tuple(twice) == (rows, rows)


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing_and_double_nothing(store, bench, tmp_path, table):
    spec = make_spec(tmp_path / "m", table(300), pause=0.01)
    undisturbed = bench.whole(make_spec(tmp_path / "m", table(300)))  # no pause: other shards, nothing to reuse
    run = client.start(spec, store=store)
    ended, killed = finish_under_fire(store, run.id, kills=KILLS, seed=1, longest=2.5)
    assert killed == KILLS
    assert ended.status == "finished"
    assert ended.result_hash == undisturbed.result_hash
    assert nothing_doubled(store, run.id, 300)


def test_two_workers_share_a_run_and_give_the_same_hash(store, bench, tmp_path, table):
    alone = bench.whole(make_spec(tmp_path / "m", table(200)))
    workers = [start_worker(), start_worker()]
    try:
        until(lambda: len(store.workers()) == 2, "both workers")
        run = client.start(make_spec(tmp_path / "m", table(200), pause=0.02), store=store)
        ended = wait_for(store, run.id, ("finished", "failed"))
    finally:
        for process in workers:
            kill(process)
    assert ended.result_hash == alone.result_hash
    with store.database.read() as connection:
        names = connection.exec_driver_sql(
            "SELECT worker, COUNT(*) FROM shards WHERE worker != 'test' GROUP BY worker"
        ).all()
    assert len(names) == 2, names


def test_another_worker_takes_over_from_a_dead_one(store, tmp_path, table):
    run = client.start(make_spec(tmp_path / "m", table(150), pause=0.03), store=store)
    first, second = start_worker(), None
    try:
        wait_for_shards(store, run.id, 2)
        second = start_worker()
        wait_for_shards(store, run.id, 6)
        kill(first)  # the run's own workflow may live in either
        assert wait_for(store, run.id, ("finished",)).result_hash
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                kill(process)
    assert nothing_doubled(store, run.id, 150)


def test_pause_resume_cancel_and_jobs_with_a_living_worker(store, home, worker, tmp_path, table):
    until(store.workers, "the worker")
    until(lambda: pace(home) == {IDLE_POLL_SECONDS}, "the pace of a worker with nothing to do")
    run = client.start(make_spec(tmp_path / "m", table(400), pause=0.05, shard_rows=50), store=store)
    wait_for_shards(store, run.id, 1)
    assert pace(home) == {POLL_SECONDS}
    client.pause(run.id, store=store)
    wait_for(store, run.id, ("paused",))
    until(lambda: pace(home) == {IDLE_POLL_SECONDS}, "the pace after a pause")
    kept = store.progress(run.id).shards_done
    assert kept >= 1
    assert client.resume(run.id, store=store).status == "queued"
    wait_for_shards(store, run.id, kept + 1)
    client.cancel(run.id, store=store)
    wait_for(store, run.id, ("cancelled",))
    assert store.progress(run.id).shards_done >= kept + 1

    job = client.estimate(make_spec(tmp_path / "m", table(200), pause=0.01), store=store)
    until(lambda: store.job(job.id).status not in {"queued", "running"}, "the estimate")
    done = store.job(job.id)
    assert done.status == "done", done.error
    assert done.result["seconds"] > 2  # 200 rows of 0.01 s; a busy machine takes longer

    report = client.make_report(run.id, store=store)
    until(lambda: store.job(report.id).status not in {"queued", "running"}, "the report")
    assert store.reports(run.id)[0].id == report.id

    missing = client.start(make_spec(tmp_path / "m", table(10, {2: "BOOM"}, "b.csv")), store=store)
    assert wait_for(store, missing.id, ("finished",)).note
    again = client.resume(run.id, store=store)
    assert wait_for(store, again.id, ("finished",)).result_hash


def test_a_small_run_overtakes_and_equal_runs_share(store, worker, tmp_path, table):
    big = client.start(make_spec(tmp_path / "m", table(400), pause=0.02), store=store)
    wait_for_shards(store, big.id, 2)
    spec = make_spec(tmp_path / "m", table(40, name="s.csv"), pause=0.021)
    small = client.start(spec.model_copy(update={"sample": spec.sample.model_copy(update={"n": 40})}), store=store)
    assert small.priority < big.priority
    other = client.start(make_spec(tmp_path / "m", table(400, name="o.csv"), pause=0.022), store=store)
    wait_for(store, small.id, ("finished",))
    assert store.run(big.id).status == "running"
    before = store.progress(big.id).shards_done, store.progress(other.id).shards_done
    wait_for_shards(store, other.id, before[1] + 10)
    big_done = store.progress(big.id).shards_done - before[0]
    other_done = store.progress(other.id).shards_done - before[1]
    assert other_done / 4 <= big_done <= other_done * 3  # both got theirs, however late it is looked at
    client.delete(big.id, store=store)
    client.delete(other.id, store=store)


def test_two_workers_with_nothing_to_do_end_by_themselves(home):
    workers = [start_worker(idle_exit=0.5), start_worker(idle_exit=0.5)]
    said = [process.communicate(timeout=PATIENCE)[1].decode() for process in workers]
    assert [process.returncode for process in workers] == [0, 0], said
    store = open_store()
    assert not client.worker_alive(store=store)
    close_stores()


def test_a_worker_whose_data_folder_was_deleted_ends(home):
    process = start_worker()
    until(client.worker_alive, "the worker is alive")
    until(lambda: pace(home) == {IDLE_POLL_SECONDS}, "it waits for work")
    close_stores()
    shutil.rmtree(home)
    said = process.communicate(timeout=PATIENCE)[1].decode()
    assert process.returncode == 0, said
    assert not (home / "assay.db").exists()  # nor does it make a new one


def test_a_command_that_waits_starts_no_second_worker_while_the_first_is_coming_up(store, tmp_path, table, monkeypatch):
    monkeypatch.setattr(runs, "GONE_SECONDS", 0.0)
    run = client.start(make_spec(tmp_path / "m", table(4)), store=store)
    started = []
    monkeypatch.setattr(client, "start_worker", lambda **_: started.append(1) or 0)
    monkeypatch.setattr(client, "coming", lambda: True)
    monkeypatch.setattr(workers, "coming", lambda: True)
    Thread(target=lambda: (time.sleep(2), client.cancel(run.id, store=store)), daemon=True).start()
    assert runs.follow(run.id).status == "cancelled"
    assert len(started) == 1


def test_no_torch_and_no_workflow_engine_for_those_who_only_watch(home):
    code = (
        "import sys, audit.store, audit.spec, audit.run.client, audit.results.judging, audit.__main__ as m; m.build();"
        "print([n for n in ('torch', 'transformers', 'dbos', 'textattack', 'captum', 'streamlit') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_worker_that_died_with_its_heartbeat_in_the_time_to_come_is_not_alive(store):
    """The clock was set back after its last heartbeat."""
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("audit.store.watching.now", lambda: ahead)
        store.heartbeat("host-0", host="host", pid=1, started_at=ahead, activity="idle")
    assert not client.worker_alive(store=store)
    store.heartbeat("host-0", host="host", pid=1, started_at=ahead, activity="idle")
    assert client.worker_alive(store=store)


def test_a_worker_elsewhere_is_lost_by_our_clock_not_by_its_own(store, monkeypatch):
    from audit.run import worker as module

    clock = [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    watching = module._Worker(store, SimpleNamespace(worker="here-0"), None)
    store.heartbeat("far-0", host="far", pid=1, started_at="x", activity="idle")
    [other] = store.workers()
    other = replace(other, heartbeat_at="2001-01-01T00:00:00+00:00")
    assert not watching._dead(other)
    clock[0] += module.LOST_SECONDS / 2
    assert not watching._dead(other)
    clock[0] += module.LOST_SECONDS
    assert watching._dead(other)
    assert not watching._dead(replace(other, heartbeat_at="2001-01-01T00:00:03+00:00"))
