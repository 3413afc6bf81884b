"""Paths as people type them: `~` is the home, and what the system can never hold as a path is simply not there.

`Path.expanduser` raises for a user whom nobody knows, and `Path.is_dir`, `is_file` and `exists` for a name that is too long:
each would be a traceback where "there is no such folder" is meant.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from models.translating import tr_later


def typed_path(text: str | os.PathLike[str]) -> Path:
    """The path that was meant; `~somebody` stays as it is where there is no such user.

    >>> str(typed_path("~no-such-user/x"))
    '~no-such-user/x'
    """
    return Path(_expanded(text))


def is_dir(path: str | os.PathLike[str]) -> bool:
    """Whether a folder is there and may be looked into; never raises."""
    return os.path.isdir(_expanded(path))


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file is there; never raises."""
    return os.path.isfile(_expanded(path))


def read_at_most(path: Path, most: int) -> bytes:
    """The bytes of a file that is small where it is what was meant: a device such as /dev/zero has no end.

    Raises:
        OSError: it cannot be read, or holds more than `most` bytes.
    """
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, tr_later(f"it holds more than {most:,} bytes"), str(path))
    return data


def _expanded(path: str | os.PathLike[str]) -> str:
    try:
        return os.path.expanduser(os.fspath(path))
    except ValueError:  # a NUL in the name of a user
        return os.fspath(path)
