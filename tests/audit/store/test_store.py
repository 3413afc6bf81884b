import io
import json
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from audit.errors import InputError, UnknownName
from audit.records import AttackOutcome, PerturbationOutcome, Prediction, Variant, to_dict
from audit.said import Telling, literal
from audit.scored import Finding, Score
from audit.store import NewFile, NewRun, RecordFilter, Store
from audit.store.indexing import digest, stored_row
from audit.store.shards import PlannedShard
from models.task import Label, Labels

LABELS = ("negative", "positive")


def new_run(store, run_id="abc123", **changes):
    values = {
        "id": run_id, "name": "a run", "suite": "quick", "spec": {"seed": 0}, "spec_hash": "h", "model": "m",
        "table_name": "t.csv", "upload": None, "who": "me", "priority": 1,
    }  # fmt: skip
    return store.add_run(NewRun(**values | changes))


def rows(n):
    return [
        {
            "position": i, "row_id": f"r{i}", "content_id": f"r{i}", "weight": 1, "text": f"Text {i}", "pair": None,
            "label": LABELS[i % 2], "groups": "{}", "rationale": None, "line": i + 2,
        }
        for i in range(n)
    ]  # fmt: skip


def probe(name, position=0, kind="prediction"):
    values = {"probe": name, "kind": kind, "name": name, "version": 1, "params": "{}", "status": "planned"}
    return {"position": position, "reason": "", "rows": 6, **values}


def prediction(i, p=None, error=None):
    p = (i + 1) / 10 if p is None else p
    return Prediction(f"r{i}", LABELS[p > 0.5], (round(1 - p, 6), p), 5, 5 - (i == 3), error)


def attack(i, status, words=0, text="Text"):
    after = (0.9, 0.1) if status == "success" else ()
    return AttackOutcome(
        f"r{i}", f"Text {i}", LABELS[i % 2], "swap", status, (0.2, 0.8), text, after, (), 10 + i, words, 5, 0.9, True, 0,
        {}, 1.5,
    )  # fmt: skip


@pytest.fixture
def filled(store):
    """A run of 6 rows: predictions in shards 0 and 1, attacks in shard 2."""
    new_run(store)
    shards = [
        PlannedShard(0, "predict", "k0", "k0", (0, 1, 2)),
        PlannedShard(1, "predict", "k1", "k1", (3, 4, 5)),
        PlannedShard(2, "swap", "k2", "k2", (0, 1, 2)),
    ]
    store.add_plan(
        "abc123",
        rows(6),
        [probe("predict"), probe("swap", 1, "attack")],
        shards,
        status="running",
        labels=["negative", "positive"],
    )
    store.finish_shard(
        "k0", [stored_row(prediction(i), LABELS[i % 2], Label(LABELS)) for i in range(3)], seconds=1, worker="w"
    )
    store.finish_shard(
        "k1", [stored_row(prediction(i), LABELS[i % 2], Label(LABELS)) for i in range(3, 6)], seconds=2, worker="w"
    )
    outcomes = [attack(0, "success", 2), attack(1, "failed"), attack(2, "skipped")]
    store.finish_shard("k2", [stored_row(o, o.label, Label(LABELS)) for o in outcomes], seconds=3, worker="w")
    return store


def test_runs_are_found_by_prefix_and_latest(store):
    new_run(store, "abc123")
    new_run(store, "abd999", name="the second")
    assert store.run("abc1").id == "abc123"
    assert store.run("latest").id in {"abc123", "abd999"}
    new_run(store, "abc199")
    for wrong in ("abc", "abc1", "ab", "zzz", "abc1%", "abc_23", "%", "_", "", "abc1 "):
        with pytest.raises(UnknownName, match="abc123"):
            store.run(wrong)
    assert list(store.runs(search="SECOND")["id"]) == ["abd999"]
    assert store.count_runs() == 3
    assert len(store.runs(limit=1, offset=1)) == 1
    assert list(store.runs(status=["finished"])["id"]) == []


