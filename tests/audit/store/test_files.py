"""Kept files: one behaviour over every kind of place, what a place refuses, copies of what lies elsewhere."""

import errno
import io
import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import fsspec
import pytest
from kept_files import DATA, HASH, keep, names

from audit.store import FilesError, Store, blobs
from audit.store.lasting import Lasting
from models.errors import DiskError

ROOT = Path(__file__).resolve().parents[3]
LATER = timedelta(days=2)


@pytest.fixture(params=["the data folder", "a folder by its URL", "memory", "elsewhere"])
def place(request, tmp_path, home, monkeypatch):
    """An empty place of files, as the settings name it."""
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_FILES_URL", raising=False)
    if request.param == "a folder by its URL":
        monkeypatch.setenv("ASSAY_FILES_URL", f"file://{tmp_path / 'shared'}")
    elif request.param in {"memory", "elsewhere"}:
        monkeypatch.setenv("ASSAY_FILES_URL", f"{request.param}://assay-test/inner")
        fsspec.filesystem(request.param).store.clear()
    return request.param


def test_what_is_put_is_there_once_whatever_it_comes_from(store, place, tmp_path):
    (tmp_path / "a").write_bytes(DATA)
    jobs = [keep(store, "a", DATA), keep(store, "b", tmp_path / "a")]
    upload = store.add_upload(io.BytesIO(DATA), "t.csv")
    assert names(store) == [HASH] == [upload.sha256]
    assert store.files.read(HASH) == DATA
    with store.files.open(HASH) as file:
        assert file.read(4) == b"text"
    for job in jobs:
        assert job.result["files"][0]["sha256"] == HASH
        store.delete_job(job.id)
        assert store.files.there(HASH), "a table is still referred to"
    store.delete_upload(HASH)
    assert names(store) == []
    with pytest.raises(FilesError, match="is no longer in"):
        store.files.read(HASH)


def test_what_nothing_came_to_refer_to_goes_again(store, place):
    with store.keeping([DATA, b"other"]) as blobs:
        assert [blob.bytes for blob in blobs] == [len(DATA), 5]
        assert store.drop_files([HASH]) == 0, "it is claimed"
        assert store.sweep_files() == 0
    assert names(store) == []
    with pytest.raises(ValueError, match="stop"), store.keeping([DATA]):
        raise ValueError("stop")
    assert names(store) == []


def test_what_a_process_left_behind_is_swept_up(store, place):
    for data, taken in ((DATA, True), (b"never sent", False)):
        staged = store.files.stage(data)
        store._claim("dead", staged.blob)
        staged.take() if taken else staged.drop()
    kept = keep(store, "kept", b"kept")
    left = store.files.place.staging / ".incoming.1-ab.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    assert store.sweep_files() == 0, "they may be about to be referred to"
    assert store.sweep_files(datetime.now(UTC) + LATER) == 2
    assert not left.exists()
    assert names(store) == [sha256(b"kept").hexdigest()]
    store.delete_job(kept.id)
    assert names(store) == []


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_leapt_takes_no_file_from_whoever_is_sending_it(store, place, monkeypatch, days):
    """The other's clock is behind, or that of the sweeper ahead: what it claims, and what it writes, looks days old."""
    steady = [0.0]
    seen = Lasting(3600, clock=lambda: steady[-1])
    leap = timedelta(days=abs(days))
    at = datetime.now(UTC) + (leap if days > 0 else timedelta())
    if days < 0:
        monkeypatch.setattr(blobs, "now", lambda: (datetime.now(UTC) - leap).isoformat(timespec="milliseconds"))
    half = store.files.place.staging / ".incoming.1-ab.part"
    with store.keeping([DATA]) as (blob,):
        half.write_bytes(b"half")
        os.utime(half, (0, 0))
        for passed in (0.0, 1800.0, 3599.0):
            steady.append(passed)
            assert store.sweep_files(at, lasting=seen) == 0
            assert store.files.read(blob.sha256) == DATA
            assert half.exists()
        steady.append(3600.0)
        assert store.sweep_files(at, lasting=seen) == 1, "by then nobody is sending it"
        assert not half.exists()


