"""Texts of two kinds, films and a bank's letters, as tables that are held against each other."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

PRAISE = ("A warm, clever film with a heart", "Superb acting and a lovely script", "I enjoyed every minute of it")
BLAME = ("A dull, cold mess of a film", "Terrible acting and a silly script", "I regret every minute of it")
OTHER = (
    "The invoice of March was paid twice",
    "Please send the card to my new address",
    "My account was closed in error",
)


def write(path: Path, groups: Mapping[str, Sequence[str]], n: int) -> Path:
    """A table with each text of each label so many times, numbered."""
    rows = [(f"{text}, number {i}.", label) for i in range(n) for label, texts in groups.items() for text in texts]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path
