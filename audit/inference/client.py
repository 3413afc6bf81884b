"""The dashboard's side: starts the child when it is first needed, asks, and hands answers to whoever waits."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from audit.errors import AuditError
from models.places import home

ROOT = Path(__file__).resolve().parent.parent.parent
DIED = "The model process stopped before it could answer (out of memory?); ask again, and see {log} if it stops again."


class InferenceError(AuditError):
    """A question could not be answered; the message says why."""


class Answer:
    """What comes back for one question: parts while it is being worked on, then the result or an error.

    Attributes:
        parts: JSON data of the parts that came so far, in their order.
        result: JSON data, once done without an error.
        error: the sentence that says what went wrong, once done with one.
        started: time.monotonic() when it was asked.
    """

    def __init__(self, number: int, client: InferenceClient) -> None:
        self.number = number
        self.parts: list[dict[str, Any]] = []
        self.result: Any = None
        self.error: str | None = None
        self.started = time.monotonic()
        self.ended: float | None = None
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
            InferenceError: it went wrong, or it is not there in time.
        """
        if not self._over.wait(timeout):
            raise InferenceError(f"No answer within {timeout:.0f} seconds; the model process is busy, try again.")
        if self.error is not None:
            raise InferenceError(self.error)
        return self.result

    def cancel(self) -> None:
        """Ask the child to stop working on it; it ends with an error that says so."""
        if not self.done:
            self._client.send({"cancel": self.number})

    def settle(self, *, result: Any = None, error: str | None = None) -> None:
        """Set the end; called by the client."""
        self.result, self.error, self.ended = result, error, time.monotonic()
        self._over.set()


class InferenceClient:
    """One per server process; safe to share between threads."""

    def __init__(self, *, command: list[str] | None = None) -> None:
        self._command = command or [sys.executable, "-m", "audit.inference.child"]
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[int, Answer] = {}
        self._numbers = itertools.count(1)
        atexit.register(self.close)

    @property
    def log(self) -> Path:
        """Where the child's messages go."""
        return home() / "logs" / "inference.log"

    def ask(self, action: str, **arguments: Any) -> Answer:
        """Send a question; the answer fills up in the background.

        Args:
            action: a name of `audit.inference.actions.ACTIONS`.
            arguments: JSON data; see the action.
        """
        with self._lock:
            answer = Answer(next(self._numbers), self)
            self._waiting[answer.number] = answer
            self._ensure()
            self.send({"id": answer.number, "action": action, "arguments": arguments})
        return answer

    def alive(self) -> bool:
        """Whether a child is running."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def send(self, message: dict[str, Any]) -> None:
        """Write one message; a child that is gone settles every question with an error."""
        with self._lock:
            try:
                assert self._process is not None
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(message).encode() + b"\n")
                self._process.stdin.flush()
            except (OSError, ValueError, AssertionError):
                self._settle_all(DIED.format(log=self.log))

    def close(self) -> None:
        """End the child."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        try:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()

    def _ensure(self) -> None:
        if self.alive():
            return
        self.log.parent.mkdir(exist_ok=True, mode=0o700)
        path = os.environ.get("PYTHONPATH")
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{path}" if path else str(ROOT)}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment
            )
        assert self._process.stdout is not None
        reader = threading.Thread(target=self._read, args=(self._process, self._process.stdout), daemon=True)
        reader.start()

    def _read(self, process: subprocess.Popen[bytes], out: IO[bytes]) -> None:
        with out:
            for line in out:
                self._take(json.loads(line))
        process.wait()
        with contextlib.suppress(OSError, AttributeError):
            process.stdin.close()  # type: ignore[union-attr]
        with self._lock:
            if self._process is process or self._process is None:
                self._settle_all(DIED.format(log=self.log))

    def _take(self, message: dict[str, Any]) -> None:
        if "part" in message:
            answer = self._waiting.get(message["id"])
            if answer is not None:
                answer.parts.append(message["part"])
            return
        with self._lock:
            answer = self._waiting.pop(message["id"], None)
        if answer is not None:
            answer.settle(result=message.get("result"), error=message.get("error"))

    def _settle_all(self, error: str) -> None:
        waiting, self._waiting = list(self._waiting.values()), {}
        for answer in waiting:
            answer.settle(error=error)
