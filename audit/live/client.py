"""The dashboard's side: starts the child when it is first needed, asks, and hands answers to whoever waits."""

from __future__ import annotations

import atexit
import itertools
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr_later
from audit.live.process import ChildProcess
from models.places import home

ROOT = Path(__file__).resolve().parent.parent.parent
DIED = tr_later(
    "The model process stopped before it could answer (out of memory?); ask again, and see {log} if it stops again."
)
STUCK = tr_later(
    "The model process came to no end with this and was started anew; try a shorter text or another method."
)
STOPPED = "Stopped."
TRIES = 2
"""How often a question is asked of one child after another that was ended for the sake of other questions."""


class LiveError(AuditError):
    """A question could not be answered; the message says why."""


class Answer:
    """What comes back for one question: parts while it is being worked on, then the result or an error.

    Attributes:
        parts: JSON data of the parts that came so far, in their order.
        result: JSON data, once done without an error.
        error: the sentence that says what went wrong, once done with one.
        stopped: whether the error is that it was taken back.
        before: questions that come before it.
        beside: questions that it takes turns with.
        loading: whether a model is being loaded for it.
        steps: how many steps are done, and of how many as far as that is known; None before the first.
        started: time.monotonic() when it was asked.
    """

    def __init__(self, number: int, client: LiveClient, message: dict[str, Any]) -> None:
        self.number, self.message = number, message
        self.parts: list[dict[str, Any]] = []
        self.result: Any = None
        self.error: str | None = None
        self.stopped = False
        self.before = self.beside = 0
        self.loading = False
        self.steps: tuple[int, int | None] | None = None
        self.started = time.monotonic()
        self.ended: float | None = None
        self.tries = 0
        self.child: ChildProcess | None = None
        self._client = client
        self._over = threading.Event()

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._over.is_set()

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return (self.ended or time.monotonic()) - self.started

    def wait(self, timeout: float | None = None) -> Any:
        """The result.

        Raises:
            LiveError: it went wrong, or it is not there in time.
        """
        if not self._over.wait(timeout):
            raise LiveError(f"No answer within {numbers().duration(timeout)}; the model process is busy, try again.")
        if self.error is not None:
            raise LiveError(self.error)
        return self.result

    def settled(self, timeout: float) -> float:
        """Wait until nothing more will come, or for `timeout` seconds; gives the seconds that took."""
        begun = time.monotonic()
        self._over.wait(timeout)
        return time.monotonic() - begun

    def cancel(self) -> None:
        """Ask the child to stop working on it; it ends with an error that says so, whatever the child is doing."""
        if not self.done:
            self._client.cancel(self.number)

    def move(self, state: dict[str, Any]) -> None:
        """Take note of how it stands; called by the client."""
        if "done" in state:
            self.steps = state["done"], state["of"]
        else:
            self.before, self.beside, self.loading = state["before"], state["beside"], state["loading"]

    def settle(self, *, result: Any = None, error: str | None = None, stopped: bool = False) -> None:
        """Set the end; called by the client."""
        self.stopped = stopped
        self.result, self.error, self.ended = result, error, time.monotonic()
        self._over.set()


class LiveClient:
    """One per server process; safe to share between threads."""

    def __init__(self, *, command: list[str] | None = None) -> None:
        self._command = command or [sys.executable, "-P", "-m", "audit.live.child"]
        self._lock = threading.RLock()
        self._child: ChildProcess | None = None
        self._waiting: dict[int, Answer] = {}
        self._numbers = itertools.count(1)
        atexit.register(self.close)

    @property
    def log(self) -> Path:
        """Where the child's messages go."""
        return home() / "logs" / "live.log"

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        with self._lock:
            return self._child.process.pid if self._child is not None and self._child.running else None

    def ask(self, action: str, *, session: str = "", **arguments: Any) -> Answer:
        """Send a question; the answer fills up in the background.

        Args:
            action: a name of `audit.live.actions.ACTIONS`.
            session: who asks: sessions take turns, whatever number of questions each has.
            arguments: JSON data; see the action.
        """
        with self._lock:
            number = next(self._numbers)
            answer = Answer(number, self, {"id": number, "action": action, "arguments": arguments, "session": session})
            self._waiting[number] = answer
            self._send(answer)
        return answer

    def alive(self) -> bool:
        """Whether a child is running."""
        return self.pid is not None

    def cancel(self, number: int) -> None:
        """Take a question back; a child that cannot be stopped in what it does is replaced."""
        with self._lock:
            if self._child is not None and number in self._waiting:
                self._child.cancelled.add(number)
                self._child.send({"cancel": number})

    def close(self) -> None:
        """End the child."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.close()

    def _send(self, answer: Answer) -> None:
        child = self._child
        if child is None or not child.running:
            try:
                child = self._child = self._begin()
            except OSError as error:
                del self._waiting[answer.number]
                answer.settle(error=tr_later(f"The model process cannot be started ({error})."))
                return
        answer.child, answer.tries = child, answer.tries + 1
        child.watched.set()
        child.send(answer.message)

    def _begin(self) -> ChildProcess:
        self.log.parent.mkdir(exist_ok=True, mode=0o700)
        path = os.environ.get("PYTHONPATH")
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{path}" if path else str(ROOT)}
        return ChildProcess(self._command, self.log, environment, self._take, self._ended)

    def _take(self, message: dict[str, Any]) -> None:
        with self._lock:
            answer = self._waiting.get(message["id"])
            if answer is None:
                return
            if "part" in message:
                answer.parts.append(message["part"])
                return
            if "state" in message:
                answer.move(message["state"])
                return
            del self._waiting[answer.number]
            if not self._waiting and self._child is not None:
                self._child.watched.clear()
        answer.settle(result=message.get("result"), error=message.get("error"), stopped=message.get("stopped", False))

    def _ended(self, child: ChildProcess) -> None:
        """Settle what the child leaves behind; what it left for another question's sake is asked again."""
        with self._lock:
            if self._child is child:
                self._child = None
            for answer in [answer for answer in self._waiting.values() if answer.child is child]:
                error = self._why(answer, child)
                if error is None:
                    answer.parts, answer.steps = [], None
                    self._send(answer)
                else:
                    del self._waiting[answer.number]
                    answer.settle(error=error, stopped=error == STOPPED)

    def _why(self, answer: Answer, child: ChildProcess) -> str | None:
        """Why a question of a child that ended has no answer; None: it is to be asked again."""
        if answer.number in child.cancelled:
            return STOPPED
        if not child.replaced:
            return DIED.format(log=self.log)
        return STUCK if answer.number == child.guilty or answer.tries >= TRIES else None
