"""Scoring runs of 10,000 and 100,000 rows: seconds, memory, size of the stored measures, seconds to decide anew.

`python tests/bench/bench_score_size.py [--rows 10000 100000]`. Every row has a prediction, one attack, one perturbation
with three variants; a tenth of the rows (at most 2,000) an explanation. Records are made one by one, as the store reads
them.
"""

# ruff: noqa: E402 - the repository and the tests' helpers come onto the path first

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "support")]

from simulated import NEUTRAL, attack, example, explained, perturbed, prediction

from audit.records import Record
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measures import Measures
from audit.score.policy import load_policy, parse_policy
from audit.score.scoring import measure_run


def records(rows: int) -> Iterator[Record]:
    """A cheap suite's records."""
    rng = np.random.default_rng(0)
    for number in range(rows):
        text = " ".join([*rng.choice(NEUTRAL, size=18), str(number)])
        sure = float(rng.uniform(0.5, 1.0))
        right = rng.random() < sure
        yield prediction(text, "positive" if right else "negative", (1 - sure, sure) if right else (sure, 1 - sure))
        yield attack(
            text,
            "skipped" if not right else "success" if rng.random() < 0.4 else "failed",
            changed=int(rng.integers(1, 6)),
        )
        yield perturbed(text, int(rng.binomial(3, 0.1)), 3)
        if number < min(2_000, rows // 10):
            metrics = {f"comprehensiveness{end}": float(rng.random()) for end in ("", "_random", "_best")}
            yield explained(text, rng.normal(size=19), metrics=metrics)


def texts(rows: int) -> Iterator[str]:
    """The same texts again."""
    return (record.text for record in records(rows) if hasattr(record, "perturbation"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    print(
        f"{'rows':>8s} {'reading':>9s} {'measuring':>10s} {'memory':>9s} {'stored':>8s} {'deciding':>9s}   (CPU seconds; MB)"
    )
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for rows in parser.parse_args().rows:
        examples = (example(text, "positive") for text in texts(rows))
        started = time.process_time()
        frames = build_frames(records(rows), labels=("negative", "positive"), examples=examples)
        read = time.process_time()
        data = measure_run(frames).to_bytes()
        measured = time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - base
        stored = Measures.from_bytes(data)
        strict = parse_policy('alpha = 0.01\n[[check]]\nid = "a"\nscore = "accuracy"\nmin = 0.9\n')
        found = len(find(stored, load_policy())) + len(find(stored, strict, level=0.99)) + len(stored.scores(0.99))
        decided = time.process_time()
        spent = f"{read - started:9.1f} {measured - read:10.1f} {peak:9.0f} {len(data) / 1e6:8.2f} {decided - measured:9.2f}"
        print(f"{rows:8,d} {spent}   {found} scores and findings")


if __name__ == "__main__":
    main()
