"""A child that hangs is replaced, whoever's question it hangs at; everybody else's questions are asked again."""

import sys

import pytest
from waiting import PATIENCE, until

from audit.live import LiveClient, process
from audit.live.client import LiveError

CHILD = """
import os, sys, time
from pathlib import Path
from audit.live import actions, child

def hang(task):
    task.report({})
    time.sleep(9999)

def load(task):
    with task.loading():
        time.sleep(9999)

def steps(task, count):
    for i in range(count):
        task.report({"step": i})
        time.sleep(0.01)
    return {"pid": os.getpid()}

def panic(task):
    raise BaseException("as Rust code does")

actions.ACTIONS.update(hang=hang, load=load, steps=steps, panic=panic)
if len(sys.argv) > 1 and not Path(sys.argv[1]).exists():
    Path(sys.argv[1]).touch()
    time.sleep(9999)  # reads nothing, answers nothing
child.main()
"""


@pytest.fixture
def started(home, tmp_path, monkeypatch):
    """Makes clients of the child above; looks often."""
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.05)
    made = []

    def start(*arguments):
        script = tmp_path / "child.py"
        script.write_text(CHILD)
        made.append(LiveClient(command=[sys.executable, str(script), *map(str, arguments)]))
        return made[-1]

    yield start
    for client in made:
        client.close()


def test_what_ends_no_thread_is_an_answer(started):
    client = started()
    first = client.ask("steps", count=1).wait(PATIENCE)["pid"]
    with pytest.raises(LiveError, match="as Rust code does"):
        client.ask("panic").wait(PATIENCE)
    assert client.ask("steps", count=1).wait(PATIENCE)["pid"] == first


def test_a_question_that_cannot_be_stopped_is_taken_back_all_the_same(started, monkeypatch):
    monkeypatch.setattr(process, "CANCELLED_SECONDS", 0.2)
    client = started()
    first = client.ask("steps", count=1).wait(PATIENCE)["pid"]
    hung = client.ask("hang")
    other = client.ask("steps", count=3)
    until(lambda: hung.parts, "its begin")
    hung.cancel()
    with pytest.raises(LiveError, match="Stopped"):
        hung.wait(PATIENCE)
    assert other.wait(PATIENCE)["pid"] != first
    assert [part["step"] for part in other.parts] == [0, 1, 2]


def test_a_question_without_a_sign_gives_way_and_one_with_signs_does_not(started, monkeypatch):
    monkeypatch.setattr(process, "STUCK_SECONDS", 2.0)
    client = started()
    long = client.ask("steps", count=400)  # 4 s at least
    hung, other = client.ask("hang"), client.ask("steps", count=1)
    first = long.wait(PATIENCE)["pid"]
    with pytest.raises(LiveError, match="came to no end"):
        hung.wait(PATIENCE)
    assert other.wait(PATIENCE)["pid"] != first


def test_loading_may_take_longer(started, monkeypatch):
    monkeypatch.setattr(process, "STUCK_SECONDS", 0.2)
    client = started()
    client.ask("steps", count=1).wait(PATIENCE)
    first, loading = client.pid, client.ask("load")
    pings = []
    judge = process.ChildProcess._judge
    monkeypatch.setattr(process.ChildProcess, "_judge", lambda self, busy: (pings.append(busy), judge(self, busy)))
    until(lambda: pings and pings[-1] and pings[-1][0]["still"] > 0.5, "signs of loading")
    assert pings[-1][0]["loading"]
    assert (client.pid, loading.done) == (first, False)


def test_a_child_that_says_nothing_is_replaced(started, monkeypatch, tmp_path):
    monkeypatch.setattr(process, "SILENT_SECONDS", PATIENCE)
    client = started(tmp_path / "begun")
    asked = client.ask("steps", count=1)
    until((tmp_path / "begun").exists, "the first child")
    first = client.pid
    monkeypatch.setattr(process, "SILENT_SECONDS", 0.2)
    until(lambda: asked.tries == 2 or asked.done, "the second child")
    monkeypatch.setattr(process, "SILENT_SECONDS", PATIENCE)
    until(lambda: asked.done, "an answer")
    if asked.error is None:
        assert asked.result["pid"] != first
    else:  # a machine so busy that nothing was heard of the second in time either
        assert "came to no end" in asked.error


def test_what_cannot_be_started_is_an_answer(home, tmp_path):
    client = LiveClient(command=[str(tmp_path / "nothing")])
    with pytest.raises(LiveError, match="cannot be started"):
        client.ask("steps", count=1).wait(PATIENCE)
