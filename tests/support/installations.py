"""Installations of a test module's own, where a fixture of one test would end too soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def installation(folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """For as long as it lasts, Assay's data folder is `home` in this folder; gives the patch, for what else is to be set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(folder / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        yield patch
