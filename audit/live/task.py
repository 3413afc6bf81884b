"""A question on its way through the model process: its parts, its signs of life, and its being taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

SHORT = frozenset({"facts", "predict", "methods"})
"""Actions that are over soon: they come before the others."""
NOTED = 0.3
"""Seconds between two notes of how far a question is."""


class Cancelled(BaseException):
    """The question was taken back. Not an Exception: no method may take it for a row's error."""


class Taking(Protocol):
    """Whatever has questions compute in turn, as `audit.live.turns.Turns` does."""

    def pause(self, task: Task) -> None:
        """Between two steps."""
        ...

    def leave(self, task: Task) -> None:
        """No turn is needed for a while."""
        ...

    def come_back(self, task: Task) -> None:
        """One is needed again."""
        ...


class Task:
    """One question on its way.

    `report` sends a part, `check` raises `Cancelled` once nobody wants the answer, `pause` lets others have a turn.

    Attributes:
        session: whoever asked; "" for nobody in particular.
        ending: what is to be done once it is answered.
    """

    def __init__(self, message: dict[str, Any], write: Callable[[dict[str, Any]], None]) -> None:
        self.number: int = message["id"]
        self.action: str = message["action"]
        self.arguments: dict[str, Any] = message["arguments"]
        self.session = str(message.get("session", ""))
        self.cancelled = threading.Event()
        self.ending = ExitStack()
        self.turns: Taking | None = None
        self._write = write
        self._moved = time.monotonic()
        self._noted = 0.0
        self._loading = False
        self._told: dict[str, Any] = {"before": 0, "beside": 0, "loading": False}

    @property
    def line(self) -> tuple[str, str]:
        """Those of one line are answered in their order."""
        return self.session, self.action

    @property
    def short(self) -> bool:
        """Whether it is over soon."""
        return self.action in SHORT

    @property
    def model(self) -> str:
        """The model it is about."""
        return str(self.arguments.get("model", ""))

    def begin(self) -> None:
        """Its turn has come."""
        self._moved = time.monotonic()

    def report(self, part: dict[str, Any]) -> None:
        """Send a part of the answer."""
        self.check()
        self._write({"id": self.number, "part": part})

    def note(self, done: int, of: int | None = None) -> None:
        """Say how far it is: steps that are done, of how many as far as is known; now and then, not each time."""
        if time.monotonic() - self._noted >= NOTED:
            self._noted = time.monotonic()
            self._write({"id": self.number, "state": {"done": done, "of": of}})

    def tell(self, **place: Any) -> None:
        """Send where it stands among the others, where that has changed."""
        if place != self._told:
            self._told = place
            self._write({"id": self.number, "state": place})

    def check(self) -> None:
        """Give a sign of life, and stop here if the question was taken back."""
        self._moved = time.monotonic()
        if self.cancelled.is_set():
            raise Cancelled

    def pause(self) -> None:
        """Between two steps, while nothing is locked: let others have their turn if it is time, and `check`."""
        self.check()
        if self.turns is not None:
            self.turns.pause(self)
        self.check()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While a model is loaded, which gives no sign and may take long; others compute meanwhile."""
        self.check()
        self._loading = True
        if self.turns is not None:
            self.turns.leave(self)
        try:
            yield
        finally:
            self._moved = time.monotonic()
            self._loading = False
            if self.turns is not None:
                self.turns.come_back(self)
        self.check()

    @property
    def state(self) -> dict[str, Any]:
        """What a ping is told of it: seconds without a sign, and whether a model is being loaded."""
        return {"id": self.number, "still": time.monotonic() - self._moved, "loading": self._loading}

    def answer(self, message: dict[str, Any]) -> None:
        """Send the result, or the error in a sentence."""
        self._write({"id": self.number, **message})
