"""Several machines, one PostgreSQL and one place of files: each has a data folder and copies of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import run_postgres
import sqlalchemy as sa
from checkpoints import make
from commands import typed
from pages import check, seen
from run_processes import ROOT, kill, wait_for
from waiting import until

from audit.errors import SpecError
from audit.run import client
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import Store, close_stores, open_store
from models import catalog

ROWS = 48


@pytest.fixture(scope="module")
def postgres():
    with run_postgres.server() as url:
        yield url.format("postgres")


@pytest.fixture
def site(postgres, tmp_path, monkeypatch):
    """What machines share; this process is one that has no worker, and no file of its own."""
    monkeypatch.setenv("ASSAY_DATABASE_URL", run_postgres.emptied(postgres))
    monkeypatch.setenv("ASSAY_FILES_URL", f"file://{tmp_path / 'shared'}")
    machine(monkeypatch, tmp_path / "desk")
    yield tmp_path
    close_stores()


def machine(monkeypatch, folder: Path) -> None:
    """Be another machine from here on."""
    close_stores()
    for name, place in places(folder).items():
        monkeypatch.setenv(name, place)


def places(folder: Path) -> dict[str, str]:
    return {"ASSAY_HOME": str(folder / "home"), "ASSAY_CACHE": str(folder / "cache")}


def worker(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "audit", "worker"], cwd=ROOT, env={**os.environ, **places(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def table(folder: Path) -> Path:
    words = ("alpha", "beta", "gamma", "delta")
    path = folder / "t.csv"
    lines = [f"{words[i % 4]} {words[i // 4 % 4]} number {i},{('red', 'green', 'blue')[i % 3]}" for i in range(ROWS)]
    path.write_text("text,label\n" + "\n".join(lines) + "\n")
    return path


def spec(model: str, path: Path | str) -> AuditSpec:
    probes = (
        ProbeSpec(kind="prediction", name="predict", shard_rows=4),
        ProbeSpec(kind="explainer", name="leave_one_out", shard_rows=4),
        ProbeSpec(kind="perturbation", name="case", shard_rows=4),
    )
    return AuditSpec(model=ModelSpec(name=model, threads=1), table=TableSpec(path=str(path)), probes=probes)


def files_in(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]


def cells(store: Store) -> list[str]:
    """Every text of the database of the audits."""
    with store.database.read() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = [row for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    return [cell for row in rows for cell in row if isinstance(cell, str)]


@pytest.mark.slow
def test_two_machines_finish_one_run_and_a_third_reads_it(site, monkeypatch):
    made = make(site / "made" / "small")
    added = typed("models", "add", "small", made)
    assert added.status == 0, added
    path = table(site)
    store = open_store()
    workers = [worker(site / name) for name in ("one", "two")]
    try:
        until(lambda: sum(one.alive for one in store.workers()) == 2, "both workers")
        run = client.start(spec("small", path), store=store)
        path.unlink()
        shutil.rmtree(site / "made")  # neither table nor model lie where they came from
        ended = wait_for(store, run.id, ("finished", "failed"))
        assert (ended.status, ended.error, ended.note) == ("finished", None, "")
        job = client.make_report(run.id, options={"formats": ["pdf", "json", "csv"]}, store=store)
        until(lambda: store.job(job.id).status not in {"queued", "running"}, "the report")
    finally:
        for one in workers:
            kill(one)
    done = store.job(job.id)
    assert done.error is None
    assert store.count_records(run.id) == 3 * ROWS
    with store.database.read() as connection:
        by = dict(connection.exec_driver_sql("SELECT worker, COUNT(*) FROM shards GROUP BY worker").all())
    assert len(by) == 2, by
    assert not [cell for cell in cells(store) if str(site) in cell], "a path of one machine is stored"

    machine(monkeypatch, site / "third")
    read_on_a_third_machine(run.id, done.result["files"], site)
    delete_everything(run.id, site)


def read_on_a_third_machine(run_id: str, files: list[dict[str, object]], site: Path) -> None:
    from streamlit.testing.v1 import AppTest

    store = open_store()
    page = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    page.query_params["run"], page.query_params["section"] = run_id, "print"
    page.run()
    check(page)
    pdf = next(file for file in files if str(file["name"]).endswith(".pdf"))
    offered = [button.proto.label.replace("\\", "") for button in page.get("download_button")]
    assert [label for label in offered if str(pdf["name"]) in label], offered
    assert len(page.get("image")) >= 1, "the pages of the PDF are shown"
    assert "no longer there" not in seen(page)
    assert store.files.read(str(pdf["sha256"])).startswith(b"%PDF-")

    assert typed("audit", "report", run_id, "--pdf", site / "r.pdf", "--preset", "full").status == 0
    assert (site / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert typed("audit", "export", run_id, "--out", site / "b.zip", "--no-report").status == 0
    verified = typed("audit", "verify", site / "b.zip")
    assert verified.status == 0, verified
    replayed = typed("audit", "verify", run_id, "--replay", "3")
    assert replayed.status == 0, replayed


def delete_everything(run_id: str, site: Path) -> None:
    store = open_store()
    (upload,) = store.uploads()
    client.delete(run_id, store=store)
    assert files_in(site / "shared"), "the table and the model are still there"
    catalog.remove("small")
    store.delete_upload(upload.sha256)
    assert files_in(site / "shared", site / "third" / "cache" / "files") == []
    assert files_in(site / "desk" / "home" / "files") == []


def test_a_folder_of_one_machine_is_refused_before_a_worker_of_another_fails_on_it(site):
    made = make(site / "made" / "small")
    with pytest.raises(SpecError, match=r"is a folder of this machine.*models add NAME"):
        client.start(spec(str(made), table(site)))
    assert open_store().count_runs() == 0
    catalog.add("small", str(made), in_place=True)
    assert client.start(spec("small", table(site))).status == "queued"


def test_a_model_in_place_on_another_machine_fails_the_run_with_one_sentence(site, monkeypatch):
    from audit.run.holding import HeldModels
    from audit.run.prepare import prepare
    from models.errors import ModelNotFound

    made = make(site / "made" / "small")
    monkeypatch.setattr("models.entry.socket.gethostname", lambda: "desk")
    catalog.add("small", str(made), in_place=True)
    store = open_store()
    run = client.start(spec("small", table(site)), store=store)
    shutil.rmtree(made)
    monkeypatch.setattr("models.entry.socket.gethostname", lambda: "another")
    with pytest.raises(ModelNotFound, match="of the machine desk and cannot be seen from here"):
        prepare(store, run, HeldModels())
