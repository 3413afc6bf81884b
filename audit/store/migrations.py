"""Numbered migrations: each runs once, in order, inside one transaction, and is never edited after a release."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, inspect, text

from audit.errors import StoreError
from audit.old_forms import read_finding, read_score
from audit.slices import Slice, score_key
from audit.store.old_folders import hash_of_report

_LOCK = 0x41535359  # "ASSY": one migrating process at a time on PostgreSQL


def _m0001(connection: Connection) -> None:
    """Runs, shards, records, scores, findings, reviews, uploads, jobs, workers."""
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _FIRST.replace("{blob}", blob).split(";"):
        if statement.strip():
            connection.execute(text(statement))


_FIRST = """
CREATE TABLE uploads (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, suffix TEXT NOT NULL, bytes BIGINT NOT NULL, created_at TEXT NOT NULL,
    options TEXT NOT NULL, summary TEXT NOT NULL);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, suite TEXT NOT NULL, status TEXT NOT NULL, wanted TEXT NOT NULL,
    attempt INTEGER NOT NULL, started_attempt INTEGER NOT NULL, priority INTEGER NOT NULL, fresh INTEGER NOT NULL,
    created_at TEXT NOT NULL, started_at TEXT, finished_at TEXT, who TEXT NOT NULL, spec TEXT NOT NULL,
    spec_hash TEXT NOT NULL, policy TEXT, model TEXT NOT NULL, model_fingerprint TEXT, model_card TEXT, identity TEXT,
    labels TEXT, table_name TEXT NOT NULL, table_fingerprint TEXT, upload TEXT REFERENCES uploads (sha256),
    rows_total INTEGER, rows_sampled INTEGER, result_hash TEXT, reproducible INTEGER NOT NULL, verdict TEXT,
    estimate TEXT, provenance TEXT, error TEXT, note TEXT NOT NULL, imported INTEGER NOT NULL);
CREATE INDEX runs_created ON runs (created_at);
CREATE INDEX runs_upload ON runs (upload);
CREATE TABLE run_probes (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, probe TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, params TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (run_id, position));
CREATE TABLE run_rows (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, row_id TEXT NOT NULL,
    content_id TEXT NOT NULL, weight INTEGER NOT NULL, text TEXT NOT NULL, pair TEXT, label TEXT,
    groups TEXT NOT NULL, rationale TEXT, line INTEGER, PRIMARY KEY (run_id, position));
CREATE INDEX run_rows_row ON run_rows (run_id, row_id);
CREATE TABLE shards (
    key TEXT PRIMARY KEY, shard_id TEXT NOT NULL, status TEXT NOT NULL, starts INTEGER NOT NULL,
    rows INTEGER NOT NULL, rows_done INTEGER NOT NULL, errors INTEGER NOT NULL, digest TEXT,
    seconds DOUBLE PRECISION, worker TEXT, finished_at TEXT, error TEXT);
CREATE TABLE run_shards (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, probe TEXT NOT NULL,
    shard_key TEXT NOT NULL REFERENCES shards (key), rows TEXT NOT NULL, reused INTEGER NOT NULL,
    PRIMARY KEY (run_id, position));
CREATE INDEX run_shards_probe ON run_shards (run_id, probe);
CREATE INDEX run_shards_shard ON run_shards (shard_key);
CREATE TABLE records (
    shard_key TEXT NOT NULL REFERENCES shards (key) ON DELETE CASCADE, position INTEGER NOT NULL,
    row_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, label TEXT, predicted TEXT,
    confidence DOUBLE PRECISION, correct INTEGER, flipped_to TEXT, flips INTEGER, queries INTEGER,
    words_changed INTEGER, similarity DOUBLE PRECISION, valid INTEGER, truncated INTEGER NOT NULL,
    seconds DOUBLE PRECISION, error TEXT, digest TEXT NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (shard_key, position));
CREATE INDEX records_row ON records (row_id);
CREATE TABLE scores (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, key TEXT NOT NULL,
    payload TEXT NOT NULL, PRIMARY KEY (run_id, position));
CREATE TABLE findings (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, finding_id TEXT NOT NULL,
    verdict TEXT NOT NULL, severity TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (run_id, position));
