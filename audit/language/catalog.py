"""The words and signs that numbers, dates and legends are written with: `assets/translations/language.<language>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from audit.errors import UnknownName

FOLDER = Path(__file__).resolve().parent.parent.parent / "assets" / "translations"
ENGLISH = "en"


def languages() -> tuple[str, ...]:
    """The languages there is a catalog for."""
    return tuple(sorted(path.name.split(".")[1] for path in FOLDER.glob("language.*.toml")))


@cache
def catalog(language: str = ENGLISH) -> Mapping[str, Mapping[str, Any]]:
    """The sections of a language's catalog; keys it lacks are taken from English.

    Raises:
        UnknownName: there is no such catalog.
    """
    if language not in languages():
        raise UnknownName("language", language, languages())
    own, english = _read(language), _read(ENGLISH)
    return {name: {**section, **own.get(name, {})} for name, section in english.items()}


def _read(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / f"language.{language}.toml").read_text(encoding="utf-8"))
