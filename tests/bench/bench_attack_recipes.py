"""The table of docs/attacks.md: every recipe that can run on SST-2 and Banking77 rows, with its figures, as Markdown.

A few rows by default. The table itself takes hours on two cores:
python tests/bench/bench_attack_recipes.py --rows 200 --banking-rows 100 --max-queries 1000 [--recipe NAME ...]
`--examples 10` prints successes to be read below each line. `--keep FOLDER` keeps every outcome there; what it holds already is
not attacked again but judged anew, so the column `valid` is always that of the present rule.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_validity import by_rule

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
    return f"| {outcomes[0].called} | {n} | {survived} | {valid} | {words} | {queries:g} | {seconds / len(outcomes):.2f} | {used} |"


def attacked(recipe: Any, classifier: Any, rows: list[Any], place: Path | None) -> tuple[list[Any], float]:
    """Outcomes and processor seconds: those kept in `place`, successes judged anew, or of a new attack, kept there."""
    from audit.records import AttackOutcome, from_dict, to_dict

    if place is not None and place.is_file():
        seconds, *kept = [json.loads(one) for one in place.read_text(encoding="utf-8").splitlines()]
        outcomes = [from_dict(AttackOutcome, one) for one in kept]
        if [o.text for o in outcomes] != [row.text for row in rows]:
            sys.exit(f"{place} holds outcomes of other rows: name another folder, or remove it.")
        return judged_anew(recipe.kind, outcomes), seconds
    list(recipe.run(classifier, rows[:1], seed=0))  # loads what is loaded once
    started = time.process_time()
    outcomes = list(recipe.run(classifier, rows, seed=0))
    seconds = time.process_time() - started
    if place is not None:
        lines = [seconds, *map(to_dict, outcomes)]
        place.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return outcomes, seconds


def judged_anew(kind: str, outcomes: list[Any]) -> list[Any]:
    """The same outcomes, their successes as the present rule sees them."""
    won = [i for i, o in enumerate(outcomes) if o.status == "success"]
    parts = [outcomes[i].attacked or (0, len(outcomes[i].text)) for i in won]
    pairs = []
    for i, (start, end) in zip(won, parts, strict=True):
        before, after = outcomes[i].text, outcomes[i].perturbed_text
        pairs.append((before[start:end], after[start : len(after) - (len(before) - end)]))
    for i, valid in zip(won, by_rule(kind, pairs), strict=True):
        outcomes[i] = replace(outcomes[i], valid=valid)
    return outcomes


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--banking-rows", type=int, default=5)
    parser.add_argument("--max-queries", type=int, default=500)
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--recipe", action="append")
    parser.add_argument("--keep", type=Path, help="folder of outcomes, one file a recipe and table")
    parser.add_argument("--model", action="append", help="instead of the bundled ones, in the order SST-2, Banking77")
    chosen = parser.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    from audit.kinds import find, names
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
            place = chosen.keep / f"{file.partition('/')[0]}-{name}.jsonl" if chosen.keep else None
            outcomes, seconds = attacked(recipe, classifier, rows, place)
            print(line(outcomes, seconds), flush=True)
            for o in [o for o in outcomes if o.status == "success"][: chosen.examples]:
                alike = "-" if o.similarity is None else f"{o.similarity:.2f}"  # input reduction has none
                print(f"    {o.valid} {alike} | {o.text}\n                => {o.perturbed_text}", flush=True)


if __name__ == "__main__":
    main()
