"""`python -m audit.live.child`: reads questions from stdin, one JSON object a line, and answers on stdout.

Each question has a thread, and one of them computes at a time, see `audit.live.turns`. Beside them it answers pings with
what is being worked on. It ends when stdin is closed, or when the process that started it ends.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from typing import IO, Any

from audit.errors import AuditError, in_words
from audit.language.translating import tr_later
from audit.lifeline import die_with_parent
from audit.live.task import Cancelled, Task
from audit.live.turns import Turns
from audit.run.logs import log_error
from models.errors import ModelError
from models.memory import bound_heap, give_back

log = logging.getLogger("assay.live")


def answer(task: Task) -> None:
    """Answer a question, whatever happens."""
    from audit.live.actions import ACTIONS
    from audit.live.asked import check_question

    try:
        task.check()
        check_question(ACTIONS, task.action, task.arguments)
        task.answer({"result": ACTIONS[task.action](task, **task.arguments)})
    except Cancelled:
        task.answer({"error": "Stopped.", "stopped": True})
    except (AuditError, ModelError) as error:
        task.answer({"error": str(error)})
    except MemoryError:
        task.answer({"error": tr_later("There is not enough memory for this model; use a smaller one.")})
    except BaseException as error:  # whatever ended this thread would end every later question: a panic of Rust code
        log_error(log, f"{task.action} failed", error)
        task.answer({"error": in_words(error)})


def work(task: Task) -> None:
    """Answer a question and leave nothing of it in memory."""
    with task.ending:
        answer(task)
    give_back()


def serve(source: IO[bytes], out: IO[bytes]) -> None:
    """Answer until `source` ends."""
    lock = threading.Lock()

    def write(message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with lock:
            out.write(data)
            out.flush()

    turns = Turns(work)
    tasks: dict[int, Task] = {}
    for line in source:
        message = json.loads(line)
        if "ping" in message:
            write({"busy": [task.state for task in turns.busy()]})
            continue
        if "cancel" in message:
            task = tasks.pop(message["cancel"], None)
            if task is not None and turns.take_back(task):
                write({"id": task.number, "error": "Stopped.", "stopped": True})  # who asked need not wait
            continue
        task = Task(message, write)
        tasks[task.number] = task
        tasks = {number: kept for number, kept in tasks.items() if number > task.number - 1000}
        turns.put(task)


def main() -> None:
    """Keep the real stdout for answers; whatever libraries print goes to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    os.umask(0o077)
    bound_heap()
    die_with_parent()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, answers)
    os._exit(0)  # a question may be in the middle of a forward pass; nothing here is worth waiting for


if __name__ == "__main__":
    main()
