"""Files that an earlier Assay kept in folders of its own are taken over, and what refers to them with them."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from audit.store import close_stores, open_store
from audit.store.database import Database, sqlite_url
from audit.store.migrations import migrate

TABLE = b"text\nhello\n"
TABLE_HASH = sha256(TABLE).hexdigest()
RUN = "0123456789ab"
AT = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def old_home(home):
    """A data folder as it was before files were kept by hash: a table, a run on it, a report made twice in one folder."""
    uploads, reports = home / "uploads", home / "reports" / RUN / "full-abc"
    uploads.mkdir(parents=True)
    reports.mkdir(parents=True)
    (uploads / f"{TABLE_HASH}.csv").write_bytes(TABLE)
    (uploads / "left.part").write_bytes(b"half")
    (reports / "a.pdf").write_bytes(b"%PDF new")
    (reports / "nobody.html").write_bytes(b"of no job")
    run = {
        "id": RUN, "name": "n", "suite": "s", "status": "finished", "wanted": "run", "attempt": 1, "started_attempt": 1,
        "priority": 1, "fresh": 0, "created_at": AT, "who": "w", "spec": "{}", "spec_hash": "h", "model": "m",
        "table_name": "t", "upload": TABLE_HASH, "reproducible": 1, "note": "", "imported": 0,
    }  # fmt: skip
    there = {"name": "a.pdf", "path": str(reports / "a.pdf"), "sha256": sha256(b"%PDF old").hexdigest(), "bytes": 8}
    elsewhere = {"name": "b.pdf", "path": "/home/other/b.pdf", "sha256": sha256(b"gone").hexdigest(), "bytes": 4}
    database = Database(sqlite_url(home / "assay.db"))
    with database.write() as connection:
        migrate(connection, upto=5)
        names = ", ".join(run)
        connection.execute(
            sa.text(
                "INSERT INTO uploads (sha256, name, suffix, bytes, created_at, options, summary) "
                f"VALUES ('{TABLE_HASH}', 't.csv', '.csv', {len(TABLE)}, '{AT}', '{{}}', '{{}}')"
            )
        )
        connection.execute(sa.text(f"INSERT INTO runs ({names}) VALUES ({', '.join(':' + name for name in run)})"), run)
        for number, files in enumerate(([there, elsewhere], [there])):
            job = {"id": f"job{number}", "run": RUN, "at": AT, "result": json.dumps({"files": files, "pages": 2})}
            connection.execute(
                sa.text(
                    "INSERT INTO jobs (id, kind, run_id, args, status, created_at, result) "
                    "VALUES (:id, 'report', :run, '{}', 'done', :at, :result)"
                ),
                job,
            )
    database.close()
    return home


def test_tables_and_reports_are_taken_over(old_home, tmp_path):
    store = open_store()
    assert store.files.read(store.upload(TABLE_HASH).sha256) == TABLE
    for job in store.reports(RUN):
        file = job.result["files"][0]
        assert (file["name"], store.files.read(file["sha256"])) == ("a.pdf", b"%PDF new")
        assert job.result["pages"] == 2
    lost = store.job("job0").result["files"][1]
    assert not store.files.there(lost["sha256"])
    assert not (old_home / "reports").exists()
    assert [path.name for path in (old_home / "uploads").iterdir()] == ["left.part"]
    with store.database.read() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert not any(isinstance(cell, str) and (str(tmp_path) in cell or "/home/" in cell) for cell in row)
    store.delete_run(RUN)
    store.delete_upload(TABLE_HASH)
    assert [path for path in (old_home / "files").rglob("*") if path.is_file()] == []


def test_a_table_that_is_not_what_its_name_says_is_left_where_it_is(old_home):
    (old_home / "uploads" / f"{TABLE_HASH}.csv").write_bytes(b"text\nhellO\n")
    store = open_store()
    assert not store.files.there(TABLE_HASH)
    assert (old_home / "uploads" / f"{TABLE_HASH}.csv").exists()
    assert list(store.files.listed()) == [sha256(b"%PDF new").hexdigest()]


def test_files_follow_a_place_that_is_named_later_and_try_again_when_it_is_away(home, tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE)
    upload = open_store().add_upload(path, "t.csv")
    close_stores()
    monkeypatch.setenv("ASSAY_FILES_URL", "ftp://127.0.0.1:1/away")
    assert open_store().uploads()[0].sha256 == upload.sha256, "what needs no file is still shown"
    close_stores()
    monkeypatch.setenv("ASSAY_FILES_URL", f"file://{tmp_path / 'shared'}")
    store = open_store()
    assert store.files.read(upload.sha256) == TABLE
    assert store.files.local(upload.sha256).is_relative_to(tmp_path / "shared")
    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []


def test_a_table_of_two_runs_goes_with_the_last(home, tmp_path):
    from runs import make_run

    from audit.run.retention import erase_due

    store = open_store()
    runs = [make_run(store, tmp_path, rows=4, score=False).id for _ in range(2)]
    (upload,) = store.uploads()
    assert upload.runs == 2
    assert not store.delete_unused_upload(upload.sha256)
    store.delete_run(runs[0])
    assert store.files.there(upload.sha256)
    assert store.sweep_files(datetime.now(UTC) + timedelta(days=9)) == 0
    store.delete_run(runs[1])
    assert store.files.there(upload.sha256), "a table stays until it is deleted or its time is over"
    assert erase_due(store) == 0
    assert store.delete_unused_upload(upload.sha256)
    assert list(store.files.listed()) == []
