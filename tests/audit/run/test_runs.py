"""The parts of a run in one process: planning, shards, failures, reuse, the hash."""

import json
import logging
import shutil
import sqlite3
import threading

import pytest
from run_fakes import make_spec
from waiting import until

from audit.errors import RunError, SpecError, TableError
from audit.run import client, workflows
from audit.run.estimate import calibrate
from audit.run.prepare import make_plan
from audit.spec import ProbeSpec
from audit.store import DatabaseLocked, RecordFilter, database
from audit.store.database import DiskFull

UNKNOWN = "Assay met an error that it does not know: {}. Its log says where (in logs/ of ASSAY_HOME)."


def test_a_run_is_recorded_before_anything_is_loaded(store, tmp_path, table):
    spec = make_spec(tmp_path / "m", table())
    shutil.rmtree(tmp_path / "m")
    run = client.start(spec, store=store)
    assert (run.status, run.model_fingerprint) == ("queued", None)
    assert store.upload(run.upload).name == "t.csv"


def test_equal_bytes_of_another_name_are_another_table_to_its_run(bench, tmp_path, table):
    first = bench.whole(make_spec(tmp_path / "m", table(6, name="january.csv")))
    second = bench.whole(make_spec(tmp_path / "m", table(6, name="february.csv")))
    assert (first.upload, first.result_hash, first.spec_hash) == (second.upload, second.result_hash, second.spec_hash)
    for run, name in ((first, "january"), (second, "february")):
        assert run.table_name == f"{name}.csv"
        assert run.name == f"m on {name}, custom"
        assert run.spec["table"]["name"] == f"{name}.csv"
        assert run.provenance["table"]["name"] == f"{name}.csv"
        assert client.clone(run.id, store=bench.store).table_name == f"{name}.csv"
    upload = bench.store.upload(first.upload)
    assert (upload.name, upload.also) == ("january.csv", ("february.csv",))


def test_a_run_reads_its_file_by_its_own_name(bench, tmp_path):
    """The ending of a name decides the delimiter of a file of one column: a later name must not."""
    path = tmp_path / "t.tsv"
    path.write_text("text\tlabel\na\tpositive\nb, c\tnegative\n")
    run = client.start(make_spec(tmp_path / "m", path), store=bench.store)
    bench.store.add_upload(path, "t.jsonl", rename=True)
    assert bench.store.upload(run.upload).name == "t.jsonl"
    assert bench.rest(run).rows_total == 2


