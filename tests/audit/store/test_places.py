"""Places of files as the settings name them: what is none, what cannot be reached, what breaks on the way."""

from pathlib import Path

import fsspec
import pytest
from kept_files import DATA, HASH, keep

from audit.store import FilesError
from audit.store.files import open_files


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("somewhere", "is no URL"), ("/a/folder", "is no URL"), ("file://relative/a", "three slashes"), ("file://", "three slashes"),
        ("nothere://x", "nobody knows the protocol 'nothere'"), ("s3://bucket/a", "package s3fs; install it with: pip install s3fs"),
        ("gs://bucket", "pip install gcsfs"), ("abfs://c/a", "pip install adlfs"), ("sftp://me:secret@host/a", "pip install paramiko"),
        ("zip://a", "no place for files"), ("smb://me:secret@host/a", "pip install smbprotocol"),
    ],
)  # fmt: skip
def test_an_url_that_is_no_place_is_one_sentence(store, monkeypatch, named, said):
    monkeypatch.setenv("ASSAY_FILES_URL", named)
    with pytest.raises(FilesError, match=said) as caught:
        keep(store, "a", DATA)
    assert "secret" not in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert store.jobs() == ()


def test_a_place_that_cannot_be_reached_is_one_sentence(store, monkeypatch):
    monkeypatch.setenv("ASSAY_FILES_URL", "ftp://me:secret@127.0.0.1:1/a")
    with pytest.raises(FilesError, match=r"127\.0\.0\.1") as caught:
        keep(store, "a", DATA)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", ["memory", "elsewhere"])
def test_a_line_that_breaks_while_a_file_is_sent_leaves_nothing_under_its_name(store, home, monkeypatch, kind):
    monkeypatch.setenv("ASSAY_FILES_URL", f"{kind}://assay-test/breaks")
    system = fsspec.filesystem(kind)

    def half(local, there, **_):
        if kind == "elsewhere":
            system.pipe_file(there, Path(local).read_bytes()[:4])
        raise ConnectionResetError("the line went dead (elsewhere://me:secret@host)")

    with monkeypatch.context() as patch:
        patch.setattr(type(system), "put_file", lambda _, *args, **more: half(*args, **more))
        with pytest.raises(FilesError, match="the line went dead") as caught:
            keep(store, "a", DATA)
    assert "secret" not in str(caught.value)
    assert system.find("/assay-test/breaks") == []
    assert store.jobs() == ()
    keep(store, "a", DATA)
    assert [path.rpartition("/")[2] for path in system.find("/assay-test/breaks")] == [HASH]
    store.delete_job(store.jobs()[0].id)


def test_the_environment_goes_before_the_file_of_settings(home, tmp_path, monkeypatch):
    settings = tmp_path / "assay.toml"
    settings.write_text(f'files_url = "file://{tmp_path / "a"}"\n')
    monkeypatch.setenv("ASSAY_CONFIG", str(settings))
    assert open_files().shown == str(tmp_path / "a")
    monkeypatch.setenv("ASSAY_FILES_URL", f"file://{tmp_path / 'b'}")
    assert open_files().shown == str(tmp_path / "b")
    monkeypatch.delenv("ASSAY_CONFIG")
    monkeypatch.delenv("ASSAY_FILES_URL")
    assert open_files().shown == str(home / "files")
