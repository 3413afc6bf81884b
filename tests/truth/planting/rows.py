"""Rows of the data sets under ASSAY_DATA, tidied and drawn at random."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random

from planting.plant import Row

ROOT = Path(__file__).resolve().parents[3]
NEGATIVE, POSITIVE = "negative", "positive"
NOT = re.compile(
    r"\b(?:no|not|never|none|nor|nothing|neither|without|hardly|barely|lacks?|cannot)\b|n't", re.IGNORECASE
)


def folder() -> Path:
    """Where the data sets lie."""
    return Path(os.environ.get("ASSAY_DATA") or ROOT.parent / "shared" / "data")


@cache
def table(name: str) -> tuple[tuple[str, str], ...]:
    """The texts and labels of a file below ASSAY_DATA, each text once."""
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        found = {row["text"].strip(): row["label"] for row in csv.DictReader(file)}
    return tuple(found.items())


@cache
def sentiment(part: str) -> tuple[tuple[str, str], ...]:
    """Sentences of film reviews as people type them: SST-2 without its spaces before marks; five words and more."""
    kept = ((_as_typed(text), label) for text, label in table(f"sst2/{part}.csv"))
    return tuple((text, label) for text, label in kept if len(text.split()) >= 5)


def drawn(rows: Sequence[tuple[str, str]], n: int, random: Random) -> list[Row]:
    """So many of the rows, each at most once."""
    return as_rows(random.sample(rows, min(n, len(rows))))


def balanced(rows: Sequence[tuple[str, str]], n: int, random: Random) -> list[Row]:
    """So many of the rows, as many of each label as there are of the rarest, in random order."""
    labels = sorted({label for _, label in rows})
    by = {label: [row for row in rows if row[1] == label] for label in labels}
    each = min(n // len(labels), *(len(of) for of in by.values()))
    found = [row for of in by.values() for row in random.sample(of, each)]
    random.shuffle(found)
    return as_rows(found)


def as_rows(rows: Iterable[tuple[str, str]]) -> list[Row]:
    """Pairs of text and label as rows."""
    return [{"text": text, "label": label} for text, label in rows]


def mixed(random: Random, *parts: Iterable[Row]) -> list[Row]:
    """The rows of all parts in random order."""
    found = [row for part in parts for row in part]
    random.shuffle(found)
    return found


def with_word(text: str, word: str, random: Random) -> str:
    """The text with a word put in at a random place between its words, or at either end."""
    words = text.split()
    words.insert(random.randint(0, len(words)), word)
    return " ".join(words)


def split(rows: Sequence[tuple[str, str]], random: Random, share: float = 0.75) -> tuple[list, list]:
    """The rows cut in two at random, the first part with that share."""
    order = random.sample(rows, len(rows))
    cut = round(share * len(order))
    return order[:cut], order[cut:]


def _as_typed(text: str) -> str:
    text = re.sub(r"\s+(n't|'\w+|[.,;:!?)%])", r"\1", text)
    text = re.sub(r"\(\s+", "(", text).replace("`` ", '"').replace(" ''", '"').replace("--", "-").strip()
    return text[:1].upper() + text[1:]
