"""Waiting for events, however slow the machine: no test measures time, and what never comes fails with what it was."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any, TypeVar

PATIENCE = 240.0
"""Seconds after which an event is taken never to come; a machine that is only busy is far from it."""

Seen = TypeVar("Seen")


def until(seen: Callable[[], Seen], what: str, seconds: float = PATIENCE) -> Seen:
    """Ask again and again until the answer counts as true; return it.

    Raises:
        TimeoutError: it never did; says `what`.
    """
    end = time.monotonic() + seconds
    while True:
        found = seen()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)


def deaf(ready: Any) -> None:
    """A process that does not end when it is told to; sets the event once that is so."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.set()
    signal.pause()
