"""Whoever writes to a disk that refuses: one sentence, the right status, nothing half-written, and a retry that works."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import typed
from safetensors.numpy import save_file
from small_disks import BOUND, ROOT, bounded, leftovers, told

from audit.records import Example, Prediction
from audit.run.bundle_files import open_bundle
from audit.store import NewFile, Store, close_stores, open_store
from audit.store.database import DiskFull
from models.errors import DiskError
from models.writing import check_place, whole_file, whole_folder, write_whole

pytestmark = pytest.mark.usefixtures("alone")


def test_export_to_a_disk_that_takes_no_more(finished, tmp_path, home):
    place = tmp_path / "out"
    place.mkdir()
    for words in (("export", finished, "--no-sign", "--no-report", "--out", place / "x.zip"),
                  ("export", finished, "--no-sign", "--no-report", "--out", place / "folder")):  # fmt: skip
        close_stores()  # nothing is left in the log of the database, so that what is told of the export has room
        assert f"{words[-1]} could not be written" in told(bounded(60_000, "audit", *words, home=home))
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
    from audit.explain.heatmap_page import HeatmapPage

    with HeatmapPage(folder / "e.html", title="t", facts={}, methods={}):
        pass


def registered(folder: Path) -> None:
    from models import catalog

    model = folder.parent / "model"
    if not model.exists():
        model.mkdir()
        (model / "config.json").write_text("{}")
        (model / "model.safetensors").write_bytes(b"weights")
    catalog.add("mine", str(model))


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
    del folder
    report = NewFile("r.json", b"{}")
    open_store().add_job("report", None, {}, result={}, files=[report])


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


@pytest.mark.slow
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