def test_the_provenance_says_how_the_table_was_read(bench, tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text('words\tlabel\n"a\t0\nb"\t1\nc\t1\nd\t0\n')
    spec = make_spec(tmp_path / "m", path)
    swallowed = bench.whole(spec.model_copy(update={"table": spec.table.model_copy(update={"text": "words"})}))
    read = swallowed.provenance["table"]
    assert read["columns"]["text"] == "words"
    assert (read["delimiter"], read["quotes"], read["labels_by"]) == ("\t", True, "index")
    assert read["labels"] == {"0": "negative", "1": "positive"}
    assert [("Lines 2 to 3" in w, "positions" in w) for w in read["warnings"]] == [(True, False), (False, True)]
    changes = {"text": "words", "quotes": False, "label_map": {"0": "negative", "1": "positive"}}
    apart = bench.whole(spec.model_copy(update={"table": spec.table.model_copy(update=changes)}))
    assert (apart.provenance["table"]["quotes"], apart.provenance["table"]["warnings"]) == (False, [])
    assert (swallowed.rows_total, apart.rows_total) == (3, 4)
    assert swallowed.table_fingerprint != apart.table_fingerprint
    assert swallowed.spec_hash != apart.spec_hash


def test_records_scores_of_progress_and_hash(bench, tmp_path, table):
    run = bench.whole(make_spec(tmp_path / "m", table(12)))
    assert run.status == "finished"
    assert run.reproducible
    assert bench.store.count_records(run.id) == 12
    progress = bench.store.progress(run.id)
    assert (progress.rows_done, progress.rows, progress.shards_done, progress.share) == (12, 12, 3, 1.0)
    assert len(run.result_hash) == 64
    assert run.provenance["model"]["fingerprint"] == run.model_fingerprint
    assert run.provenance["environment"]["libraries"]["numpy"]


def test_the_hash_is_that_of_the_records_alone(bench, tmp_path, table):
    path = table(12)
    first = bench.whole(make_spec(tmp_path / "m", path))
    slower = bench.whole(make_spec(tmp_path / "m", path, pause=0.001))
    assert first.id != slower.id
    assert first.result_hash == slower.result_hash  # another parameter, other shards, the same records
    changed = bench.whole(make_spec(tmp_path / "m", table(12, {3: "another text"}, "u.csv")))
    assert changed.result_hash != first.result_hash


def test_shards_are_reused_across_runs_unless_fresh(bench, tmp_path, table):
    spec = make_spec(tmp_path / "m", table(12))
    first = bench.whole(spec)
    again = bench.whole(spec)
    fresh = bench.whole(spec, fresh=True)
    reused = [bench.store.progress(r.id).shards_reused for r in (first, again, fresh)]
    assert reused == [0, 3, 0]
    assert first.result_hash == again.result_hash == fresh.result_hash
    client.delete(first.id, store=bench.store)
    assert bench.store.count_records(again.id) == 12
    client.delete(again.id, store=bench.store)
    client.delete(fresh.id, store=bench.store)
    with bench.store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM records").scalar() == 0


def test_a_shard_that_always_fails_is_recorded_and_the_run_goes_on(bench, tmp_path, table):
    run = bench.whole(make_spec(tmp_path / "m", table(12, {7: "BOOM"})))
    assert run.status == "finished"
    assert not run.reproducible
    assert "1 shards with 5 rows failed" in run.note
    [failed] = bench.store.shards(run.id, status="failed")
    assert failed.error == UNKNOWN.format("the probe broke")
    assert bench.store.count_records(run.id) == 7
    assert run.result_hash != bench.whole(make_spec(tmp_path / "m", table(12, name="v.csv"))).result_hash


def test_scores_that_fail_are_told_in_words_and_the_error_is_named_in_the_log(
    bench, tmp_path, table, monkeypatch, caplog
):
    def broken(*_, **__):
        raise AttributeError("'NoneType' object has no attribute 'row'")

    monkeypatch.setattr("audit.run.finish.judge", broken)
    monkeypatch.setattr(logging.getLogger("assay"), "propagate", True)
    run = bench.whole(make_spec(tmp_path / "m", table(6)))
    assert run.status == "finished"
    assert run.note == (
        "The scores could not be computed. Assay met an error that it does not know; its log says where (in logs/ of "
        "ASSAY_HOME). All records are kept; a worker tries again when it starts."
    )
    assert f"the scores of run {run.id} could not be computed: AttributeError at " in caplog.text


def test_a_panic_in_a_probe_or_a_model_fails_the_shard_or_the_run_with_its_reason(bench, tmp_path, table, monkeypatch):
    """What Rust code raises is a BaseException: a thread that catches Exception would leave the run waiting for ever."""
    run = bench.whole(make_spec(tmp_path / "m", table(12, {7: "PANIC"})))
    [failed] = bench.store.shards(run.id, status="failed")
    assert failed.error == UNKNOWN.format("as Rust code does")
    assert run.status == "finished"

    def panics(*_):
        raise BaseException("as Rust code does")

    queued = client.start(make_spec(tmp_path / "m", table(12)), store=bench.store)
    tools = workflows.Bench(bench.store, bench.models, "test", bench.device)
    monkeypatch.setattr(workflows, "prepare", panics)
    assert workflows._prepare(tools, queued.id, queued.attempt) == "failed"
    assert "as Rust code does" in bench.store.run(queued.id).error


def test_failed_rows_are_records_and_can_be_retried(bench, tmp_path, table, monkeypatch):
    spec = make_spec(tmp_path / "m", table(12, {7: "BAD"}))
    run = bench.whole(spec)
    assert bench.store.progress(run.id).errors == 1
    assert bench.store.count_records(run.id, RecordFilter(status="error")) == 1
    monkeypatch.setenv("ASSAY_TEST_HEALED", "1")
    other = bench.whole(spec)  # a shard with failed rows is no one else's
    assert bench.store.progress(other.id).shards_reused == 2
    assert bench.store.progress(other.id).errors == 0
    assert bench.store.progress(run.id).errors == 1
    healed = bench.rest(client.retry(run.id, store=bench.store))
    assert bench.store.progress(healed.id).errors == 0
    assert healed.result_hash == other.result_hash != run.result_hash
    assert bench.store.scores(healed.id) == bench.store.scores(other.id)  # measured anew, not those of before
    with pytest.raises(RunError, match="no failed rows"):
        client.retry(run.id, store=bench.store)


def test_a_probe_that_cannot_run_is_skipped_with_its_reason(bench, tmp_path, table):
    spec = make_spec(tmp_path / "m", table(12))
    missing = ProbeSpec(kind="prediction", name="slow", id="lacking", params={"missing": True})
    run = bench.whole(spec.model_copy(update={"probes": (*spec.probes, missing)}))
    skipped = bench.store.probes(run.id)[1]
    assert (skipped.status, skipped.rows) == ("skipped", 0)
    assert "python -m audit resources" in skipped.reason
    assert run.status == "finished"


def test_a_model_that_changes_or_disappears_stops_the_run(bench, tmp_path, table):
    run = bench.prepare(client.start(make_spec(tmp_path / "m", table(12)), store=bench.store))
    assert bench.shard(run, 0) == "done"
    weights = tmp_path / "m" / "weights"
    weights.write_text("two, and longer")
    assert bench.shard(run, 1) == "broken"
    assert "has changed" in bench.store.run(run.id).error
    weights.unlink()
    run = client.resume(run.id, store=bench.store)
    bench.store.update_run(run.id, status="running")
    assert bench.shard(run, 1) == "broken"
    assert "put the folder back" in bench.store.run(run.id).error
    weights.write_text("one")
    whole = bench.rest(client.resume(run.id, store=bench.store))
    assert whole.status == "finished"
    assert whole.result_hash == bench.whole(make_spec(tmp_path / "m", table(12), pause=0.0001)).result_hash


def test_faults_of_table_and_probe_are_told(bench, tmp_path, table):
    path = tmp_path / "bad.csv"
    path.write_text("text,label\nfine,positive\nodd,lukewarm\n")
    with pytest.raises(TableError, match=r"bad\.csv.*lukewarm"):
        bench.whole(make_spec(tmp_path / "m", path))
    spec = make_spec(tmp_path / "m", table())
    other = spec.table.model_copy(update={"fingerprint": "ab" * 32})
    with pytest.raises(SpecError, match=r"t\.csv is not the one"):
        bench.whole(spec.model_copy(update={"table": other}))
    with pytest.raises(SpecError, match="cannot be made"):
        bench.whole(make_spec(tmp_path / "m", table(), colour="red"))
    with pytest.raises(SpecError, match="does not exist"):
        client.start(make_spec(tmp_path / "m", tmp_path / "none.csv"), store=bench.store)


@pytest.mark.parametrize("wish", [client.pause, client.cancel])
def test_a_running_shard_stops_in_its_middle_and_stores_nothing(bench, tmp_path, table, wish, monkeypatch):
    monkeypatch.setattr("audit.store.watching.ALIVE_SECONDS", 9999)
    spec = make_spec(tmp_path / "m", table(2000), pause=0.1, shard_rows=2000)  # minutes, if nobody stopped it
    run = bench.prepare(client.start(spec, store=bench.store))
    bench.store.heartbeat("w", host="h", pid=1, started_at=run.created_at, activity="")
    results = []
    thread = threading.Thread(target=lambda: results.append(bench.shard(run, 0)))
    thread.start()
    until(lambda: bench.store.progress(run.id).rows_done, "the first rows")
    rows = bench.store.progress(run.id).rows_done
    wish(run.id, store=bench.store)
    thread.join()
    assert results == ["stopped"]
    assert rows < 2000
    assert bench.store.count_records(run.id) == 0


def test_a_superseded_or_deleted_run_stores_nothing(bench, tmp_path, table):
    run = bench.prepare(client.start(make_spec(tmp_path / "m", table(12)), store=bench.store))
    bench.store.update_run(run.id, status="paused")
    client.resume(run.id, store=bench.store)
    assert bench.shard(run, 0) == "stopped"  # the old attempt's
    client.delete(run.id, store=bench.store)
    assert bench.shard(run, 0) == "stopped"


@pytest.fixture
def refused(monkeypatch):
    """The kinds of errors that the database answered with so far."""
    kinds, explain = [], database.explain_error

    def noted(*arguments):
        error = explain(*arguments)
        kinds.append(type(error))
        return error

    monkeypatch.setattr(database, "explain_error", noted)
    return kinds


def test_a_locked_database_delays_a_shard_but_loses_nothing(bench, tmp_path, table, refused):
    run = bench.prepare(client.start(make_spec(tmp_path / "m", table(10), pause=0.02), store=bench.store))
    bench.store.close()
    from audit.store import Store

    bench.store = Store(busy_seconds=0.1)
    blocker = sqlite3.connect(tmp_path / "home" / "assay.db", isolation_level=None)
    results = []
    thread = threading.Thread(target=lambda: results.append(bench.shard(run, 0)))
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked, match="another process"):
        bench.store.rename_run(run.id, "x")
    thread.start()
    until(lambda: refused.count(DatabaseLocked) > 1, "an attempt that met the lock")
    blocker.execute("COMMIT")
    blocker.close()
    thread.join()
    assert results == ["done"]
    assert bench.store.count_records(run.id) == 5


