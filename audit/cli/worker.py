"""`python -m audit worker`: computes queued runs and makes reports; restarts itself when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Annotated

import typer

from audit import lifeline
from audit.cli.common import stderr
from audit.language.numbers import numbers
from audit.language.translating import tr
from models import signals

QUICK_DEATH_SECONDS = 5.0
LONGEST_PAUSE = 30.0
MOST = 64
"""As many as find a place on a machine (`audit.run.worker.SLOTS`)."""


def worker(
    count: Annotated[int, typer.Option("--count", min=1, max=MOST, help="How many workers to keep alive.")] = 1,
    idle_exit: Annotated[float | None, typer.Option("--idle-exit", help="End after this many idle seconds.")] = None,
    retention: Annotated[
        int | None,
        typer.Option("--retention-days", min=1, help="Erase ended runs after so many days (setting: retention_days)."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="Id of a run never to be erased by itself (setting: retention_keep)."),
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="One worker, without the guard that restarts it.")] = False,
) -> None:
    """Work on queued runs until told to stop; several workers may run, also on several machines with PostgreSQL."""
    _set_retention(retention, keep or [])
    if bare:
        from audit.run.worker import serve

        serve(idle_exit=idle_exit)
        return
    raise typer.Exit(guard(count, idle_exit))


def _set_retention(days: int | None, keep: list[str]) -> None:
    """What was asked for here goes before the settings, in the workers this one starts as well; all of it is checked."""
    from audit.run.retention import kept_runs, retention_days

    if days is not None:
        os.environ["ASSAY_RETENTION_DAYS"] = str(days)
    if keep:
        os.environ["ASSAY_RETENTION_KEEP"] = ",".join(keep)
    retention_days()
    kept_runs()


def guard(count: int, idle_exit: float | None) -> int:
    """Keep `count` workers alive; one that ends by itself in peace, or says why it cannot work, is not replaced.

    Returns:
        The exit status: 0 in peace, else that of the one that could not work.
    """
    command = [sys.executable, "-m", "audit", "worker", "--bare"]
    if idle_exit is not None:
        command += ["--idle-exit", str(idle_exit)]
    stop = threading.Event()
    for number in signals.TELLING:
        signal.signal(number, lambda *_: stop.set())
    alive = {i: (lifeline.start(command), time.monotonic()) for i in range(count)}
    pause, failed = 1.0, 0
    while alive and not stop.wait(0.5):
        for i, (process, born) in list(alive.items()):
            status = process.poll()
            if status is None:
                continue
            if status in {0, 1, 2}:  # it ended in peace, or said what is wrong
                del alive[i]
                if status:
                    failed = status
                    stop.set()
                continue
            pause = min(pause * 2, LONGEST_PAUSE) if time.monotonic() - born < QUICK_DEATH_SECONDS else 1.0
            stderr.print(
                tr(
                    "A worker died ({status}); starting another in {pause}.",
                    status=status,
                    pause=numbers().duration(pause),
                )
            )
            if stop.wait(pause):
                break
            alive[i] = lifeline.start(command), time.monotonic()
    return _end([process for process, _ in alive.values()]) or failed


def _end(workers: list[subprocess.Popen[bytes]]) -> int:
    """Tell all to end, make those end that do not; returns the largest exit status."""
    for process in workers:
        process.terminate()
    until = time.monotonic() + lifeline.PATIENCE_SECONDS
    for process in workers:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
    return max((process.wait() for process in workers), default=0)
