"""A disk that is full, can only be read, or breaks: one sentence, the right status, nothing half-written, and a retry that works."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import typed
from filelock import FileLock
from runs import make_run
from safetensors.numpy import save_file

from audit.errors import StoreError
from audit.records import Example, Prediction
from audit.run.bundle_files import open_bundle
from audit.store import Store, close_stores, open_store
from audit.store.engine import Database, DiskFull, DiskRefused, at_rest, patiently
from models.disk import FAULTS, disk_error, fault, reason, sentence
from models.errors import DiskError
from models.writing import check_place, whole_file, whole_folder, write_whole

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield
    close_stores()


def leftovers(folder: Path) -> list[str]:
    """Every file below a folder that nobody asked for."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part") or path.name.startswith(".")]


# -- the sentence --------------------------------------------------------------------------------------------------


def raised(action) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one it is depends on the library
        action()
    return caught.value


def wrapped() -> BaseException:
    def act():
        try:
            raise OSError(errno.EDQUOT, "Disk quota exceeded", "/x/y")
        except OSError as error:
            raise RuntimeError("the library says something else") from error

    return raised(act)


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), errno.ENOSPC),
        (OSError("2048 requested and 12 written"), errno.ENOSPC),  # what numpy says
        (RuntimeError("I/O error: No space left on device (os error 28)"), errno.ENOSPC),  # what safetensors says
        (PermissionError(errno.EACCES, "Permission denied", "/x"), errno.EACCES),
        (OSError(errno.EIO, "Input/output error"), errno.EIO),
        (OSError(errno.EROFS, "Read-only file system"), errno.EROFS),
        (wrapped(), errno.EDQUOT),
        (FileNotFoundError(errno.ENOENT, "No such file", "/x"), None),
        (ValueError("a full stop"), None),
    ],
)
def test_the_disk_is_told_from_everything_else(error, number):
    assert fault(error) == number


@pytest.mark.parametrize("number", sorted(FAULTS))
def test_every_refusal_says_what_where_why_and_what_to_do(number, tmp_path):
    said = sentence(number, tmp_path / "x.csv")
    assert said.startswith(str(tmp_path / "x.csv"))
    assert said.endswith(".")
    assert said.count("\n") == 0
    assert any(verb in said for verb in ("free some", "make it", "change the", "see `ulimit", "look at"))


def test_how_much_is_free_is_said_of_the_place_itself(tmp_path):
    assert f"free in {tmp_path}" in reason(errno.ENOSPC, tmp_path / "not" / "there" / "x.csv")


def test_of_two_files_the_one_that_was_to_be_written_is_named(tmp_path):
    error = OSError(errno.ENOSPC, "No space left on device", "/from/here", None, str(tmp_path / "there"))
    assert str(disk_error(error)).startswith(str(tmp_path / "there"))


# -- a file system that really refuses: no file may grow in this child ---------------------------------------------

BOUND = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2); "
RUN = BOUND + "sys.argv[0] = 'x'; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"


def bounded(limit: int, *words: object, home: Path) -> subprocess.CompletedProcess[str]:
    """A command whose files may have so many bytes: the system itself refuses the rest."""
    return subprocess.run(
        [sys.executable, "-c", RUN, str(limit), *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "ASSAY_HOME": str(home), "PYTHONPATH": str(ROOT)}, timeout=240,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """That a command ended in one sentence of ours."""
    assert done.returncode == status, done
    assert "Traceback" not in done.stderr, done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith(("Error:", "Could not run:"))]
    return said


@pytest.fixture
def finished(tmp_path, home):
    """The id of a finished run; its database is at rest."""
    run = make_run(open_store(), tmp_path, rows=12)
    close_stores()
    return run.id


def test_export_to_a_disk_that_takes_no_more(finished, tmp_path, home):
    place = tmp_path / "out"
    place.mkdir()
    for words in (("export", finished, "--no-sign", "--no-report", "--out", place / "x.zip"),
                  ("export", finished, "--no-sign", "--no-report", "--out", place / "folder")):  # fmt: skip
        assert f"{words[-1]} could not be written" in told(bounded(3000, "audit", *words, home=home))
        assert list(place.iterdir()) == []
        assert typed("audit", *words).status == 0
        bundle = open_bundle(words[-1])
        assert {
            name: hashlib.sha256(bundle.read(name)).hexdigest() for name in bundle.names if name != "manifest.json"
        } == (bundle.json("manifest.json")["files"])
        assert leftovers(place) == []
        shutil.rmtree(place)
        place.mkdir()
    assert leftovers(home) == []


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
    policy = ROOT / "assets" / "policies" / "default.toml"
    for words in (("gate", finished), ("gate", finished, "--policy", policy)):  # a verdict is no part of the run
        judged, free = bounded(0, "audit", *words, home=home), typed("audit", *words)
        assert judged.returncode == free.status, judged
        assert free.status in {0, 1, 3}
        assert judged.stderr == ""
    assert bounded(0, "models", "list", home=home).returncode == 0


