"""Models that must not load: refused in one sentence of the right kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import load
from models.errors import ModelError


def refused(folder: str | Path, kind: type[ModelError], *words: str, **options: Any) -> None:
    """Loading fails with an error of exactly this kind, on one line that holds every one of `words`."""
    with pytest.raises(ModelError) as caught:
        load(str(folder), **options)
    message = str(caught.value)
    assert isinstance(caught.value, kind), f"{type(caught.value).__name__}: {message}"
    for word in words:
        assert word in message, message
    assert "\n" not in message
    assert "Traceback" not in message
