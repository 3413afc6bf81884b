"""Processes that end when the one that started them does, however it ended.

The child inherits the reading end of a pipe in which nothing is ever written. The system closes the other end when the
parent is gone, killed without mercy or not, and the child then ends as if it had been told to. On Linux a child that is
started from a thread which lives as long as it does can also ask to be killed by the system (`die_with_parent`): that
reaches it even when it is stopped, or busy where no Python runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

VARIABLE = "ASSAY_LIFELINE"
"""Tells the child which of its file descriptors is the reading end."""
PATIENCE_SECONDS = 20.0
"""How long a child that was told to end may take before it is ended."""
_PR_SET_PDEATHSIG = 1


def start(command: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that ends with this one, or when what is returned is thrown away.

    Args:
        command: a program that calls `follow`, as every command of Assay does.
        env: its environment; default: ours.
        options: as for `subprocess.Popen`.
    """
    ours, theirs = None, None
    try:
        theirs, ours = os.pipe()
        environment = {**(os.environ if env is None else env), VARIABLE: str(theirs)}
        process = subprocess.Popen(command, env=environment, pass_fds=(theirs,), **options)
        weakref.finalize(process, os.close, ours)
        ours = None
    finally:
        for end in (ours, theirs):
            if end is not None:
                os.close(end)
    return process


def follow() -> None:
    """Have this process end with the one that started it by `start`; does nothing in a process started otherwise."""
    given = os.environ.pop(VARIABLE, "")  # not for our own children
    if given.isdigit():
        threading.Thread(target=_end_after, args=(int(given),), name="assay-lifeline", daemon=True).start()


def die_with_parent() -> None:
    """Have the system kill this process when the thread that started it ends (Linux; elsewhere nothing happens)."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def follow_pool() -> None:
    """The initializer of a `ProcessPoolExecutor`: its processes end with the one whose pool it is."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal's processes; the parent ends us

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="assay-lifeline", daemon=True).start()


def end(processes: Sequence[Any], patience: float = PATIENCE_SECONDS) -> None:
    """Tell processes of `multiprocessing` to end, and wait until they have; those that take too long are killed."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + patience
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def _end_after(lifeline: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(lifeline, 1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os._exit(1)
