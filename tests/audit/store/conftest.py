import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "run"))

import run_postgres

from audit.store import Store, close_stores


@pytest.fixture(scope="session")
def postgres():
    with run_postgres.server() as url:
        yield url.format("postgres")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield tmp_path / "home"
    close_stores()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a.db'}"
    return run_postgres.emptied(request.getfixturevalue("postgres"))


@pytest.fixture
def store(url):
    made = Store(url)
    yield made
    made.close()