def test_a_shard_is_stored_once(filled):
    again = [stored_row(prediction(i, 0.99), None, Label(LABELS)) for i in range(3)]
    assert not filled.finish_shard("k0", again, seconds=9, worker="other")
    assert not filled.finish_shard("gone", again, seconds=9, worker="other")
    assert filled.record("abc123", "predict", "r0").probs == (0.9, 0.1)
    assert filled.count_records("abc123") == 9


def test_planning_twice_changes_nothing(filled):
    assert filled.add_plan("abc123", rows(6), [probe("predict")], [PlannedShard(0, "predict", "x", "x", (0,))]) == 0
    assert len(filled.shards("abc123")) == 3


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (RecordFilter(probe="predict"), ["r0", "r1", "r2", "r3", "r4", "r5"]),
        (RecordFilter(probe="predict", predicted="positive"), ["r5"]),
        (RecordFilter(probe="predict", label="positive"), ["r1", "r3", "r5"]),
        (RecordFilter(probe="predict", correct=True), ["r0", "r2", "r4", "r5"]),
        (RecordFilter(probe="predict", correct=False), ["r1", "r3"]),
        (RecordFilter(truncated=True), ["r3"]),
        (RecordFilter(kind="attack", status="failed"), ["r1"]),
        (RecordFilter(flipped=True), ["r0"]),
        (RecordFilter(probe="swap", flipped=False), ["r1", "r2"]),
        (RecordFilter(probe="predict", search="TEXT 4"), ["r4"]),
        (RecordFilter(search="100%"), []),
        (RecordFilter(probe="predict", row_ids=("r2", "r9")), ["r2"]),
        (RecordFilter(probe="predict", row_ids=("r4", 'of a "table"', *(f"none{i}" for i in range(120_000)))), ["r4"]),
        (RecordFilter(min_words_changed=1, max_words_changed=3), ["r0"]),
    ],
)
def test_filters_are_the_databases(filled, where, found):
    assert list(filled.records("abc123", where)["row_id"]) == found
    assert filled.count_records("abc123", where) == len(found)


def test_pages_and_order(filled):
    where = RecordFilter(probe="predict")
    page = filled.records("abc123", where, order_by="confidence", limit=2, offset=1)
    assert list(page["confidence"]) == [0.6, 0.6]
    down = filled.records("abc123", where, order_by="row_id", descending=True, limit=2)
    assert list(down["row_id"]) == ["r5", "r4"]
    assert filled.records("abc123", order_by="words_changed", limit=1).iloc[0]["words_changed"] == 0  # nulls last
    with pytest.raises(UnknownName, match="confidence"):
        filled.records("abc123", order_by="payload; DROP TABLE runs")


def test_whole_records_come_back(filled):
    assert filled.record("abc123", "swap", "r0") == attack(0, "success", 2)
    assert set(filled.row_records("abc123", "r1")) == {"predict", "swap"}
    assert [r.row_id for _, r in filled.iter_records("abc123", "predict", batch=1)] == [f"r{i}" for i in range(6)]
    assert filled.value_counts("abc123", "swap", "status") == {"failed": 1, "skipped": 1, "success": 1}
    with pytest.raises(UnknownName):
        filled.record("abc123", "swap", "r5")


def test_progress_counts_shards_rows_errors_and_time(filled):
    progress = filled.progress("abc123")
    predict, swap = progress.probes
    assert (predict.shards_done, predict.rows_done, predict.rate, predict.eta) == (2, 6, 2.0, 0.0)
    assert (swap.rows, swap.rate) == (3, 1.0)
    assert (progress.rows, progress.rows_done, progress.errors) == (9, 9, 0)


def test_the_digest_leaves_times_out_and_nothing_else():
    data = {"row_id": "r", "seconds": 1.0, "queries": 3}
    assert digest(data) == digest(data | {"seconds": 2.0})
    assert digest(data) != digest(data | {"queries": 4})


