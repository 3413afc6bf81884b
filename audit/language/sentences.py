"""The files of sentences: what findings, notes and names of probes say, in English, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter

from audit.language.gathering import Sentence, flat, in_file, plurals

HERE = Path(__file__).parent
FILES = (HERE / "findings.toml", HERE / "notes.toml", HERE / "probes.toml")
REPORT = HERE / "report.toml"
"""What a report says around its numbers; its keys begin with `report.` in a catalog."""
NUMBERS = HERE / "numbers.toml"
"""The words and signs of numbers and dates; its keys begin with `numbers.`."""
DEFINITIONS = HERE.parent / "score" / "definitions.toml"
"""What scores are called and mean: the key `accuracy.title` there is `definition.accuracy.title` here."""


def keyed_files(root: Path) -> Iterator[Sentence]:
    """Every sentence kept under a key, with the key as catalogs have it."""
    for path in FILES:
        yield from in_file(path, root)
    for prefix, path in (("report.", REPORT), ("numbers.", NUMBERS)):
        for sentence in in_file(path, root):
            yield replace(sentence, key=f"{prefix}{sentence.key}")
    for sentence in in_file(DEFINITIONS, root):
        if sentence.key.endswith((".title", ".text")):
            yield replace(sentence, key=f"definition.{sentence.key}")


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
