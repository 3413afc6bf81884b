"""`python -m dashboard`: an occupied port, restarting a dead worker, stopping everything it started."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from dashboard.__main__ import Supervised, free_port, stop


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


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
    worker = Supervised(["-c", "import time; time.sleep(60)"], tmp_path / "worker.log", 1)
    first = worker.process.pid
    try:
        worker.watch()
        assert worker.process.pid == first, "a living worker is left alone"
        worker.process.kill()
        worker.process.wait()

        def again():
            worker.watch()
            return worker.process.pid != first

        assert wait_for(again)
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
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, str(stubborn)], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    stop([process])
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM)
    process.stdout.close()
