"""Labels: planted noise found, with precision and recall; sound tables accused or not; seconds and memory of 100,000 rows.

`python tests/bench/bench_labels.py --home HOME RUN [RUN ...]` takes the predictions of finished runs, whose tables are taken to be
right as they are, and gives 5, 10 and 20% of the rows another label at random. `--rows 100000` times a table of so many rows that
is made up.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from audit.records import Example, Prediction
from audit.results.reading import read
from audit.score.frames import Frames, build_frames, with_twins
from audit.score.labels.examining import examine
from audit.score.labels.listing import ambiguous, pairs, suspects
from audit.score.labels.scores import labels
from audit.score.measurer import Measurer
from audit.store import open_store

RATES = (0.0, 0.05, 0.10, 0.20)
SEEDS = 5


def noisy(frames: Frames, share: float, seed: int) -> tuple[Frames, set[str]]:
    """The same predictions against labels of which a share was changed at random, and the ids of the changed rows."""
    draw, names = np.random.default_rng(seed), np.array(frames.labels, dtype=object)
    rows = frames.predictions
    wrong = (draw.random(len(rows)) < share) & (rows["label"] != "").to_numpy()
    index = {name: i for i, name in enumerate(names)}
    given = rows["label"].map(index).fillna(0).to_numpy(dtype=int)
    moved = names[(given + draw.integers(1, len(names), len(rows))) % len(names)]
    label = np.where(wrong, moved, rows["label"].to_numpy(dtype=object))
    right = frames.task.rights(rows["predicted"], label).astype(int)
    changed = rows.assign(label=label, correct=np.where(label == "", -1, right))
    return replace(frames, predictions=changed), set(rows["row_id"][wrong])


def planted(frames: Frames) -> None:
    """Print precision and recall of the suspected rows, and of the first so many as were planted."""
    print("planted  suspected  precision  recall  of the first as many  wrong beyond doubts")
    for share in RATES:
        lines = []
        for seed in range(SEEDS if share else 1):
            made, wrong = noisy(frames, share, seed)
            found = suspects(made)
            every = examine(made)
            listed = every.rows[every.suspected].sort_values("margin")
            hits = listed["row_id"].isin(wrong)
            first = hits.head(len(wrong)).sum() / max(len(wrong), 1)
            measure = next((m for m in labels(made, Measurer(0)) if m.name == "label_error_share"), None)
            low, high = measure.interval(0.95) if measure else (float("nan"), float("nan"))
            assert len(found) == min(len(listed), 1000)
            lines.append(
                (
                    len(listed),
                    hits.mean(),
                    hits.sum() / max(len(wrong), 1),
                    first,
                    measure.value if measure else 0,
                    low,
                    high,
                )
            )
        n, precision, recall, first, value, low, high = np.nanmean(lines, axis=0)
        print(
            f"{share:7.0%}  {n:9.0f}  {precision:9.1%}  {recall:6.1%}  {first:20.1%}  {value:.1%} ({low:.1%} to {high:.1%})"
        )


def timed(rows: int, classes: int) -> None:
    """Print seconds and memory of a made-up table of so many rows."""
    draw = np.random.default_rng(0)
    words = np.array([f"word{i}" for i in range(20_000)], dtype=object)
    names = tuple(f"label{i}" for i in range(classes))
    examples, answers = [], []
    for i in range(rows):
        text = " ".join(draw.choice(words, 20)) if i % 10 or not examples else examples[-1].text + " again"
        logits = draw.normal(size=classes)
        true = int(draw.integers(classes))
        logits[true] += 5
        probs = np.exp(logits) / np.exp(logits).sum()
        row_id = f"{i:016x}"
        examples.append(Example(row_id, text, label=names[true if i % 20 else 0]))
        answers.append(Prediction(row_id, names[int(probs.argmax())], tuple(probs.tolist()), 20, 20, probe="predict"))
    frames = build_frames(answers, labels=names, examples=examples)
    del answers
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    frames = with_twins(frames, examples)
    near = time.perf_counter() - start
    found = list(labels(frames, Measurer(0)))
    listed = suspects(frames)
    pairs(frames, listed), ambiguous(frames)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{rows:,} rows, {classes} classes: {seconds:.1f} s ({near:.1f} of them near duplicates), {(after - before) / 1024:.0f} MB more"
    )
    print({measure.name: round(measure.value or 0.0, 4) for measure in found}, len(listed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", help="runs whose predictions are taken")
    parser.add_argument("--home", type=Path, help="their data folder; use a copy")
    parser.add_argument("--rows", type=int, help="time a made-up table of so many rows")
    parser.add_argument("--classes", type=int, default=77)
    given = parser.parse_args()
    if given.home:
        os.environ["ASSAY_HOME"] = str(given.home)
    for run in given.runs:
        results = read(open_store(), run)
        print(f"\n{results.run.name}: {len(results.rows)} rows, {len(results.run.labels)} labels")
        planted(results.frames)
    if given.rows:
        timed(given.rows, given.classes)


if __name__ == "__main__":
    main()