def test_a_full_disk_delays_a_shard_but_loses_nothing(bench, tmp_path, table, refused):
    run = bench.prepare(client.start(make_spec(tmp_path / "m", table(400), shard_rows=200), store=bench.store))
    # SQLite reports a page limit exactly as it reports a full disk
    with bench.store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    results = []
    thread = threading.Thread(target=lambda: results.append(bench.shard(run, 0)))
    bench.store.database.engine.dispose()
    limited = bench.store.database.engine

    from sqlalchemy import event

    limit = [pages + 2]

    @event.listens_for(limited, "checkout")
    def set_limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    thread.start()
    until(lambda: DiskFull in refused, "an attempt that met the full disk")
    assert results == []
    assert bench.store.count_records(run.id) == 0
    limit[0] = 1 << 30
    thread.join()
    assert results == ["done"]
    assert bench.store.count_records(run.id) == 200


def test_a_shard_that_kills_its_worker_again_and_again_is_given_up(bench, tmp_path, table):
    run = bench.prepare(client.start(make_spec(tmp_path / "m", table(10)), store=bench.store))
    for _ in range(20):
        bench.store.start_shard(bench.store.shard(run.id, 0).key, "w")
    assert bench.shard(run, 0) == "failed"
    assert "died 20 times" in bench.store.shard(run.id, 0).error


