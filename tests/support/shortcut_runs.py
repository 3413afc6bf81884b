"""Records of shortcuts that were never made: changes of rows at known sizes, words at known strength, a column that decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from simulated import example, prediction

from audit.records import Example, Record, SurfaceEdit, SurfaceOutcome, WordOutcome, WordTrial

LABELS = ("negative", "positive")


def both(p: float) -> tuple[float, float]:
    """Probabilities of the two labels, by that of the second."""
    return round(1.0 - p, 6), round(p, 6)


def surface_row(
    name: str, p: float, edits: Sequence[tuple[str, str, str, float]], label: str | None = None
) -> SurfaceOutcome:
    """One row of which the model says p, and after each change (feature, change, step) another p."""
    made = tuple(
        SurfaceEdit(feature, change, step, f"{name} {change} {i}", both(after))  # type: ignore[arg-type]
        for i, (feature, change, step, after) in enumerate(edits)
    )
    return SurfaceOutcome(example(name).row_id, name, label, "surface", both(p), made, 0, 0.1)


def word_of(
    word: str, label: str, turned: Sequence[bool], like: Sequence[float] | None = None, removed: Sequence[bool] = ()
) -> WordOutcome:
    """A word put into rows r0, r1 ... of the other class, and taken out of rows h0, h1 ..."""
    trials = [
        WordTrial(
            example(f"r{i}").row_id, "inserted", 0.2, 0.9 if hit else 0.3, bool(hit), 0, "negative", 0.8,
            None if like is None else 0.1, None if like is None else float(like[i]),
        )
        for i, hit in enumerate(turned)
    ]  # fmt: skip
    trials += [
        WordTrial(example(f"h{i}").row_id, "removed", 0.9, 0.3 if hit else 0.8, bool(hit))
        for i, hit in enumerate(removed)
    ]
    rows = tuple(sorted({trial.row_id for trial in trials}))
    return WordOutcome(
        "words", word, label, len(removed), tuple(trials), (), rows, 0, {"inserted_rows": float(len(turned))}
    )


def planted(rows: int = 80, *, seed: int = 0) -> tuple[list[Example], list[Record]]:
    """A run whose model goes by the exclamation mark, by the word 'please', by length and by a column of the table."""
    rng = np.random.default_rng(seed)
    examples: list[Example] = []
    records: list[Record] = []
    for i in range(rows):
        label = LABELS[i % 2]
        source = "shop" if rng.random() < (0.7 if i % 2 else 0.3) else "mail"
        p = float(np.clip((0.75 if i % 2 else 0.25) + 0.3 * (source == "shop") * (rng.random() < 0.7), 0.02, 0.98))
        answer = LABELS[p > 0.5]
        examples.append(example(f"r{i}", label, groups={"source": source, "batch": f"b{i % 2}"}))
        records.append(prediction(f"r{i}", answer, both(p), tokens=int(6 + 30 * p + rng.integers(4))))
        edits = [
            ("punctuation", "exclamation_mark", "more", min(0.98, p + 0.5)), ("punctuation", "commas", "less", p),
            ("length", "padding", "more", min(0.98, p + rng.normal(0.0, 0.01))),
            ("length", "padding", "more", min(0.98, p + rng.normal(0.0, 0.01))), ("length", "cutting", "less", p * 0.9),
        ]  # fmt: skip
        records.append(surface_row(f"r{i}", p, edits, label))
    hits = [i % 3 > 0 for i in range(40)]
    records += [
        word_of("please", "positive", [True] * 40, [0.1] * 40, [True] * 5), word_of("good", "positive", hits, [0.6] * 40),
        word_of("warm", "positive", hits), word_of("dull", "negative", [False] * 40, None, [True]),
        word_of("awful", "negative", hits, [0.5] * 40), word_of("chair", "negative", [False] * 4),
    ]  # fmt: skip
    return examples, records