CREATE TABLE replicates (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, key TEXT NOT NULL, data {blob} NOT NULL,
    PRIMARY KEY (run_id, key));
CREATE TABLE reviews (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, probe TEXT NOT NULL, row_id TEXT NOT NULL,
    verdict TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL, reviewed_at TEXT NOT NULL,
    PRIMARY KEY (run_id, probe, row_id));
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, run_id TEXT REFERENCES runs (id) ON DELETE CASCADE, args TEXT NOT NULL,
    status TEXT NOT NULL, created_at TEXT NOT NULL, finished_at TEXT, result TEXT, error TEXT);
CREATE INDEX jobs_run ON jobs (run_id);
CREATE TABLE workers (
    id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, started_at TEXT NOT NULL,
    heartbeat_at TEXT NOT NULL, activity TEXT NOT NULL)
"""


def _m0002(connection: Connection) -> None:
    """What pages filter and sort by, without the payloads beside it: a page of 100,000 records reads the index alone."""
    connection.execute(
        text(
            "CREATE INDEX records_columns ON records (shard_key, position, row_id, kind, status, label, predicted, "
            "correct, confidence, truncated, flips, words_changed)"
        )
    )


def _m0003(connection: Connection) -> None:
    """Slices of scores and findings as columns and values beside the text; keys with names' own signs escaped."""
    _read_anew(connection)


def _read_anew(connection: Connection) -> None:
    """Scores and findings in the form that they have now."""
    for run_id, labels, spec in connection.execute(text("SELECT id, labels, spec FROM runs")).all():
        names = json.loads(labels) if labels else ()
        groups = (json.loads(spec).get("table") or {}).get("groups") or ()
        of_run = {"run": run_id}
        found = connection.execute(text("SELECT position, payload FROM scores WHERE run_id = :run"), of_run).all()
        for position, payload in found:
            score = read_score(json.loads(payload), names, groups)
            connection.execute(
                text("UPDATE scores SET key = :key, payload = :payload WHERE run_id = :run AND position = :position"),
                {**of_run, "position": position, "key": _key(score), "payload": _dump(score)},
            )
        found = connection.execute(text("SELECT position, payload FROM findings WHERE run_id = :run"), of_run).all()
        for position, payload in found:
            finding = read_finding(json.loads(payload), names, groups)
            connection.execute(
                text(
                    "UPDATE findings SET finding_id = :id, payload = :payload "
                    "WHERE run_id = :run AND position = :position"
                ),
                {**of_run, "position": position, "id": finding["id"], "payload": _dump(finding)},
            )


def _key(score: dict[str, Any]) -> str:
    return score_key(score["name"], score["probe"], Slice(score["where"]), score["other_probe"])


def _m0004(connection: Connection) -> None:
    """Runs keep what the signature of their bundle was worth."""
    connection.execute(text("ALTER TABLE runs ADD COLUMN signature TEXT"))


def _m0005(connection: Connection) -> None:
    """The second probe of scores about two has a field of its own.

    What was computed of runs whose probes have other keys than names goes: it told probes apart by name alone. A worker
    measures them anew (`Store.unmeasured`).
    """
    _read_anew(connection)
    for statement in (
        "DELETE FROM scores WHERE run_id IN (SELECT run_id FROM run_probes WHERE probe <> name)",
        "DELETE FROM findings WHERE run_id IN (SELECT run_id FROM run_probes WHERE probe <> name)",
        "DELETE FROM replicates WHERE run_id IN (SELECT run_id FROM run_probes WHERE probe <> name)",
        "UPDATE runs SET verdict = NULL WHERE id IN (SELECT run_id FROM run_probes WHERE probe <> name)",
    ):
        connection.execute(text(statement))


def _m0006(connection: Connection) -> None:
    """Explanations are no predictions: none is right or wrong."""
    connection.execute(text("UPDATE records SET correct = NULL WHERE kind = 'attribution'"))


