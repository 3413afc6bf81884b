"""Speed of our engine against stock TextAttack, side by side, one thread, real rows; identical outcomes asserted.

Run by hand, on a quiet machine: python tests/bench/bench_attack.py --model sentiment --rows 10 [--recipe pwws ...]
`--parity 100` compares outcomes only, as `make parity` does. `--memory 1000` attacks many rows and prints the memory.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")

RECIPES = ("pwws", "deepwordbug", "input_reduction", "textfooler")
BLOCK = 5
WANTED = {"pwws": (20, 1.5), "deepwordbug": (20, 1.5), "input_reduction": (20, 1.5), "textfooler": (None, 2.0)}


def examples(count: int, labels: tuple[str, ...]) -> list[Any]:
    """The first rows of SST-2's test file, taken evenly over it."""
    from audit.records import Example

    data = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data")) / "sst2" / "test.csv"
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = rows[:: max(1, len(rows) // count)][:count]
    assert {row["label"] for row in rows} <= set(labels), "the model's labels are not SST-2's"
    return [
        Example(row_id=hashlib.sha256(r["text"].encode()).hexdigest()[:16], text=r["text"], label=r["label"])
        for r in chosen
    ]


def timed(work: Any) -> tuple[Any, float]:
    """What `work` returns and its seconds of processor time: with one thread the work done, whoever else is busy."""
    started = time.process_time()
    found = work()
    return found, time.process_time() - started


def compare(recipe: str, classifier: Any, rows: list[Any], *, full: bool) -> bool:
    """Print the times and speed-ups of one recipe; whether all outcomes are the same.

    Blocks of rows go through ours and stock in turn, so that a machine whose speed drifts slows both alike.
    """
    import stock

    from audit.kinds import find
    from audit.seeds import row_seed

    wrappers = {"stock with its padding mended": stock.wrapper(classifier.module, classifier.tokenizer, longest=True)}
    if full:
        wrappers["stock"] = stock.wrapper(classifier.module, classifier.tokenizer)
    made = find("attack", recipe)()
    list(made.run(classifier, rows[:1], seed=0))  # loads what is loaded once
    mine, theirs, same, ratios = 0.0, dict.fromkeys(wrappers, 0.0), 0, dict[str, list[float]]()
    for block in (rows[i : i + BLOCK] for i in range(0, len(rows), BLOCK)):
        ours, seconds = timed(lambda block=block: list(made.run(classifier, block, seed=0)))
        mine += seconds
        seeded = [(r.text, classifier.labels.index(r.label), row_seed(0, r.row_id, recipe)) for r in block]
        equal = [True] * len(block)
        for name, wrapper in wrappers.items():
            found, taken = timed(lambda wrapper=wrapper, seeded=seeded: stock.attack(recipe, wrapper, seeded))
            theirs[name] += taken
            ratios.setdefault(name, []).append(taken / seconds)
            equal = [e and a == b for e, a, b in zip(equal, stock.compared(ours), found, strict=True)]
        same += sum(equal)
    line = f"{recipe}: ours {mine / len(rows):.3f} s a row"
    for name, wanted in zip(wrappers, reversed(WANTED[recipe]), strict=False):
        spread = f"{min(ratios[name]):.2f}-{max(ratios[name]):.2f}"
        line += f"; {name} {theirs[name] / len(rows):.3f} s = {theirs[name] / mine:.2f}x ({spread}, wanted {wanted})"
    print(f"{line}; {same} of {len(rows)} the same", flush=True)
    return same == len(rows)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="sentiment")
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--parity", type=int, default=0)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--engine", default="torch")
    parser.add_argument("--recipe", action="append")
    chosen = parser.parse_args()
    from audit.attack import provision
    from audit.resources.wordnet import reader
    from models import load

    provision()
    reader()  # loaded once a process, for validity
    classifier = load(chosen.model, device="cpu", threads=1, engine=chosen.engine)
    if chosen.memory:
        from audit.kinds import find

        for i, _ in enumerate(
            find("attack", "deepwordbug")().run(classifier, examples(chosen.memory, classifier.labels), seed=0)
        ):
            if i % 100 == 99:
                print(
                    f"{i + 1} rows, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB",
                    flush=True,
                )
        return
    rows = examples(chosen.parity or chosen.rows, classifier.labels)
    good = [compare(name, classifier, rows, full=not chosen.parity) for name in chosen.recipe or RECIPES]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
