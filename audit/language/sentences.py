"""The files of sentences: what findings, notes and names of probes say, in English, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
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
FORMS, COUNT = {"one", "other"}, "count"
"""What a sentence about so many things has in a file: its form for one, and that for several; and the name of the value that
says how many, where that is not the first name in the latter."""


@cache
def sentences() -> Mapping[str, str]:
    """Every sentence by its key."""
    found: dict[str, str] = {}
    for path in FILES:
        found |= flat(_read(path))
    for key, (_, many) in counted().items():
        found[key] = many
        for name in (*FORMS, COUNT):
            found.pop(f"{key}.{name}", None)
    told = flat(_read(DEFINITIONS))
    return found | {f"definition.{key}": text for key, text in told.items() if key.endswith((".title", ".text"))}


@cache
def counted() -> Mapping[str, tuple[str, str]]:
    """The sentences about so many things, by their keys: the form for one, and that for several."""
    found: dict[str, tuple[str, str]] = {}
    for path in FILES:
        found |= plurals(_read(path))
    return found


@cache
def _counts() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in FILES:
        found |= counts(_read(path))
    return found


def count_of(key: str) -> str:
    """The name of the value that says how many things a sentence is about; empty for one that is not in `counted`."""
    return _counts().get(key, "")


def how_many(count: object) -> int:
    """A number as a form is chosen by it; what is no whole number is several."""
    return int(count) if isinstance(count, int | float) and float(count).is_integer() else 2


@cache
def names_in(key: str) -> frozenset[str]:
    """The names in braces of a sentence; none for a key that is not here."""
    parts = Formatter().parse(sentences().get(key, ""))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _read(path: Path) -> Mapping[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def plurals(data: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[str, str]]:
    """The sentences about so many things of a nested mapping, which are tables of `one` and `other`, by their dotted keys."""
    return {key: (_line(table["one"]), _line(table["other"])) for key, table in _tables(data, prefix)}


def counts(data: Mapping[str, Any]) -> dict[str, str]:
    """For each of `plurals` the name of the value that says how many; empty where the sentence names none."""
    return {key: table.get(COUNT) or _first_name(table["other"]) for key, table in _tables(data)}


def _tables(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, value in data.items():
        if isinstance(value, Mapping) and value.keys() - {COUNT} == FORMS:
            yield f"{prefix}{name}", value
        elif isinstance(value, Mapping):
            yield from _tables(value, f"{prefix}{name}.")


def _first_name(text: str) -> str:
    return next((name for _, name, _, _ in Formatter().parse(text) if name), "")


def _line(text: str) -> str:
    return " ".join(text.split())


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The texts of a nested mapping by their dotted keys, lines put together."""
    found: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= flat({str(place): item for place, item in enumerate(value, start=1)}, f"{prefix}{name}.")
        elif isinstance(value, str):
            found[f"{prefix}{name}"] = _line(value)
    return found
