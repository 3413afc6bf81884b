"""The safety net: a row that runs too long is cut by an exception thrown into it, whatever it is doing in Python."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from types import TracebackType


class RowTimeout(BaseException):
    """A row ran longer than the safety net allows. A BaseException, so that no `except Exception` swallows it."""


class Watchdog:
    """Watches the thread it was made in. `arm` before a row goes on, `disarm` when it gives back control."""

    def __init__(self) -> None:
        self._ident = ctypes.c_ulong(threading.get_ident())
        self._change = threading.Condition()
        self._deadline: float | None = None
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
        """Throw RowTimeout into the watched thread unless `disarm` is called within `seconds`."""
        with self._change:
            self._deadline, self._thrown = time.monotonic() + max(0.0, seconds), False
            self._change.notify()

    def disarm(self) -> None:
        """Stop counting, and wait for an exception that was thrown but has not arrived; it may be raised here.

        It is not taken back: CPython 3.11 would look for one at every call from then on, and hang under a tracer.
        """
        with self._change:
            self._deadline = None
            thrown, self._thrown = self._thrown, False
        if thrown:
            with contextlib.suppress(RowTimeout):
                for _ in range(100):
                    pass

    def _watch(self) -> None:
        with self._change:
            while not self._stopped:
                if self._deadline is None:
                    self._change.wait()
                    continue
                left = self._deadline - time.monotonic()
                if left > 0:
                    self._change.wait(left)
                    continue
                self._deadline, self._thrown = None, True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._ident, ctypes.py_object(RowTimeout))
