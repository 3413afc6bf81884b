"""Pairs of equal models compared by `audit.score.pairing`: how often any score is called better or worse.

`python tests/bench/bench_score_differences.py`. Goal: at most 5% of pairs, at every number of texts; the shares that
intervals alone would have given stand beside it.
"""

# ruff: noqa: E402 - the repository and the tests' helpers come onto the path first

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "support")]

from equal_models import differences, skeleton


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--rows", type=int, nargs="+", default=[6, 12, 30, 100, 400])
    options = parser.parse_args()
    print(f"{'texts':>6s} {'scores':>7s} {'said better or worse':>21s} {'an interval leaves out 0':>25s}")
    for rows in options.rows:
        frames, started = skeleton(rows), time.process_time()
        wrong = loose = scores = 0
        for seed in range(options.pairs):
            found = differences(frames, seed)
            scores = len(found)
            wrong += any(d.established for d in found)
            loose += any(d.low is not None and d.high is not None and not d.low <= 0.0 <= d.high for d in found)
        spent = time.process_time() - started
        print(
            f"{rows:6d} {scores:7d} {wrong / options.pairs:21.3f} {loose / options.pairs:25.3f}   {spent:.0f} s of CPU"
        )


if __name__ == "__main__":
    main()
