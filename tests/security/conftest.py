"""What the tests of hostile places share."""

from __future__ import annotations

import shutil

import pytest
from installations import installation
from runs import make_run

from audit.run.exporting import export_run
from audit.store import Store, close_stores, open_store


@pytest.fixture
def alone(monkeypatch):
    """No other database than the one of the data folder, and none left open."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield
    close_stores()


@pytest.fixture
def finished(tmp_path, home):
    """The id of a finished run; its database is at rest."""
    run = make_run(open_store(), tmp_path, rows=12)
    close_stores()
    return run.id


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A finished, judged run, exported as a folder by an installation of its own."""
    folder = tmp_path_factory.mktemp("bundles")
    with installation(folder):
        run = make_run(open_store(), folder, rows=24)
        open_store().update_run(run.id, result_hash=None)  # the made records were not computed by shards of a plan
        out = export_run(open_store(), run.id, folder / "out")
        close_stores()
    return run, out


@pytest.fixture
def bundle(made, tmp_path, home):
    """A copy of it that a test may forge."""
    copy = tmp_path / "copy"
    shutil.copytree(made[1], copy)
    yield copy
    close_stores()


@pytest.fixture
def elsewhere(tmp_path):
    """Another installation's store."""
    store = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield store
    store.close()