def test_what_writes_says_so_and_the_worker_does_not_end_in_peace(finished, tmp_path, home):
    (tmp_path / "t.csv").write_text("text,label\ngood,positive\nbad,negative\n")
    audit = ("run", "--model", "sentiment", "--csv", tmp_path / "t.csv", "--detach")
    assert "could not be written" in told(bounded(0, "audit", *audit, home=home))
    assert "could not be written" in told(bounded(0, "audit", "delete", finished, "--yes", home=home))
    assert "could not be written" in told(bounded(0, "audit", "worker", "--bare", home=home))
    assert bounded(0, "audit", "worker", home=home).returncode == 1
    assert "could not be written" in told(bounded(0, "audit", "status", home=tmp_path / "new-home"))
    assert leftovers(tmp_path) == []
    assert open_store().run(finished).status == "finished"


def test_output_nobody_has_room_for(finished, home):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "audit", "show", finished, "--json"], cwd=ROOT, stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False, env={**os.environ, "ASSAY_HOME": str(home)})  # fmt: skip
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


# -- the lowest level of the one helper refuses: every writer leaves the place as it was ---------------------------


def prediction_file(folder: Path, ending: str) -> None:
    from audit.cli.prediction_files import prediction_writer

    with prediction_writer(folder / f"p{ending}", ("a", "b"), pairs=False) as file:
        example = Example(row_id="r", text="t", label="a", groups={})
        file.write([example], [Prediction(row_id="r", probs=(0.5, 0.5), predicted="a", tokens=1, kept=1)])


def json_lines(folder: Path) -> None:
    from audit.cli.json_lines import JsonLines

    with JsonLines(folder / "a.jsonl"):
        pass


def heatmaps(folder: Path) -> None:
    from audit.explain.page import HeatmapPage

    with HeatmapPage(folder / "e.html", title="t", facts={}, methods={}):
        pass


def registered(folder: Path) -> None:
    from models import catalog

    catalog.add("mine", str(folder))


def token(folder: Path) -> None:
    from dashboard.door import secret

    del folder
    secret.renew()


def uploaded(folder: Path) -> None:
    del folder
    path = Path(os.environ["ASSAY_HOME"]).parent / "up.csv"
    path.write_text("text\nx\n")
    open_store().add_upload(path, "up.csv")


def signed(folder: Path) -> None:
    from audit.report.signing import sign

    del folder
    sign(b"x", "c")


def provided(folder: Path) -> None:
    from audit.resources.base import Found, fresh_folder, install

    with fresh_folder("x") as scratch:
        (scratch / "words").write_text("a")
        install(scratch, Found("x", "v", folder / "x-v", True, "1", "none", "0" * 64, ""))


def report_file(folder: Path) -> None:
    from audit.report.job import _write

    _write(folder / "deep" / "r.json", b"{}")


def card(folder: Path) -> None:
    from models.card import write_card

    write_card(folder, {})


WRITERS = {
    "csv predictions": lambda f: prediction_file(f, ".csv"),
    "jsonl predictions": lambda f: prediction_file(f, ".jsonl"),
    "parquet predictions": lambda f: prediction_file(f, ".parquet"),
    "json lines": json_lines, "heatmaps": heatmaps, "catalog": registered, "token": token, "upload": uploaded,
    "signing key": signed, "resource": provided, "card": card, "report": report_file, "one file": lambda f: write_whole(f / "x", "y"),
    "a model folder": lambda f: save_in_folder(f / "model"), "the place of a training": lambda f: check_place(f / "m"),
}  # fmt: skip


def save_in_folder(folder: Path) -> None:
    with whole_folder(folder) as made:
        save_file({"w": np.zeros(4)}, str(made / "adapter_model.safetensors"))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_every_writer_tells_and_leaves_nothing_and_then_works(name, number, tmp_path, home, monkeypatch):
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    open_store()
    before = files(folder), files(home)
    with monkeypatch.context() as patch:

        def full(handle):
            raise OSError(number, os.strerror(number))

        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskError, match="could not be written"):
            WRITERS[name](folder)
    assert (files(folder), files(home)) == before
    WRITERS[name](folder)
    assert leftovers(folder) == []


def files(folder: Path) -> set[str]:
    """Files below a folder, but the database's own and locks."""
    return {
        path.name for path in folder.rglob("*") if path.is_file() and ".db" not in path.name and path.suffix != ".lock"
    }


