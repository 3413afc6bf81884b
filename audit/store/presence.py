"""Whether a worker of this machine lives, told by the file it locks, and what it waits for when it cannot go on.

A heartbeat is a time, and clocks are set; it also is a write, and disks are full. The system lets go of the lock of a
process that has ended, whatever became of its clock and disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import socket
from pathlib import Path

from audit.language.translating import tr_later
from audit.stored import Waiting
from models.disk import free_text, reason, scarce
from models.places import home

with contextlib.suppress(ImportError):
    import fcntl

WAITING = "waiting since "
"""How the activity of a worker begins that waits for room or a free database: then a time, a colon and why."""


def worker_id(number: int) -> str:
    """The id of the worker in a place of this data folder: of two folders on one machine, each has its own."""
    return f"{socket.gethostname()}-{_folder_mark()}-{number}"


def _folder_mark() -> str:
    return hashlib.sha256(os.path.realpath(home()).encode("utf-8", "surrogateescape")).hexdigest()[:6]


def slots_folder() -> Path:
    """Where the lock files of the workers of this data folder lie."""
    return home() / "workers"


def slot_path(number: int) -> Path:
    """The lock file of a worker's place."""
    return slots_folder() / f"slot-{number}.lock"


def holds_its_slot(worker: str, host: str) -> bool | None:
    """Whether the process of a worker lives, by its lock; None where that cannot be told from this machine and data folder.

    Args:
        worker: its id, see `worker_id`.
        host: the machine it runs on.
    """
    number = worker.rpartition("-")[2]
    if host != socket.gethostname() or not (number.isascii() and number.isdigit()) or "fcntl" not in globals():
        return None
    if worker != worker_id(int(number)):
        return None
    try:
        handle = os.open(slot_path(int(number)), os.O_RDONLY)  # a lock may be looked at where nothing can be written
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(handle)
    return False


def waiting(activity: str, heartbeat_at: str, *, silent: bool) -> Waiting | None:
    """What a living worker waits for; None when it does not.

    Args:
        activity: what it said of itself last.
        heartbeat_at: when that was.
        silent: it lives, and that was too long ago: it cannot even write that it waits.
    """
    if activity.startswith(WAITING):
        since, _, why = activity.removeprefix(WAITING).partition(" ")
        return Waiting(since, why)
    if not silent:
        return None
    if scarce(home()):
        return Waiting(heartbeat_at, reason(errno.ENOSPC, home()))
    return Waiting(heartbeat_at, tr_later(f"its process lives but has given no sign since{free_text(home())}"))


def as_activity(since: str, why: str) -> str:
    """What a worker that waits says of itself."""
    return f"{WAITING}{since} {why}"
