"""Helpers of the explanation tests: one text explained by one method of one small model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.records import Attribution, Example

TEXTS = (
    "The film was a quiet delight from start to finish.",
    "I waited forty minutes for a cold, tasteless soup!",
    "An overlong, dull and rather silly sequel.",
    "Great service, friendly staff and a fair price.",
)


@pytest.fixture(scope="session")
def load_tiny(checkpoint: Callable[..., Path]) -> Callable[..., Any]:
    """`load_tiny(architecture, head)`: a small random model, loaded once a session."""
    loaded: dict[tuple[str, str], Any] = {}

    def get(architecture: str = "bert", head: str = "softmax") -> Any:
        from models import load

        key = (architecture, head)
        if key not in loaded:
            labels = ("no", "yes") if head == "sigmoid" else None
            loaded[key] = load(str(checkpoint(architecture, head)), threads=1, labels=labels)
        return loaded[key]

    return get


@pytest.fixture(scope="session")
def explained() -> Callable[..., Attribution]:
    """`explained(classifier, method, text, pair=…, label=…, seed=…, **parameters)`: the record of one text."""

    def run(classifier: Any, method: str, text: str = TEXTS[0], *, seed: int = 0, **given: Any) -> Attribution:
        from audit.kinds import find

        about = {name: given.pop(name) for name in ("pair", "label", "rationale") if name in given}
        probe = find("explainer", method)(**given)
        (record,) = probe.run(classifier, [Example("row", text, **about)], seed=seed)
        return record

    return run
