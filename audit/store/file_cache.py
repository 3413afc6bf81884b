"""This machine's copies of files that lie elsewhere, and folders made of them, in ASSAY_CACHE.

A copy is looked at before it is used: its hash is computed once for each state of the file on the disk. It is made under
a hidden name and takes its own in one step, so that what was half fetched is never used; of two processes that make the
same, both are right and one stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from audit.errors import FilesError
from audit.language.translating import tr
from audit.store.lasting import Lasting
from audit.store.place import SHA256, DamagedFile, Place, checked, damaged
from models.signals import held
from models.writing import ENDING, make_folder, told, whole_file

PIECE = 1 << 20
TRIES = 3
PAUSE = 0.05
"""Seconds before a file that was not what its name says is read again: another machine may just be writing it."""
LEFT_SECONDS = 24 * 3600
"""Something half-made that is this old has no process that still makes it."""
Seen = tuple[int, int, int]
_right: dict[tuple[str, str], Seen] = {}
"""Files of this process that had their hash: (path, sha256) to inode, size and time of the last change."""


class FileCache:
    """Copies of the files of one place."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, sha256: str, place: Place) -> Path:
        """The path of a file that is what its name says: where it lies, else of a copy, fetched now unless it is here.

        Raises:
            FilesError: the place does not have it, or has something else under its name.
            DiskError: the copy cannot be written.
        """
        there = place.lies_at(sha256)
        if there is not None:
            if not is_right(there, sha256):
                raise damaged(sha256, place.shown)
            return there
        path = self.root / checked(sha256)[:2] / sha256
        if not is_right(path, sha256):
            _fetch(path, sha256, place)
        return path

    def tree(self, entries: Mapping[str, str], place: Place) -> Path:
        """The path of a folder of files: path in it to sha256.

        Raises:
            FilesError: the place does not have one of them, or a path leads out of the folder.
            DiskError: it cannot be written.
        """
        for name in entries:
            if not is_inner(name):
                raise FilesError(tr("'{path}' cannot be the path of a file within a folder.", path=name[:200]))
        key = hashlib.sha256(json.dumps(dict(entries), sort_keys=True).encode()).hexdigest()
        folder = self.root / "trees" / key
        for _ in range(TRIES):
            if _is_whole(folder, entries):
                return folder
            self._build(folder, entries, place)
        raise FilesError(
            tr("The folder {folder} is changed while it is made; remove it, then try again.", folder=str(folder))
        )

    def held(self) -> Iterator[str]:
        """The sha256 of every copy, and of every file of a folder that was made of copies."""
        found = {path.name for path in self.root.glob("*/*") if SHA256.fullmatch(path.name) and path.is_file()}
        for listing in self.root.glob("trees/*.json"):
            with suppress(OSError, ValueError):
                found |= set(json.loads(listing.read_bytes()).values())
        return iter(sorted(found))

    def forget(self, sha256: str) -> None:
        """Remove the copy of a file, and the folders it is in."""
        with suppress(OSError):
            (self.root / sha256[:2] / sha256).unlink()
        for listing in self.root.glob("trees/*.json"):
            with suppress(OSError, ValueError):
                if sha256 in json.loads(listing.read_bytes()).values():
                    _remove(listing.with_suffix(""))
                    listing.unlink()

    def _build(self, folder: Path, entries: Mapping[str, str], place: Place) -> None:
        sources = {name: self.file(sha256, place) for name, sha256 in entries.items()}
        part = folder.with_name(f".{folder.name[:16]}.{secrets.token_hex(4)}{ENDING}")
        with told(folder):
            make_folder(part, 0o700)
            try:
                for name, source in sources.items():
                    target = part / name
                    make_folder(target.parent, 0o700)
                    _linked(source, target)
                with whole_file(folder.with_suffix(".json"), private=True) as listing:
                    listing.write_text(json.dumps(dict(entries), sort_keys=True), encoding="utf-8")
                with held():
                    if folder.exists() and not _is_whole(folder, entries):
                        _remove(folder)
                    with suppress(FileExistsError, NotADirectoryError):  # else another process was quicker
                        _renamed(part, folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)


def remove_left(folder: Path, lasting: Lasting | None = None) -> None:
    """Remove what a process that ended left half-made in a folder, some levels deep; `lasting` as for `sweep_files`."""
    old = {str(path): path for path in _half_made(folder)}
    gone = set(old) if lasting is None else lasting.of(str(folder), old)
    for path in (old[name] for name in sorted(gone)):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _half_made(folder: Path) -> Iterator[Path]:
    """What no process that lives still makes, by the time that stands on it."""
    before = time.time() - LEFT_SECONDS
    for path in (one for depth in ("", "*/") for one in folder.glob(f"{depth}.*{ENDING}")):
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                yield path


def is_inner(name: str) -> bool:
    """Whether a path names a file within a folder, and nothing outside it."""
    path = PurePosixPath(name)
    plain = name == path.as_posix() and "\\" not in name and "\0" not in name and ":" not in name
    return bool(path.parts) and plain and not path.is_absolute() and ".." not in path.parts and name != "."


def is_right(path: Path, sha256: str) -> bool:
    """Whether there is an ordinary file whose content has this hash."""
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            found = os.fstat(file.fileno())
            seen = found.st_ino, found.st_size, found.st_mtime_ns
            if _right.get((str(path), sha256)) == seen:
                return True
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return False
    except OSError:
        return False
    _right[(str(path), sha256)] = seen
    return True


def _fetch(path: Path, sha256: str, place: Place) -> None:
    """Copy a file here. Some places show a file while it is written, so it is read again before it is called damaged."""
    for turn in range(1, TRIES):
        with suppress(DamagedFile):
            _copy(path, sha256, place)
            return
        time.sleep(PAUSE * turn)
    _copy(path, sha256, place)


def _copy(path: Path, sha256: str, place: Place) -> None:
    digest = hashlib.sha256()
    with whole_file(path, private=True) as part, place.open(sha256) as file, part.open("wb") as out:
        while piece := file.read(PIECE):
            digest.update(piece)
            out.write(piece)
        if digest.hexdigest() != sha256:
            raise damaged(sha256, place.shown)


def _is_whole(folder: Path, entries: Mapping[str, str]) -> bool:
    """Whether a folder holds these files, each with its content, and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    return names == set(entries) and all(is_right(folder / name, sha256) for name, sha256 in entries.items())


def _linked(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where the disk is another one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _renamed(part: Path, folder: Path) -> None:
    try:
        os.rename(part, folder)
    except OSError as error:
        if folder.exists():
            raise FileExistsError from error
        raise


def _remove(folder: Path) -> None:
    """Take a folder away in one step, then remove it."""
    away = folder.with_name(f".{folder.name[:16]}.{secrets.token_hex(4)}{ENDING}")
    with suppress(OSError):
        os.rename(folder, away)
        shutil.rmtree(away, ignore_errors=True)
