"""The files of sentences: what findings, notes and names of probes say, in English, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from audit.language.gathering import flat

HERE = Path(__file__).parent
FILES = (HERE / "findings.toml", HERE / "notes.toml", HERE / "probes.toml")
DEFINITIONS = HERE.parent / "score" / "definitions.toml"
"""What scores are called and mean: the key `accuracy.title` there is `definition.accuracy.title` here."""


@cache
def sentences() -> Mapping[str, str]:
    """Every sentence by its key."""
    found: dict[str, str] = {}
    for path in FILES:
        found |= flat(_read(path))
    told = flat(_read(DEFINITIONS))
    return found | {f"definition.{key}": text for key, text in told.items() if key.endswith((".title", ".text"))}


@cache
def names_in(key: str) -> frozenset[str]:
    """The names in braces of a sentence; none for a key that is not here."""
    parts = Formatter().parse(sentences().get(key, ""))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _read(path: Path) -> Mapping[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
