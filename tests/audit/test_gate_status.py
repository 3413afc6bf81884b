"""`gate` ends in 1 only where a model has failed; whatever else goes wrong is 4, and 2 is for the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import typed


@pytest.fixture(autouse=True)
def _here(hostile):
    with hostile.at_home():
        yield


@pytest.mark.parametrize(
    "error", [KeyError("x"), MemoryError(), RecursionError("deep"), BaseException("panic"), OSError(28, "full")]
)
@pytest.mark.parametrize(
    "place", ["audit.actions.reading.open_store", "audit.cli.show.print_run", "audit.results.judging.judged_by"]
)
def test_whatever_goes_wrong_is_4(hostile, monkeypatch, tmp_path, place, error):
    def broken(*_, **__):
        raise error

    (tmp_path / "p.toml").write_text('version = 1\n[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.0\n')
    monkeypatch.setattr(place, broken)
    done = typed("audit", "gate", hostile.run_id, "--policy", tmp_path / "p.toml")
    assert done.status == 4, done
    assert "Could not run" in done.err
    assert "Traceback" not in done.err


def test_what_cannot_be_imported_is_4(monkeypatch):
    monkeypatch.setitem(sys.modules, "audit.cli.show", None)
    assert typed("audit", "gate", "x").status == 4


def test_a_reader_that_went_away_is_4(hostile):
    code = "import os, sys, time; time.sleep(1); os.execv(sys.executable, [sys.executable, '-m', 'audit', 'gate', sys.argv[1], '--json'])"
    command = f'{sys.executable} -c "{code}" {hostile.run_id} | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 4, done


def test_a_wrong_command_line_is_2(hostile, tmp_path):
    assert typed("audit", "gate").status == 2
    assert typed("audit", "gate", hostile.run_id, "--policy", tmp_path / "none.toml").status == 2
