"""Processes end when the one that started them does, even if that is killed without a word.

All hold the writing end of one pipe, their standard output: reading it comes to an end when the last of them has gone.
"""

import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from waiting import deaf, until

from audit import lifeline

ROOT = Path(__file__).resolve().parent.parent.parent
PARENT = "import sys, time; from audit import lifeline; kept = lifeline.start([sys.executable, '-c', {child!r}]); time.sleep(9999)"
CHILD = (
    "import os, time; from audit import lifeline; lifeline.follow(); "
    "print('up', os.environ.get(lifeline.VARIABLE), flush=True); time.sleep(9999)"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + CHILD.replace(
    "lifeline.follow()", "lifeline.PATIENCE_SECONDS = 0.1; lifeline.follow()"
)
POOL = """
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from audit import lifeline
if __name__ == "__main__":
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=lifeline.follow_pool)
    [pool.submit(time.sleep, 0) for _ in range(8)]
    pool.submit(print, "up", flush=True).result()
    time.sleep(9999)
"""


def started(*command: str, **environment: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )
    return process


def killed(parent: subprocess.Popen[bytes]) -> bytes:
    """Kill the parent without mercy; what was still said until all were gone."""
    parent.kill()
    with parent:
        return parent.stdout.read()


@pytest.mark.parametrize("child", [CHILD, STUBBORN], ids=["obedient", "stubborn"])
def test_a_child_ends_when_its_parent_is_killed(child):
    parent = started("-c", PARENT.format(child=child))
    assert parent.stdout.readline() == b"up None\n"  # it does not hand its lifeline on
    assert killed(parent) == b""


def test_a_child_ends_when_its_parent_throws_it_away():
    dropped = PARENT.replace("kept = ", "").replace("time.sleep(9999)", "print(input())")
    with subprocess.Popen(
        [sys.executable, "-c", dropped.format(child=CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        parent.communicate(b"end\n")  # to the end of what both write to


def test_the_processes_of_a_pool_end_when_theirs_is_killed(tmp_path):
    (tmp_path / "pool.py").write_text(POOL)
    parent = started(str(tmp_path / "pool.py"))
    assert parent.stdout.readline() == b"up\n"
    assert killed(parent) == b""


def test_a_worker_ends_when_its_guard_is_killed(home):
    from audit.store import close_stores, open_store

    guard = started("-m", "audit", "worker", ASSAY_HOME=str(home))
    store = open_store()
    try:
        until(lambda: any(worker.alive for worker in store.workers()), "a worker")
        killed(guard)
    finally:
        close_stores()


def test_ending_processes_does_not_wait_for_the_deaf():
    spawn = get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=deaf, args=(ready,))
    process.start()
    ready.wait()
    lifeline.end([process], patience=0.1)
    assert process.exitcode == -signal.SIGKILL