def test_lines_that_took_hours_stay_when_the_disk_is_full(tmp_path, monkeypatch):
    from audit.cli.json_lines import JsonLines

    done = subprocess.run(
        [sys.executable, "-c", BOUND + "from audit.cli.json_lines import JsonLines; from pathlib import Path\n"
         "with JsonLines(Path(sys.argv[1])) as f:\n    [f.write({'n': 'x' * 90}) for _ in range(1000)]",
         "10000", str(tmp_path / "a.jsonl")],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "DiskError" in done.stderr
    kept = (tmp_path / "a.partial.jsonl").read_text()
    assert kept.endswith("\n")
    assert [json.loads(line)["n"] for line in kept.splitlines()] == ["x" * 90] * kept.count("\n")
    assert f"{kept.count(chr(10)):,} lines" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.partial.jsonl"]
    with JsonLines(tmp_path / "a.jsonl") as file:
        file.write({})
    assert (tmp_path / "a.jsonl").is_file()


def test_what_was_there_stays_until_the_new_is_whole(tmp_path, monkeypatch):
    write_whole(tmp_path / "x", "old")
    with pytest.raises(ValueError, match="broken"), whole_file(tmp_path / "x") as part:  # noqa: PT012
        part.write_text("new")
        raise ValueError("broken")
    assert (tmp_path / "x").read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


def test_an_empty_folder_that_is_there_is_filled_or_left_empty(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(ValueError, match="broken"), whole_folder(tmp_path / "out") as made:  # noqa: PT012
        (made / "a").write_text("a")
        raise ValueError("broken")
    assert os.listdir(tmp_path / "out") == []
    with whole_folder(tmp_path / "out") as made:
        (made / "a").write_text("a")
    assert os.listdir(tmp_path / "out") == ["a"]


def test_a_refusal_to_read_is_not_taken_for_the_file_that_is_written(tmp_path):
    with pytest.raises(DiskError, match="/etc/secret could not be opened"), whole_file(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "Permission denied", "/etc/secret")


# -- the database --------------------------------------------------------------------------------------------------


def limit_pages(store: Store) -> None:
    """SQLite's own answer to a full disk, from its own counter of pages."""
    with store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_full_database_says_what_is_full(home):
    store = open_store()
    limit_pages(store)

    def fill():
        for number in range(200):
            store.add_job("report", None, {"x": "y" * 2000, "n": number})

    with pytest.raises(
        DiskFull, match=r"assay\.db could not be written: the disk is full .* free in .*free some space"
    ):
        fill()


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


# -- a run that waits says so --------------------------------------------------------------------------------------


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
    from audit.store.presence import slot_path, slots_folder

    store = open_store()
    run = make_run(store, tmp_path, rows=12, status="running", done=0.5)
    slots_folder().mkdir()
    name = f"{socket.gethostname()}-0"
    with monkeypatch.context() as patch:
        patch.setattr(watching, "now", lambda: "2026-01-01T00:00:00.000+00:00")
        store.heartbeat(name, host=socket.gethostname(), pid=1, started_at=run.created_at, activity="run x")
    with FileLock(slot_path(0)):
        monkeypatch.setattr(presence, "scarce", lambda place: True)
        said = store.progress(run.id).waiting
        assert said is not None
        assert said.startswith("waiting since 2026-01-01 00:00:00 UTC: the disk is full")
    assert store.progress(run.id).workers == 0


# -- a small disk of its own, where the system lends one -----------------------------------------------------------

SMALL = """
disk=$1 good=$2 run=$4
audit() { ASSAY_HOME=$1 "$PYTHON" -m audit "${@:2}" 2>&1; echo "status $?"; }
PYTHON=$3
mount -t tmpfs -o size=3m tmpfs "$disk" && mkdir "$disk/home" && cp "$good/assay.db" "$disk/home/" || exit 1
head -c 9000000 /dev/zero > "$disk/fill" 2>/dev/null
audit "$good" export "$run" --no-sign --no-report --out "$disk/x.zip"
audit "$disk/home" show "$run"
audit "$disk/home" delete "$run" --yes
rm "$disk/fill"
ls -A "$disk"
audit "$good" export "$run" --no-sign --no-report --out "$disk/x.zip"
mount -o remount,ro "$disk" || exit 1
audit "$disk/home" status
audit "$disk/home" delete "$run" --yes
audit "$good" export "$run" --no-sign --no-report --out "$disk/y.zip"
"""


def test_on_a_disk_that_is_really_full_and_then_read_only(finished, tmp_path, home):
    place = tmp_path / "small"
    place.mkdir()
    allowed = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    ) if shutil.which("unshare") else None  # fmt: skip
    if allowed is None or allowed.returncode != 0:
        pytest.skip("this system lends no disk to its users")
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", SMALL, "x", str(place), str(home), sys.executable, finished], cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done
    said = done.stdout
    assert [line for line in said.splitlines() if line.startswith("status ")] == [
        "status 1", "status 0", "status 1", "status 0", "status 0", "status 1", "status 1",
    ], done  # fmt: skip
    assert "x.zip could not be written: the disk is full (0 B of" in said
    assert "assay.db could not be written: the disk is full" in said
    assert "\nhome\n" in said  # and neither x.zip nor a part of it
    assert "assay.db could not be written: it lies on a disk or in a file that can only be read" in said
    assert "y.zip could not be written: it lies on a disk" in said