def test_an_estimate_never_changes_the_plan(bench, tmp_path, table):
    spec = make_spec(tmp_path / "m", table(30), pause=0.005)
    run = bench.prepare(client.start(spec, store=bench.store))
    before = bench.store.shards(run.id)
    classifier = bench.models.get(spec.model)
    found = calibrate(spec, make_plan(spec, bench.store.examples(run.id), classifier), classifier)
    assert found["rows"] == 30
    assert found["seconds"] > 30 * 0.005  # a busy machine takes longer
    assert bench.store.shards(run.id) == before
    json.dumps(found)


def test_clone_keeps_the_spec_and_takes_changes(bench, tmp_path, table):
    run = bench.whole(make_spec(tmp_path / "m", table(12)))
    other = client.clone(run.id, changes={"seed": 5}, store=bench.store)
    assert other.spec["seed"] == 5
    assert other.upload == run.upload
    assert other.status == "queued"


def test_wishes_without_a_worker_are_settled_at_once(store, tmp_path, table):
    run = client.start(make_spec(tmp_path / "m", table(12)), store=store)
    assert client.pause(run.id, store=store).status == "paused"
    assert client.resume(run.id, store=store).status == "queued"
    assert client.cancel(run.id, store=store).status == "cancelled"
    assert client.cancel(run.id, store=store).status == "cancelled"
    again = client.resume(run.id, store=store)
    assert (again.status, again.attempt) == ("queued", 3)
