"""Holding many rows against a reference table: seconds of CPU by part, and memory.

`python tests/bench/bench_shift.py [--rows 10000 100000] [--reference 5000] [--width 384]`. Records are drawn at random: predictions and
embeddings of the audited rows, a reference table of a kind of its own; words and texts are those of the tests.
"""

# ruff: noqa: E402 - the repository and the tests' helpers come onto the path first

from __future__ import annotations

import argparse
import base64
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "support")]

from simulated import NEUTRAL, example, prediction

from audit.records import Embedding, Record, ReferenceRows
from audit.records.embedding import packed
from audit.score.frames import build_frames, with_marks
from audit.score.measurer import Measurer
from audit.score.shift.shift import shift

LABELS = ("negative", "positive")


def texts(rows: int) -> Iterator[str]:
    rng = np.random.default_rng(0)
    return (" ".join([*rng.choice(NEUTRAL, size=18), str(number)]) for number in range(rows))


def audited(rows: int, width: int) -> Iterator[Record]:
    rng = np.random.default_rng(1)
    for text in texts(rows):
        sure = float(rng.uniform(0.5, 1.0))
        made = prediction(text, "positive", (1 - sure, sure))
        yield made
        vector, scale = packed(rng.normal(size=width) + 0.1)
        yield Embedding(made.row_id, vector, width, scale)


def reference(rows: int, width: int, of: int) -> Iterator[Record]:
    rng = np.random.default_rng(2)
    for first in range(0, rows, 256):
        n = min(256, rows - first)
        sure = rng.uniform(0.5, 1.0, size=n)
        vectors = [packed(vector) for vector in rng.normal(size=(n, width))]
        probs = np.column_stack([1 - sure, sure]).astype("<f4")
        yield ReferenceRows(
            "reference_rows", "rows", rows, rows, 0, first=first, lines=tuple(range(n)), lengths=(12,) * n,
            texts=tuple(f"{first + i:016x}" for i in range(n)), labels=tuple(rng.choice(LABELS, size=n)),
            probs=base64.b64encode(probs.tobytes()).decode(), vectors=tuple(v for v, _ in vectors), scales=(1.0,) * n,
        )  # fmt: skip
    counts = [dict(Counter(f"word{i}" for i in rng.zipf(1.3, size=20 * n) if i < 10_000)) for n in (rows, of)]
    kept = [{word: min(number, n) for word, number in side.items()} for side, n in zip(counts, (rows, of), strict=True)]
    yield ReferenceRows("reference_rows", "words", rows, rows, 0, counts=kept[0], audited=kept[1])
    yield ReferenceRows("reference_rows", "languages", rows, rows, 0, counts={"en": rows}, audited={"en": of})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--reference", type=int, default=5_000)
    parser.add_argument("--width", type=int, default=384)
    chosen = parser.parse_args()
    print(f"{'rows':>8s} {'reading':>9s} {'measuring':>10s} {'wall':>7s} {'memory':>8s}   (CPU seconds, seconds, MB)")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for rows in chosen.rows:
        examples = [example(text, "positive") for text in texts(rows)]
        records = (*audited(rows, chosen.width), *reference(chosen.reference, chosen.width, rows))
        made = time.process_time()
        frames = with_marks(build_frames(records, labels=LABELS, examples=examples), examples)
        read, wall = time.process_time(), time.monotonic()
        found = list(shift(frames, Measurer()))
        spent = time.process_time() - read
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - base
        print(
            f"{rows:8,d} {read - made:9.1f} {spent:10.1f} {time.monotonic() - wall:7.1f} {peak:8.0f}   {len(found)} measures"
        )


if __name__ == "__main__":
    main()