def _m0007(connection: Connection) -> None:
    """Files by their hash, and who refers to them: tables, reports, models. No path of a machine is kept any more.

    What lies in folders of an earlier Assay is taken over by `audit.store.adopting` afterwards.
    """
    for statement in _FILES.split(";"):
        if statement.strip():
            connection.execute(text(statement))
    connection.execute(text("INSERT INTO blobs (sha256, bytes, kept_at) SELECT sha256, bytes, created_at FROM uploads"))
    for job_id, at, told in connection.execute(text("SELECT id, created_at, result FROM jobs")).all():
        result = json.loads(told) if told else None
        files = result.pop("files", None) if isinstance(result, dict) else None
        if files is None:
            continue
        for position, file in enumerate(files):
            sha256, size = hash_of_report(file)
            values = {"job": job_id, "position": position, "name": str(file["name"]), "sha256": sha256, "bytes": size}
            known = connection.execute(text("SELECT 1 FROM blobs WHERE sha256 = :sha256"), values).first()
            if known is None:
                connection.execute(
                    text("INSERT INTO blobs (sha256, bytes, kept_at) VALUES (:sha256, :bytes, :at)"),
                    {"sha256": sha256, "bytes": size, "at": at},
                )
            connection.execute(
                text(
                    "INSERT INTO job_files (job_id, position, name, sha256, bytes) "
                    "VALUES (:job, :position, :name, :sha256, :bytes)"
                ),
                values,
            )
        connection.execute(
            text("UPDATE jobs SET result = :result WHERE id = :job"), {"result": _dump(result), "job": job_id}
        )


_FILES = """
CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, bytes BIGINT NOT NULL, kept_at TEXT NOT NULL);
CREATE TABLE blob_claims (
    id TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES blobs (sha256), claimed_at TEXT NOT NULL,
    PRIMARY KEY (id, sha256));
CREATE INDEX blob_claims_sha256 ON blob_claims (sha256);
CREATE TABLE job_files (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256), bytes BIGINT NOT NULL, PRIMARY KEY (job_id, position));
CREATE INDEX job_files_sha256 ON job_files (sha256);
CREATE TABLE models (
    name TEXT PRIMARY KEY, added_at TEXT NOT NULL, path TEXT, machine TEXT, labels TEXT NOT NULL, base TEXT,
    base_sha256 TEXT, device TEXT, dtype TEXT, note TEXT NOT NULL, facts TEXT);
CREATE TABLE model_files (
    model TEXT NOT NULL REFERENCES models (name) ON DELETE CASCADE, part TEXT NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256), PRIMARY KEY (model, part, path));
CREATE INDEX model_files_sha256 ON model_files (sha256)
"""


def _m0008(connection: Connection) -> None:
    """Events: who did what when, on what, and what came of it. The database itself refuses to change or remove one."""
    postgresql = connection.dialect.name == "postgresql"
    number = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if postgresql else "INTEGER PRIMARY KEY AUTOINCREMENT"
    connection.execute(
        text(
            f"CREATE TABLE events (id {number}, at TEXT NOT NULL, who TEXT NOT NULL, via TEXT NOT NULL, "
            "project TEXT NOT NULL, verb TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, run_id TEXT, "
            "outcome TEXT NOT NULL, error TEXT)"
        )
    )
    connection.execute(text("CREATE INDEX events_run ON events (run_id)"))
    if postgresql:
        connection.execute(
            text(
                "CREATE FUNCTION keep_events() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RAISE EXCEPTION ''events are only added to''; END'"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
                "FOR EACH STATEMENT EXECUTE FUNCTION keep_events()"
            )
        )
        return
    for change in ("UPDATE", "DELETE"):
        connection.execute(
            text(
                f"CREATE TRIGGER events_kept_{change.lower()} BEFORE {change} ON events "
                "BEGIN SELECT RAISE(ABORT, 'events are only added to'); END"
            )
        )


def _m0009(connection: Connection) -> None:
    """What people make of runs: tags, stars, notes, a baseline, deleted for now; and policies of their own, by name."""
    for statement in _OWN.split(";"):
        if statement.strip():
            connection.execute(text(statement))


