"""Checking a CSV of 1,000,000 rows (70 MB): seconds and memory against the goals, and against readers that check nothing.

    python tests/bench/bench_table.py [--rows 1000000] [--repeat 5]

Goals: at most 3 s and at most 150 MB beyond a bare interpreter. Each measurement has a process of its own; the best of
several is shown, because other work on the machine only ever adds. One thread does all the work, so `cpu` (processor
time, what the goal is held against) is what `wall` shows on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

GOAL_SECONDS, GOAL_MB = 3.0, 150.0

WORDS = """the a film service staff delivery was is never always quite rather slow quick friendly broken and but with for
story plot battery screen room breakfast price refund waited loved hated expected arrived twice again perfectly hardly
dialogue actors support answered nobody everything nothing charger cable soup cold warm fresh stale, crisp, dull. great!
why? I'd don't £20 café"""

READERS = {
    "nothing": "pass",
    "csv.reader(strict), counting": (
        "import csv\nwith open(path, encoding='utf-8', newline='') as f: n = sum(1 for _ in csv.reader(f, strict=True))"
    ),
    "pandas.read_csv": "import pandas; n = len(pandas.read_csv(path))",
    "audit.table imported": "import audit.table",
    "audit.table.open_table": "from audit.table import open_table; t = open_table(path); n = len(t); assert not t.faults",
    "... and profile": "from audit.table import open_table, profile; n = profile(open_table(path)).rows",
    "... and every Example once": "from audit.table import open_table; n = sum(1 for _ in open_table(path))",
}

MEASURE = """
import json, resource, sys, time
path = sys.argv[1]
wall, cpu, n = time.perf_counter(), time.process_time(), 0
{code}
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, n]))
"""


def write_table(path: Path, rows: int) -> None:
    """About 70 bytes a row: 3 to 13 words, some quoted, two labels, a few duplicates, no faults."""
    rng, words = random.Random(0), WORDS.split()
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("text,label\n")
        for i in range(rows):
            text = f"{' '.join(rng.choices(words, k=rng.randint(3, 13)))} {i % 900_000}"
            if "," in text or '"' in text:
                text = '"' + text.replace('"', '""') + '"'
            file.write(f"{text},{'positive' if i % 3 else 'negative'}\n")


def measure(code: str, path: Path) -> tuple[float, float, float, int]:
    """Wall seconds, CPU seconds, peak MB and rows of one fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(code=code), str(path)], capture_output=True, text=True, check=True
    )
    wall, cpu, peak, rows = json.loads(done.stdout)
    return wall, cpu, peak / (1024 if sys.platform == "linux" else 1 << 20), rows


def main() -> None:
    """Print one line per reader, then whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(path, options.rows)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, best of {options.repeat}, one thread\n")
        print(f"{'':32}{'wall s':>8}{'cpu s':>8}{'MB beyond a bare interpreter':>30}")
        bare = measure(READERS["nothing"], path)[2]
        found = {}
        for name, code in READERS.items():
            runs = [measure(code, path) for _ in range(options.repeat)]
            wall, cpu, peak = (min(run[k] for run in runs) for k in range(3))
            found[name] = (wall, cpu, peak - bare)
            print(f"{name:32}{wall:8.2f}{cpu:8.2f}{peak - bare:30.0f}")
        wall, cpu, extra = found["audit.table.open_table"]
        met = "met" if cpu <= GOAL_SECONDS and extra <= GOAL_MB else "NOT met"
        print(
            f"\ngoal {GOAL_SECONDS:.0f} s and {GOAL_MB:.0f} MB: {met} ({cpu:.2f} s cpu, {wall:.2f} s wall, {extra:.0f} MB)"
        )
        ratio = cpu / found["csv.reader(strict), counting"][1]
        print(f"{ratio:.1f} times the processor time of counting rows with the same strict reader")


if __name__ == "__main__":
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        print("note: this shell limits memory", file=sys.stderr)
    main()
