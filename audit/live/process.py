"""One child of the interactive client: told and heard in threads that live as long as it does, and watched.

The child answers pings beside its work and says which questions it is at. One that is stopped, silent, or at one question
for too long without a sign is ended, with the reason; the client then starts another.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

LOOK_SECONDS = 1.0
SILENT_SECONDS = 120.0
"""Without an answer to a ping, although the system runs it: it hangs where no Python runs."""
STUCK_SECONDS = 300.0
"""At a question without a forward pass or any other sign."""
CANCELLED_SECONDS = 10.0
"""The same, for a question that was taken back."""
LOADING_SECONDS = 1800.0
"""The same, while a model is loaded, which may have to be downloaded first."""


class ChildProcess:
    """A running child.

    Args:
        command: the program.
        log: file for what it prints.
        environment: its environment.
        take: called with every message of the child, in a thread of ours.
        ended: called with this object once the child is gone.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        take: Callable[[dict[str, Any]], None],
        ended: Callable[[ChildProcess], None],
    ) -> None:
        self.guilty: int | None = None
        self.replaced = False
        self.watched = threading.Event()
        self.cancelled: set[int] = set()
        self._take, self._ended = take, ended
        self._outbox: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._gone = threading.Event()
        self._heard = self._pinged = time.monotonic()
        started: Future[subprocess.Popen[bytes]] = Future()
        # the thread that starts it lives as long as it does: when that ends, the system ends the child
        target, arguments = self._live, (list(command), log, dict(environment), started)
        threading.Thread(target=target, args=arguments, name="assay-live", daemon=True).start()
        self.process = started.result()
        for work in (self._write, self._watch):
            threading.Thread(target=work, name="assay-live", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def send(self, message: dict[str, Any]) -> None:
        """Put a message on its way; never waits."""
        self._outbox.put(message)

    def replace(self, guilty: int | None) -> None:
        """End it so that another takes its place; `guilty` is the question for whose sake."""
        self.guilty, self.replaced = guilty, True
        self.process.kill()

    def close(self) -> None:
        """Let it end, and make it end if it takes long."""
        self._outbox.put(None)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _live(
        self, command: list[str], log: Path, environment: dict[str, str], started: Future[subprocess.Popen[bytes]]
    ) -> None:
        try:
            with log.open("ab") as errors:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
                )
        except BaseException as error:
            started.set_exception(error)
            return
        started.set_result(process)
        assert process.stdout is not None
        with process.stdout as out:
            for line in out:
                self._heard = time.monotonic()
                message = json.loads(line)
                if "busy" in message:
                    self._judge(message["busy"])
                else:
                    self._take(message)
        process.wait()
        self._gone.set()
        self._outbox.put(None)
        self._ended(self)

    def _write(self) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError):
            while (message := self._outbox.get()) is not None:
                stdin.write(json.dumps(message).encode() + b"\n")
                stdin.flush()
        with contextlib.suppress(OSError):
            stdin.close()

    def _watch(self) -> None:
        """While questions wait, ask how it is; a child that was stopped for two looks will not go on by itself."""
        stopped = 0
        while not self._gone.wait(LOOK_SECONDS):
            if not self.watched.is_set():
                stopped, self._heard = 0, time.monotonic()
                continue
            stopped = stopped + 1 if _stopped(self.process.pid) else 0
            if stopped > 1 or time.monotonic() - self._heard > SILENT_SECONDS:
                self.replace(None)
                return
            self.send({"ping": True})

    def _judge(self, busy: Sequence[Mapping[str, Any]]) -> None:
        for one in busy:
            limit = CANCELLED_SECONDS if one["id"] in self.cancelled else STUCK_SECONDS
            if one["still"] > (LOADING_SECONDS if one["loading"] else limit):
                self.replace(one["id"])
                return


def _stopped(pid: int) -> bool:
    """Whether the system has stopped a child of ours (SIGSTOP); False where that cannot be asked."""
    if not hasattr(os, "waitid"):
        return False
    with contextlib.suppress(OSError):
        return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
    return False