def test_the_same_file_kept_and_removed_by_many_at_once_is_there_while_it_is_referred_to(store, place):
    wrong = []

    def work(number):
        for turn in range(6):
            job = keep(store, f"{number}-{turn}", DATA)
            try:
                assert store.files.read(HASH) == DATA
            except Exception as error:
                wrong.append(error)
            store.delete_job(job.id)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert names(store) == []


def test_a_file_that_was_changed_is_told_and_never_given_out(store, place, tmp_path):
    keep(store, "a", DATA)
    if place in {"memory", "elsewhere"}:
        fsspec.filesystem(place).pipe_file(f"/assay-test/inner/{HASH[:2]}/{HASH}", b"text\nhellO\n")
    else:
        path = store.files.local(HASH)
        path.write_bytes(b"text\nhellO\n")
    with pytest.raises(FilesError, match="is damaged"):
        store.files.read(HASH)
    keep(store, "again", DATA)
    assert store.files.read(HASH) == DATA, "given again, it is whole again"


def test_a_file_that_is_being_written_while_it_is_read_is_read_again(store, place, monkeypatch):
    if place not in {"memory", "elsewhere"}:
        pytest.skip("a folder shows no file before it is whole")
    keep(store, "a", DATA)
    path, files = f"/assay-test/inner/{HASH[:2]}/{HASH}", fsspec.filesystem(place)
    files.pipe_file(path, DATA[:4])
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        files.pipe_file(path, DATA)

    monkeypatch.setattr("audit.store.file_cache.time.sleep", sleep)
    assert store.files.read(HASH) == DATA
    assert len(waited) == 1


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", HASH.upper(), HASH + "\n", HASH[:-1]])
def test_only_a_hash_names_a_file(store, place, name):
    for asked in (store.files.read, store.files.there, store.files.delete):
        with pytest.raises(FilesError, match="is not the sha256"):
            asked(name)


# -- folders -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_files_of_a_folder_are_their_owners_alone(store, home, tmp_path, monkeypatch):
    before = os.umask(0)
    try:
        for url in (None, f"file://{tmp_path / 'shared'}"):
            if url:
                monkeypatch.setenv("ASSAY_FILES_URL", url)
            keep(store, "a", DATA)
            store.files.tree({"deep/a": HASH})
            root = store.files.place.root
            modes = {path.relative_to(root).as_posix(): stat.S_IMODE(path.lstat().st_mode) for path in root.rglob("*")}
            folders = {name for name in modes if (root / name).is_dir()}
            assert {modes[name] for name in folders} | {stat.S_IMODE(root.stat().st_mode)} == {0o700}
            assert {mode for name, mode in modes.items() if name not in folders} == {0o600}
    finally:
        os.umask(before)


@pytest.mark.parametrize("where", ["files", "files/ab", "files/ab/HASH"])
def test_no_link_is_followed(store, home, tmp_path, where):
    data = next(data for data in (b"%d" % i for i in range(10_000)) if sha256(data).hexdigest().startswith("ab"))
    digest = sha256(data).hexdigest()
    outside = tmp_path / "outside"
    (outside / "ab").mkdir(parents=True)
    (outside / digest).write_bytes(data)
    link = home / where.replace("HASH", digest)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / digest if "HASH" in where else outside)
    before = sorted(outside.rglob("*"))
    with pytest.raises(FilesError, match="is a link"):
        keep(store, "a", data)
    for asked in (store.files.read, store.files.delete):
        with pytest.raises(FilesError, match=r"is a link|no longer"):
            asked(digest)
    assert sorted(outside.rglob("*")) == before


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_ordinary_file_is_not_read(store, home, kind):
    keep(store, "a", DATA)
    path = store.files.local(HASH)
    path.unlink()
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    assert not store.files.there(HASH)
    with pytest.raises(FilesError, match=r"ordinary|cannot be read|is damaged"):
        store.files.read(HASH)


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "only be read")]
)
@pytest.mark.parametrize("step", ["open", "replace", "fsync"])
def test_a_disk_that_refuses_is_told_and_nothing_is_left(home, tmp_path, monkeypatch, number, said, step):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    real = getattr(os, step)

    def refuse(*args, **kwargs):
        if step == "open" and not str(args[0]).endswith(".part"):
            return real(*args, **kwargs)
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(DiskError, match=said):
            keep(store, "a", DATA)
    assert store.jobs() == ()
    assert names(store) == []
    assert not list(home.rglob("*.part"))
    keep(store, "a", DATA)
    assert names(store) == [HASH]
    store.close()


