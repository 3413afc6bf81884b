"""`python -m audit.inference.child`: reads questions from stdin, one JSON object a line, and answers on stdout.

Two lanes, each a thread: `quick` for predictions and explanations, `slow` for attacks. It ends when stdin is closed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from audit.errors import AuditError
from models.errors import ModelError

log = logging.getLogger("assay.inference")


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

    def report(self, part: dict[str, Any]) -> None:
        """Send a part of the answer."""
        self.check()
        self._write({"id": self.number, "part": part})

    def check(self) -> None:
        """Stop here if the question was taken back."""
        if self.cancelled.is_set():
            raise Cancelled

    def run(self) -> None:
        """Answer it, whatever happens."""
        from audit.inference.actions import ACTIONS

        try:
            self.check()
            self._write({"id": self.number, "result": ACTIONS[self.action](self, **self.arguments)})
        except Cancelled:
            self._write({"id": self.number, "error": "Stopped."})
        except (AuditError, ModelError) as error:
            self._write({"id": self.number, "error": str(error)})
        except MemoryError:
            self._write({"id": self.number, "error": "There is not enough memory for this model; use a smaller one."})
        except Exception as error:
            log.exception("%s failed", self.action)
            self._write({"id": self.number, "error": f"{self.action} failed ({type(error).__name__}: {error})."})


class Lane:
    """A thread that answers questions one after the other."""

    def __init__(self, name: str) -> None:
        self.tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=f"assay-{name}", daemon=True).start()

    def _work(self) -> None:
        while True:
            self.tasks.get().run()


def serve(source: IO[bytes], out: IO[bytes]) -> None:
    """Answer until `source` ends."""
    from audit.inference.actions import SLOW

    lock = threading.Lock()

    def write(message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with lock:
            out.write(data)
            out.flush()

    lanes = {"quick": Lane("quick"), "slow": Lane("slow")}
    tasks: dict[int, Task] = {}
    for line in source:
        message = json.loads(line)
        if "cancel" in message:
            task = tasks.pop(message["cancel"], None)
            if task is not None:
                task.cancelled.set()
            continue
        task = Task(message, write)
        tasks[task.number] = task
        tasks = {number: kept for number, kept in tasks.items() if number > task.number - 1000}
        lanes["slow" if task.action in SLOW else "quick"].tasks.put(task)


def main() -> None:
    """Keep the real stdout for answers; whatever libraries print goes to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, answers)
    os._exit(0)  # a lane may be in the middle of a forward pass; nothing here is worth waiting for


if __name__ == "__main__":
    main()
