"""A question on its way through the model process: its parts, its signs of life, and its being taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Cancelled(BaseException):
    """The question was taken back. Not an Exception: no method may take it for a row's error."""


class Task:
    """One question on its way; `report` sends a part, `check` raises `Cancelled` once nobody wants the answer."""

    def __init__(self, message: dict[str, Any], write: Callable[[dict[str, Any]], None]) -> None:
        self.number: int = message["id"]
        self.action: str = message["action"]
        self.arguments: dict[str, Any] = message["arguments"]
        self.cancelled = threading.Event()
        self._write = write
        self._moved = time.monotonic()
        self._loading = False

    def begin(self) -> None:
        """Its turn has come."""
        self._moved = time.monotonic()

    def report(self, part: dict[str, Any]) -> None:
        """Send a part of the answer."""
        self.check()
        self._write({"id": self.number, "part": part})

    def check(self) -> None:
        """Give a sign of life, and stop here if the question was taken back."""
        self._moved = time.monotonic()
        if self.cancelled.is_set():
            raise Cancelled

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While a model is loaded, which gives no sign and may take long."""
        self.check()
        self._loading = True
        try:
            yield
        finally:
            self._moved = time.monotonic()
            self._loading = False
        self.check()

    @property
    def state(self) -> dict[str, Any]:
        """What a ping is told of it: seconds without a sign, and whether a model is being loaded."""
        return {"id": self.number, "still": time.monotonic() - self._moved, "loading": self._loading}

    def answer(self, message: dict[str, Any]) -> None:
        """Send the result, or the error in a sentence."""
        self._write({"id": self.number, **message})
