"""What `audit.run._dbos` takes from DBOS's insides does what its docstrings say, in the DBOS that is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

TRIED = """
import sys, time, threading
sys.path.insert(0, sys.argv[2])
from dbos import DBOS, SetWorkflowID
from audit.run import _dbos

def config(executor):
    return {"name": "tried", "system_database_url": f"sqlite:///{sys.argv[1]}", "executor_id": executor,
            "application_version": "1", "log_level": "ERROR", "enable_otlp": False}

def start(executor):
    DBOS(config=config(executor))

    @DBOS.workflow(name="work")
    def work(n):
        began.set()
        assert go.wait(60)
        done.append(n)
        return n

    DBOS.launch()
    DBOS.register_queue("works", polling_interval_sec=0.1)
    return work

def until(holds):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit("it did not come to pass")

began, go, done = threading.Event(), threading.Event(), []
if sys.argv[3] == "dies":  # with a workflow under way
    work = start("dead")
    with SetWorkflowID("left"):
        DBOS.enqueue_workflow("works", work, 1)
    assert began.wait(60)
    assert _dbos.lost("dead") == set(), "it is being worked on"
    import os
    os._exit(9)

work = start("alive")
assert _dbos.lost("alive") == set()
time.sleep(1)
assert not began.is_set(), "what another worker left is not touched unasked"
_dbos.recover("dead")
assert began.wait(60), "recovered and begun"
until(lambda: DBOS.list_workflows(status="PENDING", executor_id=["alive"]))
assert _dbos.lost("alive") == set()

instance = _dbos._instance()
real = instance._active_workflows_set.activeList
instance._active_workflows_set.activeList = lambda: []  # as after a thread that was lost
assert _dbos.lost("alive") == {"left"}
assert _dbos.start_again("left", "alive")
assert not _dbos.start_again("left", "alive"), "it waits in a queue now"
instance._active_workflows_set.activeList = real
go.set()
until(lambda: DBOS.list_workflows(status="SUCCESS"))
assert set(done) == {1}
print("held")
import os
os._exit(0)
"""


def run(folder: Path, part: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", TRIED, str(folder / "dbos.db"), str(ROOT), part]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def test_what_a_dead_worker_left_is_recovered_and_what_got_lost_is_started_again(tmp_path):
    died = run(tmp_path, "dies")
    assert died.returncode == 9, died.stderr
    lived = run(tmp_path, "lives")
    assert lived.returncode == 0, lived.stderr
    assert lived.stdout.split() == ["held"]


def test_nobody_else_uses_its_insides():
    """No module but `_dbos` imports a module of DBOS's own, or a name of it that begins with an underscore."""
    found = []
    for path in sorted((ROOT / "audit").rglob("*.py")):
        if path.name == "_dbos.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dbos."):
                found.append(f"{path.name}:{node.lineno}")
            inner = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "DBOS"
            if inner and node.attr.startswith("_"):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []
