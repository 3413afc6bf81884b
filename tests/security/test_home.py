"""What lies in the data folder: where it is, who can read it, and that what was deleted is gone."""

import json
import os
import stat
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import InputError, StoreError
from audit.store import NewFile, Store, close_stores, open_store
from audit.store.database import sqlite_url
from audit.store.erasing import reports_folder
from models.errors import SettingsError
from models.places import home as data_folder
from models.places import setting

SECRET = "the patient in bed seven prefers tea"


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield
    close_stores()


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "q?x=1",
        "per%41cent",
        "#hash",
        "a b",
        "ü中",
        "quo'te",
        'dou"ble',
        "back\\slash",
        "@:at",
        "&mode=ro",
        ";x",
    ],
)
def test_the_database_is_where_the_folder_is_whatever_its_name(name, tmp_path, monkeypatch):
    folder = tmp_path / name
    monkeypatch.setenv("ASSAY_HOME", str(folder))
    open_store().count_runs()
    assert (folder / "assay.db").stat().st_size > 0
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_only_the_owner_reads_it_also_where_the_folder_was_there_before(tmp_path, monkeypatch):
    folder = tmp_path / "made-before"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    monkeypatch.setenv("ASSAY_HOME", str(folder))
    before = os.umask(0o022)
    try:
        open_store().count_runs()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.glob("assay.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_an_emptied_database_beside_uploads_is_not_taken_for_a_new_one(home):
    (home / "uploads").mkdir(parents=True)
    (home / "uploads" / "a.csv").write_text("text\nx\n")
    (home / "assay.db").touch()
    os.utime(home / "assay.db", (0, 0))
    with pytest.raises(StoreError, match=r"assay\.db is empty although"):
        open_store()
    (home / "uploads" / "a.csv").unlink()
    assert open_store().count_runs() == 0, "an empty file alone is a new installation"


@pytest.mark.parametrize("age", [0, -1, 100, -100])
@pytest.mark.parametrize("work", ["uploads/a.csv", "reports/x", "files/ab/x"])
def test_an_emptied_database_that_was_just_touched_is_no_new_one_either(home, monkeypatch, age, work):
    monkeypatch.setattr("audit.store.database.MAKING_SECONDS", 0.2)
    (home / work).parent.mkdir(parents=True)
    (home / work).write_text("text\nx\n")
    (home / "assay.db").touch()
    (home / "assay.db-wal").write_bytes(b"left over")
    at = time.time() - age
    os.utime(home / "assay.db", (at, at))
    with pytest.raises(StoreError, match=r"assay\.db is empty although"):
        open_store()
    assert (home / "assay.db").stat().st_size == 0


def test_a_database_that_another_process_is_making_is_waited_for(home, tmp_path):
    Store(sqlite_url(tmp_path / "made.db")).close()
    (home / "files").mkdir(parents=True)
    (home / "files" / "x").touch()
    (home / "assay.db").touch()
    fills = threading.Timer(0.3, lambda: os.replace(tmp_path / "made.db", home / "assay.db"))
    fills.start()
    try:
        assert open_store().count_runs() == 0
    finally:
        fills.join()


def test_settings_are_never_read_from_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.delenv("ASSAY_HOME")
    monkeypatch.chdir(tmp_path)
    Path("assay.toml").write_text(f'home = "{tmp_path / "stolen"}"\ndatabase_url = "postgresql://evil/x"\n')
    assert setting("home") is None
    assert setting("database_url") is None
    monkeypatch.setenv("ASSAY_CONFIG", "assay.toml")
    assert data_folder() == tmp_path / "stolen"
    Path("assay.toml").write_text("home = [")
    with pytest.raises(SettingsError, match="is not TOML"):
        setting("home")
    monkeypatch.setenv("ASSAY_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        setting("home")


@pytest.fixture
def run_with_reports(home, tmp_path):
    """The id of a run that holds `SECRET` in its rows and in report files."""
    from runs import make_run

    folder = tmp_path / "tables"
    folder.mkdir()
    run_id = make_run(open_store(), folder, rows=6, texts=[SECRET]).id
    page = NewFile("report.html", f"<p>{SECRET}</p>".encode())
    open_store().add_job("report", run_id, {"preset": "full"}, result={}, files=[page])
    folder = reports_folder(run_id) / "full"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(f"<p>{SECRET}</p>")
    return run_id


def everything_in(folder, *, uploads=True):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    tables = {upload.sha256 for upload in open_store().uploads()}
    return b"".join(path.read_bytes() for path in files if uploads or path.name not in tables)


def test_what_is_deleted_is_gone_from_every_file(home, run_with_reports):
    assert SECRET.encode() in everything_in(home, uploads=False)
    (upload,) = open_store().uploads()
    asked = CliRunner().invoke(build(), ["delete", run_with_reports, "--yes", "--json"])
    assert json.loads(asked.stdout) == {"run_id": run_with_reports, "status": "deleted"}
    assert SECRET.encode() not in everything_in(home, uploads=False), "the table itself stays, as the help says"
    open_store().delete_upload(upload.sha256)
    assert SECRET.encode() not in everything_in(home)
    assert not reports_folder(run_with_reports).exists()


@pytest.mark.parametrize("asked", ["", "%", "_", "latest", "ab", "-", "*"])
def test_delete_without_asking_wants_the_whole_id(home, run_with_reports, asked):
    for given in (asked, run_with_reports[:6]):
        done = CliRunner().invoke(build(), ["delete", "--yes", "--", given])
        assert isinstance(done.exception, InputError)
    assert open_store().count_runs() == 1


@pytest.mark.parametrize("wrong", ["", "..", "latest", "../../x", "/etc", "ABCDEF123456", "abc\n", "abcdef1234567"])
def test_only_the_id_of_a_run_names_a_folder_of_reports(home, wrong):
    with pytest.raises(StoreError, match="is not the id of a run"):
        reports_folder(wrong)


def test_an_url_leads_back_to_its_path(tmp_path):
    path = tmp_path / "a?b%20c"
    path.mkdir()
    store = Store(sqlite_url(path / "x.db"))
    store.close()
    assert (path / "x.db").exists()


def test_a_data_folder_that_is_not_in_utf8_is_said(monkeypatch):
    monkeypatch.setenv("ASSAY_HOME", "/tmp/h\udcff")
    with pytest.raises(SettingsError, match="not in UTF-8"):
        data_folder()
