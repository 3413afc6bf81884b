"""`python -m dashboard`: an occupied port, restarting a dead worker, stopping everything it started."""

import signal
import socket
import subprocess
import sys

import pytest
from filelock import FileLock, Timeout
from waiting import until

from audit.run import client
from audit.store import close_stores
from dashboard.__main__ import Supervised, free_port, stop
from models.places import REPOSITORY


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_occupied_port_gives_way_to_the_next(taken):
    chosen = free_port("127.0.0.1", taken)
    assert chosen is not None
    assert chosen > taken


def test_a_free_port_is_kept():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert free_port("127.0.0.1", port) == port


def test_a_worker_that_dies_is_started_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("dashboard.__main__.RESTART_SECONDS", (0, 0))
    worker = Supervised(["-c", "import time; time.sleep(9999)"], tmp_path / "worker.log", 1)
    first = worker.process.pid
    try:
        worker.watch()
        assert worker.process.pid == first, "a living worker is left alone"
        worker.process.kill()
        worker.process.wait()

        def again():
            worker.watch()
            return worker.process.pid != first

        until(again, "another worker")
        assert worker.process.poll() is None
        assert "Worker 1 has ended" in capsys.readouterr().out
    finally:
        stop([worker.process])


def test_everything_started_is_stopped_even_what_ignores_the_first_signal(tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.__main__.STOP_SECONDS", 1)
    stubborn = tmp_path / "stubborn.py"
    stubborn.write_text(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(9999)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(9999)\n"
    )
    process = subprocess.Popen([sys.executable, str(stubborn)], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    stop([process])
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM)
    process.stdout.close()


def listened_to(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def held(path):
    """Whether a living process has the lock."""
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True


def test_nobody_stays_behind_when_the_launcher_is_killed(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv("ASSAY_HOME", str(home))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launcher = subprocess.Popen(
        [sys.executable, "-m", "dashboard", f"--port={port}"], cwd=REPOSITORY, stdout=subprocess.PIPE
    )
    try:
        said = iter(launcher.stdout.readline, b"")
        assert any(b"is running at" in line for line in said), (home / "logs" / "dashboard.log").read_text()
        slot = home / "workers" / "slot-0.lock"
        until(client.worker_alive, "the worker")
        assert listened_to(port)
    finally:
        launcher.kill()
        launcher.wait()
        launcher.stdout.close()
        close_stores()
    until(lambda: not held(slot), "the worker's end")
    until(lambda: not listened_to(port), "the dashboard's end")