_OWN = """
ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN policy_chosen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN deleted_at TEXT;
CREATE TABLE notes (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, about TEXT NOT NULL, subject TEXT NOT NULL,
    note TEXT NOT NULL, who TEXT NOT NULL, written_at TEXT NOT NULL, PRIMARY KEY (run_id, about, subject));
CREATE TABLE policies (
    name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, policy TEXT NOT NULL, who TEXT NOT NULL,
    saved_at TEXT NOT NULL, PRIMARY KEY (name, version))
"""


def _m0010(connection: Connection) -> None:
    """Several people may judge one adversarial example: whose judgement it is belongs to its key."""
    for statement in _JUDGES.split(";"):
        connection.execute(text(statement))


_JUDGES = """
CREATE TABLE judgements (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, probe TEXT NOT NULL, row_id TEXT NOT NULL,
    verdict TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL, reviewed_at TEXT NOT NULL,
    PRIMARY KEY (run_id, probe, row_id, who));
INSERT INTO judgements SELECT run_id, probe, row_id, verdict, who, note, reviewed_at FROM reviews;
DROP TABLE reviews;
ALTER TABLE judgements RENAME TO reviews
"""


def _m0011(connection: Connection) -> None:
    """Whose reports are: the organisation's name and its logo, a kept file."""
    connection.execute(
        text("CREATE TABLE brand (part TEXT PRIMARY KEY, said TEXT NOT NULL, sha256 TEXT REFERENCES blobs (sha256))")
    )


def _m0012(connection: Connection) -> None:
    """Behavioural suites by name, with every version they had: each a kept file."""
    connection.execute(
        text(
            "CREATE TABLE suites (name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, "
            "sha256 TEXT NOT NULL REFERENCES blobs (sha256), facts TEXT NOT NULL, who TEXT NOT NULL, saved_at TEXT NOT NULL, "
            "PRIMARY KEY (name, version))"
        )
    )
    connection.execute(text("CREATE INDEX suites_sha256 ON suites (sha256)"))


def _m0013(connection: Connection) -> None:
    """Slices by name, for all runs."""
    connection.execute(
        text(
            "CREATE TABLE slices (name TEXT PRIMARY KEY, condition TEXT NOT NULL, who TEXT NOT NULL, saved_at TEXT NOT NULL)"
        )
    )


def _m0014(connection: Connection) -> None:
    """People judge labels too: what a row is to be labelled stands beside the verdict."""
    connection.execute(text("ALTER TABLE reviews ADD COLUMN label TEXT NOT NULL DEFAULT ''"))


def _dump(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _m0001, _m0002, _m0003, _m0004, _m0005, _m0006, _m0007, _m0008, _m0009, _m0010, _m0011, _m0012,
    _m0013, _m0014,
)  # fmt: skip


def version_of(connection: Connection) -> int:
    """The version a database is at, 0 for an empty one; a transaction that only reads is enough.

    Raises:
        StoreError: the database was written by a newer Assay.
    """
    if not inspect(connection).has_table("assay_migrations"):
        return 0
    version = connection.execute(text("SELECT MAX(version) FROM assay_migrations")).scalar() or 0
    if version > len(MIGRATIONS):
        raise StoreError(
            f"The database is at version {version}, but this Assay knows versions up to {len(MIGRATIONS)}; "
            "update Assay, or point ASSAY_HOME or ASSAY_DATABASE_URL at another database."
        )
    return int(version)


def migrate(connection: Connection, upto: int | None = None) -> int:
    """Bring the database up to date inside the caller's transaction; return its version.

    Args:
        connection: in a transaction that holds the write lock (SQLite: BEGIN IMMEDIATE).
        upto: stop after this version; only tests do.

    Raises:
        StoreError: the database was written by a newer Assay.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if not inspect(connection).has_table("assay_migrations"):
        connection.execute(
            text("CREATE TABLE assay_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)")
        )
    version = version_of(connection)
    for number, step in enumerate(MIGRATIONS[: upto or len(MIGRATIONS)], start=1):
        if number > version:
            step(connection)
            connection.execute(
                text("INSERT INTO assay_migrations (version, applied_at) VALUES (:version, :at)"),
                {"version": number, "at": datetime.now(UTC).isoformat(timespec="seconds")},
            )
            version = number
    return version
