import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import run_fakes

from audit.store import close_stores, open_store

run_fakes.register()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty ASSAY_HOME."""
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield tmp_path / "home"
    close_stores()


@pytest.fixture
def store(home):
    return open_store()


@pytest.fixture
def table(tmp_path):
    """Writes a CSV of so many rows; some may be given by index."""

    def write(n=40, special=None, name="t.csv"):
        special = special or {}
        lines = [f"{special.get(i, f'row number {i}')},{'positive' if i % 3 else 'negative'}" for i in range(n)]
        path = tmp_path / name
        path.write_text("text,label\n" + "\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def bench(store):
    """Runs a whole audit in this process, without the workflow engine."""
    return run_fakes.InProcess(store)
