"""What the tests of hostile places share."""

from __future__ import annotations

import pytest
from runs import make_run

from audit.store import close_stores, open_store


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
