"""`python -m audit.inference.child`: reads questions from stdin, one JSON object a line, and answers on stdout.

Two lanes, each a thread: `quick` for predictions and explanations, `slow` for attacks. Beside them it answers pings with
what the lanes are at. It ends when stdin is closed, or when the process that started it ends.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from audit.errors import AuditError
from audit.language.translating import tr_later
from audit.lifeline import die_with_parent
from audit.run.logs import log_error
from models.errors import ModelError
from models.memory import few_arenas, give_back

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

    def run(self) -> None:
        """Answer it, whatever happens."""
        from audit.inference.actions import ACTIONS
        from audit.inference.asked import check_question

        try:
            self.check()
            check_question(ACTIONS, self.action, self.arguments)
            self._write({"id": self.number, "result": ACTIONS[self.action](self, **self.arguments)})
        except Cancelled:
            self._write({"id": self.number, "error": "Stopped."})
        except (AuditError, ModelError) as error:
            self._write({"id": self.number, "error": str(error)})
        except MemoryError:
            self._write(
                {"id": self.number, "error": tr_later("There is not enough memory for this model; use a smaller one.")}
            )
        except (
            BaseException
        ) as error:  # whatever ended this thread would end every later question: a panic of Rust code
            log_error(log, f"{self.action} failed", error)
            self._write({"id": self.number, "error": f"{self.action} failed ({type(error).__name__}: {error})."})


class Lane:
    """A thread that answers questions one after the other."""

    def __init__(self, name: str) -> None:
        self.tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self.task: Task | None = None
        """The one it is at."""
        threading.Thread(target=self._work, name=f"assay-{name}", daemon=True).start()

    def _work(self) -> None:
        while True:
            task = self.tasks.get()
            task.begin()
            self.task = task
            task.run()
            self.task = None
            del task
            give_back()


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
        if "ping" in message:
            write({"busy": [task.state for lane in lanes.values() if (task := lane.task) is not None]})
            continue
        if "cancel" in message:
            task = tasks.pop(message["cancel"], None)
            if task is not None:
                task.cancelled.set()
                if all(lane.task is not task for lane in lanes.values()):
                    write({"id": task.number, "error": "Stopped."})  # its turn has yet to come; who asked need not wait
            continue
        task = Task(message, write)
        tasks[task.number] = task
        tasks = {number: kept for number, kept in tasks.items() if number > task.number - 1000}
        lanes["slow" if task.action in SLOW else "quick"].tasks.put(task)


def main() -> None:
    """Keep the real stdout for answers; whatever libraries print goes to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    os.umask(0o077)
    few_arenas()
    die_with_parent()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, answers)
    os._exit(0)  # a lane may be in the middle of a forward pass; nothing here is worth waiting for


if __name__ == "__main__":
    main()
