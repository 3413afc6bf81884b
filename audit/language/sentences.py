"""The files of sentences: what findings, notes and names of probes say, in English, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

HERE = Path(__file__).parent
FILES = (HERE / "findings.toml", HERE / "notes.toml", HERE / "probes.toml")
REPORT = HERE / "report.toml"
"""What a report says around its numbers; its keys begin with `report.` in a catalog."""
NUMBERS = HERE / "numbers.toml"
"""The words and signs of numbers and dates; its keys begin with `numbers.`."""
DEFINITIONS = HERE.parent / "score" / "definitions.toml"
"""What scores are called and mean: the key `accuracy.title` there is `definition.accuracy.title` here."""
FORMS = {"one", "other"}
"""What a sentence about so many things has in a file: its form for one, and that for several."""


@cache
def sentences() -> Mapping[str, str]:
    """Every sentence by its key."""
    found: dict[str, str] = {}
    for path in FILES:
        found |= flat(_read(path))
    for key, (_, many) in counted().items():
        found[key] = many
        del found[f"{key}.one"], found[f"{key}.other"]
    told = flat(_read(DEFINITIONS))
    return found | {f"definition.{key}": text for key, text in told.items() if key.endswith((".title", ".text"))}


@cache
def counted() -> Mapping[str, tuple[str, str]]:
    """The sentences about so many things, by their keys: the form for one, and that for several.

    How many is the value of the first name in the latter.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in FILES:
        found |= plurals(_read(path))
    return found


@cache
def count_of(key: str) -> str:
    """The name of the value that says how many things a sentence is about; empty for one that is not in `counted`."""
    forms = counted().get(key)
    return next(name for _, name, _, _ in Formatter().parse(forms[1]) if name) if forms else ""


@cache
def names_in(key: str) -> frozenset[str]:
    """The names in braces of a sentence; none for a key that is not here."""
    parts = Formatter().parse(sentences().get(key, ""))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _read(path: Path) -> Mapping[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def plurals(data: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[str, str]]:
    """The sentences about so many things of a nested mapping, which are tables of `one` and `other`, by their dotted keys."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in data.items():
        if isinstance(value, Mapping) and value.keys() == FORMS:
            found[f"{prefix}{name}"] = (" ".join(value["one"].split()), " ".join(value["other"].split()))
        elif isinstance(value, Mapping):
            found |= plurals(value, f"{prefix}{name}.")
    return found


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The texts of a nested mapping by their dotted keys, lines put together."""
    found: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= flat({str(place): item for place, item in enumerate(value, start=1)}, f"{prefix}{name}.")
        elif isinstance(value, str):
            found[f"{prefix}{name}"] = " ".join(value.split())
    return found
