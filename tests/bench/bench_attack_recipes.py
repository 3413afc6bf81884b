"""The table of docs/attacks.md: every recipe that can run on SST-2 and Banking77 rows, with its figures, as Markdown.

A few rows by default. The table itself takes hours on two cores:
python tests/bench/bench_attack_recipes.py --rows 200 --banking-rows 100 --max-queries 1000 [--recipe NAME ...]
`--examples 10` prints successes to be read below each line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")
SETS = (("sst2/test.csv", "sentiment"), ("banking77/test.csv", "intents"))


def rows_of(path: Path, count: int, classifier: Any) -> list[Any]:
    """Rows spread evenly over a file, with the model's labels."""
    from audit.table import TableOptions, open_table

    table = open_table(path, TableOptions()).matched(classifier.labels, multi_label=False)
    everything = [example for chunk in table.chunks(2048) for example in chunk]
    return everything[:: max(1, len(everything) // count)][:count]


def line(outcomes: list[Any], seconds: float) -> str:
    """One row of the table; `seconds` of processor time were used in all."""
    from audit.score.intervals import wilson

    n = sum(o.status != "error" for o in outcomes)
    attacked = [o for o in outcomes if o.status not in {"error", "skipped"}]
    won = [o for o in attacked if o.status == "success"]
    low, high = wilson(len(attacked) - len(won), n)
    survived = f"{(len(attacked) - len(won)) / n:.1%} [{low:.1%}, {high:.1%}]"
    if outcomes[0].goal == "input_reduction":
        survived = f"words left: median {statistics.median(o.words_left for o in attacked):g}"
    valid = f"{sum(bool(o.valid) for o in won)} of {len(won)}"
    words = f"{statistics.median(o.words_changed for o in won):g}" if won else "-"
    queries = statistics.median(o.queries for o in attacked)
    used = ", ".join(sorted(outcomes[0].resources)) or "-"
    return f"| {outcomes[0].recipe} | {n} | {survived} | {valid} | {words} | {queries:g} | {seconds / len(outcomes):.2f} | {used} |"


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--banking-rows", type=int, default=5)
    parser.add_argument("--max-queries", type=int, default=500)
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--recipe", action="append")
    parser.add_argument("--model", action="append", help="instead of the bundled ones, in the order SST-2, Banking77")
    chosen = parser.parse_args()
    from audit.registry import find, names
    from models import load

    data = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data"))
    for i, ((file, model), count) in enumerate(zip(SETS, (chosen.rows, chosen.banking_rows), strict=True)):
        if not count:
            continue
        classifier = load(chosen.model[i] if chosen.model else model, device="cpu", threads=1, engine="auto")
        rows = rows_of(data / file, count, classifier)
        print(f"\n{file}, {len(rows)} rows, at most {chosen.max_queries} queries a row\n")
        print(
            "| recipe | n | accuracy under attack | valid | words changed | queries | CPU s a row | resources |\n"
            "|---|---|---|---|---|---|---|---|"
        )
        for name in chosen.recipe or names("attack"):
            recipe = find("attack", name)(max_queries=chosen.max_queries)
            if recipe.unavailable(classifier):
                print(f"| {name} | - | {recipe.unavailable(classifier)} | | | | | |")
                continue
            list(recipe.run(classifier, rows[:1], seed=0))  # loads what is loaded once
            started = time.process_time()
            outcomes = list(recipe.run(classifier, rows, seed=0))
            print(line(outcomes, time.process_time() - started), flush=True)
            for o in [o for o in outcomes if o.status == "success"][: chosen.examples]:
                alike = "-" if o.similarity is None else f"{o.similarity:.2f}"  # input reduction has none
                print(f"    {o.valid} {alike} | {o.text}\n                => {o.perturbed_text}", flush=True)


if __name__ == "__main__":
    main()
