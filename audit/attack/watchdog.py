"""The safety net: a row that runs too long is cut by an exception thrown into it, whatever it is doing in Python.

What counts is work: time by the clock, but no more than the processors gave this process, so that a busy machine cuts
no row that a quiet one would let end.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from types import TracebackType

PATIENCE = 10.0
"""A row that waits without working is cut when so many times its seconds have passed by the clock."""


class Stopwatch:
    """Seconds of work since it was made."""

    def __init__(self) -> None:
        self._clock, self._work = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        """Time by the clock, at most what the processors gave; a tenth of the clock at least (`PATIENCE`)."""
        passed = time.perf_counter() - self._clock
        return max(min(passed, time.process_time() - self._work), passed / PATIENCE)


class RowTimeout(BaseException):
    """A row ran longer than the safety net allows. A BaseException, so that no `except Exception` swallows it."""


class Watchdog:
    """Watches the thread it was made in. `arm` before a row goes on, `disarm` when it gives back control."""

    def __init__(self) -> None:
        self._ident = ctypes.c_ulong(threading.get_ident())
        self._change = threading.Condition()
        self._allowed: float | None = None
        self._spent = Stopwatch()
        self._stopped = self._thrown = False
        self._thread = threading.Thread(target=self._watch, name="row-watchdog", daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._stopped = True
            self._change.notify()
        self._thread.join()

    def arm(self, seconds: float) -> None:
        """Throw RowTimeout into the watched thread unless `disarm` is called within `seconds` of work."""
        with self._change:
            self._allowed, self._spent, self._thrown = max(0.0, seconds), Stopwatch(), False
            self._change.notify()

    def disarm(self) -> None:
        """Stop counting, and wait for an exception that was thrown but has not arrived; it may be raised here.

        It is not taken back: CPython 3.11 would look for one at every call from then on, and hang under a tracer.
        """
        with self._change:
            self._allowed = None
            thrown, self._thrown = self._thrown, False
        if thrown:
            with contextlib.suppress(RowTimeout):
                for _ in range(100):
                    pass

    def _watch(self) -> None:
        with self._change:
            while not self._stopped:
                if self._allowed is None:
                    self._change.wait()
                    continue
                left = self._allowed - self._spent.seconds
                if left > 0:  # work is never faster than the clock: it cannot be over before
                    self._change.wait(left)
                    continue
                self._allowed, self._thrown = None, True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._ident, ctypes.py_object(RowTimeout))
