"""Writes a table to train a hardened model on: each text as it is and, with its label, in versions that are written otherwise.

Usage: python assets/reference/harden.py TABLE.csv OUT.csv [--rows 8000] [--versions 2]

A version has slips of the keyboard in up to a third of its words, look-alike letters, or one synonym, drawn with seed 0. Data
augmentation of this kind is the plainest defence there is (Pruthi et al. 2019 call it so, and do better); what a model gains
by it stands in robustness.json under `sentiment-hardened`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audit.behave.characters import KeyboardTypos, LookAlikes
from audit.behave.perturbation import Perturbation
from audit.behave.rewording import Synonyms
from audit.table import open_table

LEAST = 4
"""Words of a text from which on it is taken: phrases of one or two words have nothing left once a word is misspelt."""


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=8000, help="texts taken, spread evenly over the table")
    parser.add_argument("--versions", type=int, default=2, help="of each text, beside itself")
    options = parser.parse_args()
    rows = [
        (example.text, example.label)
        for chunk in open_table(options.table).distinct().chunks(4096)
        for example in chunk
        if len(example.text.split()) >= LEAST
    ]
    taken = [rows[i * len(rows) // options.rows] for i in range(options.rows)] if options.rows < len(rows) else rows
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label"))
        for text, label in taken:
            for version in dict.fromkeys((text, *_versions(text, options.versions))):
                writer.writerow((version, label))


def _versions(text: str, count: int) -> Iterator[str]:
    generator = np.random.default_rng([0, *text.encode()])
    words = len(text.split())
    for _ in range(count):
        slips = int(generator.integers(1, max(2, words // 3 + 1)))
        kinds: tuple[Perturbation, ...] = (
            KeyboardTypos(k=1, typos=slips), KeyboardTypos(k=1, typos=slips), LookAlikes(k=1, letters=slips), Synonyms(k=1),
        )  # fmt: skip
        yield from kinds[int(generator.integers(len(kinds)))].variants(text, generator)


if __name__ == "__main__":
    main()
