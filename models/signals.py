"""Being told to end: every such signal is a `KeyboardInterrupt`, waits while files get their names, and is heard once all is closed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

TELLING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Ctrl-C, the wish to end, a terminal that was closed."""

_told: list[int] = []
_listening: list[int] = []


def end_plainly() -> None:
    """Let Ctrl-C end the process there and then, for programs to call first of all: while they import, nothing is open."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def listen() -> None:
    """Have every wish to end raise `KeyboardInterrupt`, so that what is open is closed; what is ignored stays so."""
    for number in TELLING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
            _listening.append(number)


def deafen() -> None:
    """Hear none of what `listen` listens to any more: all is closed, impatience has nothing left to interrupt."""
    for number in _listening:
        signal.signal(number, signal.SIG_IGN)


def told_by() -> int:
    """The signal that a `KeyboardInterrupt` came from; SIGINT where it came from none."""
    return _told[-1] if _told else int(signal.SIGINT)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Let the wish to end wait until the block is over; it must be short."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield  # Python handles signals in the main thread only
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, TELLING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(number: int, _: object) -> None:
    _told[:] = [number]
    raise KeyboardInterrupt
