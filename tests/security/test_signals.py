"""Being told to end, once or twice, and a reader that goes away: the right status, no traceback, nothing half-written, nobody left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from runs import make_run
from waiting import until

from audit.store import close_stores, open_store

ROOT = Path(__file__).resolve().parents[2]
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

FRESH = """
import os, signal, sys
ignored, *words = sys.argv[1:]
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN if number.name in ignored.split() else signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, ())
os.execv(sys.executable, [sys.executable, *words])
"""
"""Becomes a Python that hears signals as if typed at a terminal: what runs the tests may have some ignored, which children inherit."""

PROGRAM = """
import time
from pathlib import Path
from models import command, signals
from models.writing import whole_file
import typer

app = typer.Typer()

@app.command()
def write(path: Path, slow: bool = False) -> None:
    with whole_file(path) as part:
        part.write_text("half of it")
        try:
            print("ready", flush=True)
            time.sleep(600)
        finally:
            print("closing", flush=True)
            if slow:
                time.sleep(600)

signals.listen()
command.run(app, known=(ValueError,), status=lambda error: 2)
"""


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python with these words, the signals named in `ignored` ignored; whoever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: object, ignored: str = "", **options) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", FRESH, ignored, *map(str, words)], cwd=ROOT, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:  # which closes its pipes and waits for it
            process.kill()


def ended(process: subprocess.Popen[str], status: int) -> str:
    out, err = process.communicate(timeout=240)
    assert process.returncode == status, (process.returncode, out, err)
    assert "Traceback" not in err, err
    assert "Exception ignored" not in err, err
    return err


@pytest.mark.parametrize("number", STATUS)
def test_told_to_end_while_it_writes(number, tmp_path, started):
    process = started("-c", PROGRAM, tmp_path / "x")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert "Stopped." in ended(process, STATUS[number])
    assert os.listdir(tmp_path) == []


FOLDER = """
import sys, time
from pathlib import Path
from models.writing import is_free, whole_folder
if not is_free(Path(sys.argv[1])):
    sys.exit("taken")
with whole_folder(Path(sys.argv[1])) as part:
    (part / "one").write_text("half of it")
    print("ready", flush=True)
    time.sleep(600 if sys.argv[2] == "slow" else 0)
"""


def test_killed_while_it_fills_an_empty_folder_the_next_one_fills_it(tmp_path, started):
    place = tmp_path / "out"
    place.mkdir()
    process = started("-c", FOLDER, place, "slow")
    assert process.stdout.readline() == "ready\n"
    assert "taken" in started("-c", FOLDER, place, "quick").communicate(timeout=240)[1], "the first still fills it"
    process.kill()
    process.wait()
    assert started("-c", FOLDER, place, "quick").communicate(timeout=240) == ("ready\n", "")
    assert os.listdir(place) == ["one"]
    assert "taken" in started("-c", FOLDER, place, "quick").communicate(timeout=240)[1]


@pytest.mark.parametrize("number", STATUS)
def test_told_again_while_it_closes(number, tmp_path, started):
    process = started("-c", PROGRAM, tmp_path / "x", "--slow")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "closing\n"
    process.send_signal(number)
    ended(process, STATUS[number])
    assert os.listdir(tmp_path) == []


def test_what_is_ignored_stays_ignored(tmp_path, started):
    """`nohup`: a terminal that is closed ends nothing."""
    process = started("-c", PROGRAM, tmp_path / "x", ignored="SIGHUP")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    ended(process, 143)


@pytest.fixture
def finished(tmp_path, home):
    """The id of a finished run."""
    run = make_run(open_store(), tmp_path, rows=12)
    close_stores()
    return run.id


@pytest.mark.parametrize(
    "words", [("status",), ("status", "RUN", "--json"), ("show", "RUN"), ("show", "RUN", "--json"), ("resources",)]
)
def test_a_reader_that_went_away(words, finished, started):
    reading, writing = os.pipe()
    os.close(reading)
    process = started("-m", "audit", *(finished if word == "RUN" else word for word in words), stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 141, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


@pytest.mark.parametrize("program", ["audit", "models"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_while_it_is_still_being_imported(program, number, started):
    """As early as can be: the first moment at which the process shows that it runs our code."""
    code = (
        "import os, runpy, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == 'typer': os.kill(os.getpid(), {int(number)})\n"
        "sys.meta_path.insert(0, Watch())\n"
        f"sys.argv = ['x', '--help']; runpy.run_module('{program}', run_name='__main__', alter_sys=True)"
    )
    process = started("-c", code)
    ended(process, -number)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="children are looked for in /proc")
def test_a_guard_that_is_told_to_end_leaves_no_worker(home, started):
    process = started("-m", "audit", "worker", start_new_session=True)
    workers = until(lambda: children(process.pid), "the worker")
    until(lambda: list((home / "workers").glob("slot-*.lock")), "the worker's slot")
    process.send_signal(signal.SIGTERM)
    ended(process, 0)
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers), "the worker's end")


def children(parent: int) -> list[int]:
    """Processes whose parent it is."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found
