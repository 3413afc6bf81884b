"""Worker processes for the tests and the soak: started, killed without mercy, started again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from waiting import PATIENCE

from audit.store import Run, Store

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent


def start_worker(idle_exit: float | None = None, **environment: str) -> subprocess.Popen[bytes]:
    """A worker with the fake model, in a process (and session) of its own."""
    path = os.pathsep.join([str(ROOT), str(HERE)])
    command = [sys.executable, str(HERE / "run_fakes.py"), *([str(idle_exit)] if idle_exit is not None else [])]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path, **environment}, stderr=subprocess.PIPE, start_new_session=True
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    """SIGKILL, and wait until the system has taken note."""
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    if worker.stderr is not None:
        worker.stderr.close()


def wait_for(store: Store, run_id: str, states: tuple[str, ...], seconds: float = PATIENCE) -> Run:
    """Wait until a run is in one of some states.

    Raises:
        TimeoutError: it did not get there.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = store.run(run_id)
        if run.status in states:
            return run
        time.sleep(0.05)
    raise TimeoutError(f"run {run_id} is {run.status}, not one of {states}: {store.progress(run_id)}")


def wait_for_shards(store: Store, run_id: str, count: int, seconds: float = PATIENCE) -> int:
    """Wait until so many shards are done, or the run is over; returns how many are."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done = store.progress(run_id).shards_done
        if done >= count or not store.run(run_id).active:
            return done
        time.sleep(0.02)
    raise TimeoutError(f"run {run_id} has {done} shards done, not {count}")


def finish_under_fire(
    store: Store,
    run_id: str,
    *,
    kills: int,
    seed: int = 0,
    workers: int = 1,
    longest: float = 3.0,
    seconds: float = 600,
) -> tuple[Run, int]:
    """Let workers compute a run while killing them at random moments, then let it end in peace.

    Args:
        store: where the run is; run_id: which.
        kills: how many SIGKILLs at most; fewer when the run ends before.
        seed: of the moments; workers: how many at a time.
        longest: the longest time between two kills, in seconds.
        seconds: how long the peaceful end may take.

    Returns:
        The finished run and the number of kills.
    """
    moments = random.Random(seed)
    alive = [start_worker() for _ in range(workers)]
    killed = 0
    try:
        while killed < kills and store.run(run_id).active:
            time.sleep(moments.uniform(0.05, longest))
            victim = moments.randrange(len(alive))
            kill(alive[victim])
            killed += 1
            alive[victim] = start_worker()
        return wait_for(store, run_id, ("finished", "failed", "cancelled"), seconds), killed
    finally:
        for worker in alive:
            kill(worker)
