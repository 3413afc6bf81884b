"""Bundles as files: zips that would fill the memory, pipes, links, a disk that is full."""

import os
import zipfile
from pathlib import Path

import pytest
from forging import typed
from runs import make_run

from audit.errors import ReportError
from audit.run.bundle import import_run
from audit.run.bundle_files import MANIFEST, open_bundle
from audit.run.exporting import export_run
from audit.store import close_stores, open_store
from models.errors import DiskError


def test_a_zip_that_would_fill_the_memory_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"0" * 60_000_000)
    with pytest.raises(ReportError, match=r"would unpack to 60\.0 MB"):
        open_bundle(path)


def test_a_zip_of_many_small_traps_is_not_unpacked(tmp_path):
    path = tmp_path / "bombs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"records/{number:04}.jsonl", b"0" * 1_000_000)
    with pytest.raises(ReportError, match=r"The files in .* would unpack to 40\.0 MB"):
        open_bundle(path)


def test_an_export_that_fails_leaves_nothing_behind(made, tmp_path, home, monkeypatch):
    run = make_run(open_store(), tmp_path, rows=6)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    for name in ("x.zip", "folder"):
        with monkeypatch.context() as patch:
            patch.setattr("audit.run.exporting._parquet", full)
            with pytest.raises(DiskError, match="the disk is full"):
                export_run(open_store(), run.id, tmp_path / name)
        assert not (tmp_path / name).exists()
        assert not list(tmp_path.glob(".*.part"))
        assert export_run(open_store(), run.id, tmp_path / name).exists()
    close_stores()


def _pipe(place):
    os.mkfifo(place)


def _socket(place):
    import socket

    bound = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(place.parent)  # the path of a socket may have some hundred letters only
    try:
        bound.bind(place.name)
    finally:
        os.chdir(here)
        bound.close()


SPECIAL = {
    "a pipe": _pipe,
    "a socket": _socket,
    "a link to a file": lambda place: place.symlink_to("/etc/hostname"),
    "a link to nothing": lambda place: place.symlink_to("nowhere"),
    "a link to a folder": lambda place: place.symlink_to("/etc"),
    "a link within": lambda place: place.symlink_to("run.json"),
}


@pytest.mark.parametrize("make", SPECIAL.values(), ids=SPECIAL.keys())
@pytest.mark.parametrize("name", ["odd", "records/odd", "run.json"])
def test_what_is_no_ordinary_file_is_named_and_refused(bundle, elsewhere, make, name):
    (bundle / name).unlink(missing_ok=True)
    make(bundle / name)
    for refuse in (lambda: open_bundle(bundle), lambda: import_run(elsewhere, bundle)):
        with pytest.raises(ReportError, match=rf"^{name} in .* is a (pipe|socket|link to elsewhere): .*ordinary files"):
            refuse()
    done = typed("verify", bundle)
    assert isinstance(done.exception, ReportError | SystemExit)
    assert elsewhere.count_runs() == 0


@pytest.mark.parametrize("name", ["x.zip", "x"])
def test_a_pipe_in_place_of_a_bundle_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(ReportError, match="is a pipe, neither"):
        open_bundle(tmp_path / name)
