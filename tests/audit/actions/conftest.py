"""An installation with something to do every verb on, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from verbs import Bench, Made, furnish

from audit.store import close_stores, open_store


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, checkpoint: Callable[..., Path]) -> tuple[Path, Made]:
    """A data folder that holds what `verbs.furnish` makes."""
    folder = tmp_path_factory.mktemp("furnished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(folder / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        try:
            return folder / "home", furnish(open_store(), folder, checkpoint("bert", "softmax"))
        finally:
            close_stores()


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch):
    """The store of an empty installation."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    yield open_store()
    close_stores()


@pytest.fixture
def bench(furnished: tuple[Path, Made], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """See `verbs.Bench`."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    monkeypatch.setattr(
        "audit.run.client.start_worker", lambda *, idle_exit: 4711
    )  # a process of its own, tried elsewhere
    shutil.copytree(furnished[0], home)
    yield Bench(open_store(), tmp_path, furnished[1])
    close_stores()