def test_perturbations_and_errors_are_indexed():
    variants = (Variant("t", (0.9, 0.1), changed=True), Variant("u", (0.1, 0.9), changed=True))
    row = stored_row(
        PerturbationOutcome("r0", "text", "negative", "typos", (0.8, 0.2), variants, 1, 0, 0.1),
        "negative",
        Label(LABELS),
    )
    assert (row["flips"], row["flipped_to"], row["predicted"], row["correct"]) == (1, "positive", "negative", 1)
    failed = stored_row(Prediction("r0", None, (), 0, 0, "too long"), "negative", Label(LABELS))
    assert (failed["status"], failed["correct"], failed["confidence"]) == ("error", None, None)
    several = stored_row(Prediction("r0", "a|b", (0.7, 0.6), 2, 2), "a", Labels(("a", "b")))
    assert several["predicted"] == "a|b"


def test_deleting_a_run_keeps_what_others_use(filled):
    new_run(filled, "def456")
    reused = filled.add_plan(
        "def456", rows(6), [probe("predict")],
        [PlannedShard(0, "predict", "k0", "k0", (0, 1, 2)), PlannedShard(1, "predict", "k9", "k9", (3,))],
    )  # fmt: skip
    assert reused == 1
    filled.delete_run("abc123")
    assert not filled.exists("abc123")
    assert filled.count_records("def456") == 3
    filled.delete_run("def456")
    with filled.database.read() as connection:
        for table in ("records", "shards", "run_rows", "run_probes", "run_shards"):
            assert connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar() == 0, table


def test_what_was_kept_in_prose_is_read_as_it_was(filled):
    score = Score("accuracy", 0.5, 0.2, 0.8, 0.95, 6, "wilson", "higher_is_better", "accuracy")
    old = {name: value for name, value in to_dict(score).items() if name != "notes"} | {"note": "6 rows; no more"}
    finding = to_dict(Finding("f1", Telling(literal("x")), "FAIL", "high", score, 0.9, 0.99))
    told = {"title": "Half are wrong", "why": "It matters.", "next_step": "", "note": "A note."}
    prose = {name: value for name, value in finding.items() if name != "said"} | told | {"score": old}
    filled.save_scores("abc123", [score])
    filled.save_findings("abc123", [Finding("f1", Telling(literal("x")), "FAIL", "high", score, 0.9, 0.99)], "FAIL")
    with filled.database.write() as connection:
        for table, payload in (("scores", old), ("findings", prose)):
            connection.execute(sa.text(f"UPDATE {table} SET payload = :payload"), {"payload": json.dumps(payload)})
    assert [one.note for one in filled.scores("abc123")] == ["6 rows; no more"]
    (read,) = filled.findings("abc123")
    assert (read.title, read.why, read.next_step, read.note) == tuple(told.values())
    assert read.score.note == "6 rows; no more"


def test_scores_findings_replicates(filled):
    score = Score("accuracy", 0.5, 0.2, 0.8, 0.95, 6, "wilson", "higher_is_better", "accuracy")
    finding = Finding(
        "f1", Telling(literal("Half are wrong"), literal("why")), "FAIL", "high", score, 0.9, 0.99, ("r0",)
    )
    filled.save_scores("abc123", [score], b"\x00bytes")
    filled.save_findings("abc123", [finding], "FAIL")
    assert filled.scores("abc123") == (score,)
    assert filled.findings("abc123") == (finding,)
    assert filled.replicates("abc123") == b"\x00bytes"
    assert filled.run("abc123").verdict == "FAIL"
    filled.save_scores("abc123", [])
    assert filled.scores("abc123") == ()
    assert filled.replicates("abc123") == b"\x00bytes"


