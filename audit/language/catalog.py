"""The words and signs that numbers, dates and legends are written with: `numbers.toml`, in each language by its catalog."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from audit.language.sentences import plurals
from audit.language.translating import translation

SOURCE = Path(__file__).with_name("numbers.toml")
PREFIX = "numbers."
"""How the keys of these begin in a catalog."""


@cache
def catalog(language: str) -> Mapping[str, Mapping[str, Any]]:
    """The sections of `numbers.toml` in a language; what its catalog lacks is English.

    Raises:
        UnknownName: there is no catalog of the language.
    """
    found: dict[str, dict[str, Any]] = _said(language, PREFIX, tomllib.loads(SOURCE.read_text(encoding="utf-8")))
    return found


@cache
def units() -> Mapping[str, tuple[str, str]]:
    """The names of units that have a form for one and one for several, in English."""
    return plurals(tomllib.loads(SOURCE.read_text(encoding="utf-8"))["unit"])


def _said(language: str, key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _said(language, f"{key}{name}.", item) for name, item in value.items()}
    if isinstance(value, list):
        return [_said(language, f"{key}{place}.", item) for place, item in enumerate(value, start=1)]
    return translation(language, key.removesuffix("."), " ".join(str(value).split()))