# -- copies and folders --------------------------------------------------------------------------------------------


def test_a_folder_is_made_once_checked_and_made_anew(store, place, tmp_path):
    keep(store, "a", DATA)
    keep(store, "b", b"other")
    entries = {"a.csv": HASH, "in/b.txt": sha256(b"other").hexdigest()}
    folder = store.files.tree(entries)
    assert {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == {
        "a.csv": DATA, "in/b.txt": b"other",
    }  # fmt: skip
    assert store.files.tree(entries) == folder
    (folder / "more").write_text("x")
    assert not (store.files.tree(entries) / "more").exists()
    (folder / "in" / "b.txt").unlink()
    (folder / "in" / "b.txt").write_bytes(b"otheR")
    assert (store.files.tree(entries) / "in" / "b.txt").read_bytes() == b"other"
    for job in store.jobs():
        store.delete_job(job.id)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "/a", "a/../b", "a//b", "a\\b", "./a", "a/", "c:a", "a\0b"])
def test_no_path_leads_out_of_a_folder(store, place, name):
    keep(store, "a", DATA)
    with pytest.raises(FilesError, match="cannot be the path"):
        store.files.tree({name: HASH})


def test_a_half_fetched_copy_is_never_used(store, home, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSAY_FILES_URL", "memory://assay-test/half")
    keep(store, "a", DATA)
    copy = store.files.local(HASH)
    assert copy.is_relative_to(tmp_path / "cache")
    copy.write_bytes(DATA[:4])
    assert store.files.read(HASH) == DATA
    copy.unlink()

    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("the line went dead")
            return super().read(4)

    with monkeypatch.context() as patch:
        patch.setattr("audit.store.remote_place.RemotePlace.open", lambda *_: Broken(DATA))
        with pytest.raises(OSError, match="went dead"):
            store.files.read(HASH)
    assert [p for p in (tmp_path / "cache").rglob("*") if p.is_file()] == []
    assert store.files.read(HASH) == DATA
    store.delete_job(store.jobs()[0].id)
    assert not copy.exists(), "what is deleted stays in no copy"


def test_copies_of_what_another_machine_deleted_go_too(store, home, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_FILES_URL", "memory://assay-test/two")
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "one"))
    job = keep(store, "a", DATA)
    copy, folder = store.files.local(HASH), store.files.tree({"a": HASH})
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "other"))
    store.delete_job(job.id)
    assert copy.exists()
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "one"))
    store.sweep_files()
    assert not copy.exists()
    assert not folder.exists()


def test_two_processes_make_one_folder_at_once(store, home, tmp_path):
    data = [b"%d" % i * 200_000 for i in range(8)]
    for one in data:
        keep(store, "a", one)
    entries = {f"part/{i}": sha256(one).hexdigest() for i, one in enumerate(data)}
    shared = home.parent / "shared"
    (home / "files").rename(shared)
    code = (
        f"from audit.store.files import open_files; entries = {entries!r}\n"
        "for i in range(20):\n"
        "    folder = open_files().tree({f'{i}-{name}': sha256 for name, sha256 in entries.items()})\n"
        "    assert len(list((folder / f'{i}-part').iterdir())) == 8\n"
    )
    env = {**os.environ, "ASSAY_FILES_URL": f"file://{shared}", "ASSAY_CACHE": str(tmp_path / "cache")}
    three = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stderr=subprocess.PIPE) for _ in range(3)
    ]
    said = [process.communicate()[1].decode() for process in three]
    assert said == [""] * 3
    assert len(list((tmp_path / "cache").rglob("trees/*/"))) == 20
    assert not list((tmp_path / "cache").rglob("*.part"))
