"""Time and memory of a whole run with a cheap suite (predictions only), by a real worker process.

    python tests/bench/bench_run.py [--rows 10000 100000] [--model FOLDER]

Without a model a small random BERT is made: what is measured then is everything but the model. Prints, per number of
rows: seconds in all and of computing, rows a second, the worker's largest resident memory, the database's size, and
how long a page of records and the list of runs take to read while the run is stored.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

WORDS = [
    "the",
    "a",
    "film",
    "story",
    "plain",
    "service",
    "slow",
    "good",
    "bad",
    "card",
    "money",
    "transfer",
    "never",
    "always",
    "very",
    "old",
    "new",
    "bank",
    "cast",
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--model")
    options = parser.parse_args()
    print("rows     total s  compute s  rows/s  peak MB  database MB  page ms  runs ms")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["ASSAY_HOME"] = str(Path(folder) / "home")
            measure(Path(folder), rows, options.model)


def measure(folder: Path, rows: int, model: str | None) -> None:
    """One run in a home of its own."""
    from audit.run import client
    from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
    from audit.store import RecordFilter, close_stores, open_store

    if model is None:
        from checkpoints import make

        model = str(make(folder / "model", "bert", "softmax"))
    table = folder / "t.csv"
    write_table(table, rows, model)
    spec = AuditSpec(
        model=ModelSpec(name=model, threads=1),
        table=TableSpec(path=str(table)),
        probes=(ProbeSpec(kind="prediction", name="predict"),),
    )
    store = open_store()
    started = time.monotonic()
    run = client.start(spec, store=store)
    worker = subprocess.Popen([sys.executable, "-m", "audit", "worker", "--bare"], cwd=ROOT)
    peak = 0
    while (now := store.run(run.id)).active:
        peak = max(peak, resident(worker.pid))
        time.sleep(0.5)
    total = time.monotonic() - started
    worker.terminate()
    worker.wait()
    if now.status != "finished":
        sys.exit(f"the run is {now.status}: {now.error}")
    with store.database.read() as connection:
        compute = connection.exec_driver_sql("SELECT SUM(seconds) FROM shards").scalar()
    size = sum(p.stat().st_size for p in (folder / "home").glob("assay.db*")) / 1e6
    where = RecordFilter(probe="predict", correct=False)
    page = timed(lambda: store.records(run.id, where, order_by="confidence", descending=True, limit=50, offset=1000))
    listing = timed(store.runs)
    figures = f"{rows:<8} {total:7.1f}  {compute:9.1f}  {rows / total:6.0f}  {peak / 1e6:7.0f}  {size:11.1f}"
    print(f"{figures}  {page:7.0f}  {listing:7.0f}", flush=True)
    if now.note:
        print(now.note)
    close_stores()


def write_table(path: Path, rows: int, model: str) -> None:
    """Random sentences with the model's labels."""
    import json

    labels = list(json.loads((Path(model) / "config.json").read_text())["id2label"].values())
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        file.write("text,label\n")
        for i in range(rows):
            file.write(f"{' '.join(draw.choices(WORDS, k=draw.randint(5, 25)))} {i},{draw.choice(labels)}\n")


def resident(pid: int) -> int:
    """The largest resident memory of a process so far, bytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def timed(action: Any) -> float:
    """Milliseconds of the second call."""
    action()
    started = time.monotonic()
    action()
    return 1000 * (time.monotonic() - started)


if __name__ == "__main__":
    main()