def test_reviews(filled):
    assert list(filled.review_queue("abc123", "swap", who="me")["verdict"]) == [None]
    filled.save_review("abc123", "swap", "r0", "different", who="me")
    filled.save_review("abc123", "swap", "r0", "same", who="me", note="a typo")
    [review] = filled.reviews("abc123")
    assert (review.verdict, review.who, review.note) == ("same", "me", "a typo")
    assert list(filled.review_queue("abc123", "swap", who="me")["verdict"]) == ["same"]
    with pytest.raises(InputError, match="same, different, unsure"):
        filled.save_review("abc123", "swap", "r0", "maybe", who="me")
    assert filled.delete_review("abc123", "swap", "r0", who="me")
    assert filled.reviews("abc123") == ()


def test_nobody_sees_or_changes_what_another_judged(filled):
    filled.save_review("abc123", "swap", "r0", "different", who="me")
    assert list(filled.review_queue("abc123", "swap", who="you")["verdict"]) == [None]
    filled.save_review("abc123", "swap", "r0", "same", who="you")
    assert [(r.who, r.verdict) for r in filled.reviews("abc123")] == [("me", "different"), ("you", "same")]
    assert not filled.delete_review("abc123", "swap", "r0", who="somebody")
    assert filled.delete_review("abc123", "swap", "r0", who="me")
    assert [(r.who, r.verdict) for r in filled.reviews("abc123")] == [("you", "same")]


def kept(home):
    """Names of the files in the data folder's place of files, be they hidden or not."""
    return [path.name for path in sorted((home / "files").rglob("*")) if path.is_file()]


def test_uploads_are_kept_once_and_deleted_with_their_runs(store, home, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text\nhello\n")
    first = store.add_upload(path, "a.csv", {"text": "text"})
    again = store.add_upload(io.BytesIO(b"text\nhello\n"), "copy.csv")
    assert (again.sha256, again.name, again.options) == (first.sha256, "a.csv", {"text": "text"})
    assert kept(home) == [first.sha256]
    renamed = store.add_upload(path, "b.tsv", rename=True)
    assert (renamed.name, renamed.options, renamed.sha256) == ("b.tsv", {"text": "text"}, first.sha256)
    assert kept(home) == [first.sha256]
    assert store.files.read(first.sha256) == b"text\nhello\n"
    store.describe_upload(first.sha256, summary={"rows": 1})
    assert store.upload(first.sha256).summary == {"rows": 1}
    new_run(store, upload=first.sha256)
    assert store.upload(first.sha256).runs == 1
    assert store.delete_upload(first.sha256) == 1
    assert store.uploads() == ()
    assert store.count_runs() == 0
    assert kept(home) == []
    with pytest.raises(InputError, match="not a table"):
        store.add_upload(path, "a.exe")
    with pytest.raises(UnknownName):
        store.upload(first.sha256)


def test_jobs_and_workers(filled, home):
    job = filled.add_job("report", "abc123", {"preset": "full"})
    assert filled.update_job(job.id, "done", result={"pages": 1}, files=[NewFile("a.txt", b"aa")])
    (file,) = filled.reports("abc123")[0].result["files"]
    assert (file["name"], file["bytes"], filled.files.read(file["sha256"])) == ("a.txt", 2, b"aa")
    assert filled.jobs(status="queued") == ()
    filled.delete_run("abc123")
    assert not filled.update_job(job.id, "done", result={}, files=[NewFile("b.txt", b"bb")])
    assert kept(home) == []
    filled.heartbeat("w-0", host="h", pid=1, started_at="2026-01-01T00:00:00.000+00:00", activity="idle")
    assert [(w.alive, w.ended) for w in filled.workers()] == [(True, False)]
    filled.end_worker("w-0")
    assert [(w.alive, w.ended) for w in filled.workers()] == [(False, True)]
    filled.forget_worker("w-0")
    assert filled.workers() == []


def test_a_new_file_that_another_process_is_opening_is_waited_for(tmp_path):
    path = tmp_path / "assay.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # the switch to WAL does not wait for this by itself
    release = threading.Timer(0.3, lambda: (other.execute("CREATE TABLE t (a)"), other.execute("COMMIT")))
    release.start()
    try:
        store = Store(f"sqlite:///{path}")
    finally:
        release.join()
        other.close()
    assert store.runs().empty
    store.close()
