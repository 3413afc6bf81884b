"""What a disk refuses, as one sentence: what could not be written, why, how much is free there, what to do.

Libraries dress the system's refusal in errors of their own, so it is looked for in an error's number, in its words, and
in the errors it came from. What is no refusal of the disk is left alone: its own error says more.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from models.errors import DiskError
from models.translating import tr_later

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
FAULTS = FULL | REFUSED | {errno.EIO, errno.EFBIG}
"""Numbers of errors that are the disk's, or the rights' on it, whatever was written."""

_WORDS = {
    r"no space left on device|database or disk is full|requested and \d+ written": errno.ENOSPC,
    r"disk quota exceeded": errno.EDQUOT,
    r"read-only file system|readonly database": errno.EROFS,
    r"file too large": errno.EFBIG,
    r"input/output error|disk i/o error": errno.EIO,
}
"""How those are said where the number was lost: by numpy, safetensors, ONNX, SQLite."""
_SQLITE = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_IOERR: errno.EIO}
_SCARCE = 64 * 1024
"""Fewer free bytes than this are none for whoever needs a page, a journal and a directory entry."""


def fault(error: BaseException) -> int | None:
    """The number (`errno`) of the disk's refusal that an error came from; None where it came from something else."""
    for one in _chain(error):
        number = _number(one)
        if number is not None:
            return number
    return None


def named(error: BaseException) -> str | None:
    """The file that an error of the system names, if it names one."""
    for one in _chain(error):
        for which in ("filename2", "filename"):  # of two, the second is the one that was to be written
            name = getattr(one, which, None) if isinstance(one, OSError) else None
            if isinstance(name, str | bytes) and name:
                return os.fsdecode(name)
    return None


def disk_error(error: BaseException, path: str | Path | None = None) -> DiskError | None:
    """The sentence about an error that is the disk's, ready to be raised; None for any other error.

    Args:
        error: whatever was caught.
        path: the file or folder that was being written; default: the one the error names.
    """
    if isinstance(error, DiskError):
        return error
    number = fault(error)
    return None if number is None else DiskError(sentence(number, path or named(error)))


def sentence(number: int, path: str | Path | None) -> str:
    """What could not be written, why, and what to do.

    Args:
        number: one of `FAULTS`.
        path: the file or folder; None where nobody knows.
    """
    what = tr_later(f"{path} could not be written") if path else tr_later("Something could not be written")
    if number in {errno.EACCES, errno.EPERM}:
        what = tr_later(f"{path} could not be opened or written") if path else what
    return f"{what}: {reason(number, path)}."


def reason(number: int, path: str | Path | None) -> str:
    """Why, how much is free, and what to do; a clause to be put behind a colon."""
    retry = tr_later("free some space or name another place, then try again")
    if number == errno.ENOSPC:
        return tr_later(f"the disk is full{free_text(path)}; {retry}")
    if number == errno.EDQUOT:
        return tr_later(f"your quota on that disk is used up{free_text(path)}; {retry}")
    if number == errno.EROFS:
        return tr_later("it lies on a disk or in a file that can only be read; make it writable or name another place")
    if number in REFUSED:
        return tr_later("you have no permission to; change the permissions or name another place")
    if number == errno.EFBIG:
        return tr_later(
            "the file would be larger than this process or file system allows; see `ulimit -f`, or name another place"
        )
    return tr_later(
        "the disk reported an error (input/output error); look at the disk and the system's log before trying again"
    )


def free_text(path: str | Path | None) -> str:
    """` (0 B of 2.0 MB free in /data)`, or nothing where it cannot be told."""
    found = _space(path)
    if found is None:
        return ""
    place, free, total, entries = found
    if entries == 0 and free >= _SCARCE:
        return tr_later(f" ({size_text(free)} free in {place}, but no more files can be made there)")
    return tr_later(f" ({size_text(free)} of {size_text(total)} free in {place})")


def scarce(path: str | Path) -> bool:
    """Whether next to nothing is free where `path` lies."""
    found = _space(path)
    return found is not None and (found[1] < _SCARCE or found[3] == 0)


def read_only(path: str | Path) -> bool:
    """Whether `path`, or the folder it would be made in, can be read and not written by this process."""
    place = _place(path)
    return place is not None and not os.access(place, os.W_OK)


def size_text(size: float) -> str:
    """`512 B`, `3.4 kB`, `1.2 GB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        origin = getattr(following, "orig", None)  # SQLAlchemy keeps the driver's error there
        if isinstance(origin, BaseException):
            yield origin
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _number(error: BaseException) -> int | None:
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno if error.errno in FAULTS else None
    said = str(error).lower()
    return next((number for words, number in _WORDS.items() if re.search(words, said)), None)


def _place(path: str | Path | None) -> Path | None:
    """The nearest thing there is at or above a path."""
    if path is None:
        return None
    whole = Path(path).absolute()
    return next((one for one in (whole, *whole.parents) if one.exists()), None)


def _space(path: str | Path | None) -> tuple[Path, int, int, int] | None:
    """The folder, its free and whole bytes, and how many files can still be made (-1: unknown)."""
    place = _place(path)
    if place is None or not hasattr(os, "statvfs"):
        return None
    if not place.is_dir():
        place = place.parent
    try:
        found = os.statvfs(place)
    except OSError:
        return None
    entries = found.f_favail if found.f_files else -1
    return place, found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, entries
