"""Resident memory of one worker and of the interactive process over many quick audits of the bundled models.

    python tests/bench/bench_memory.py [--audits 20] [--rows 50] [--figure docs/memory.svg]

The models are audited in turn, each time on other rows of the folder of real data sets (ASSAY_DATA); after every audit
the interactive process is asked what the Explain page asks. One thread. Prints a line an audit, then both peaks, and
draws what was sampled every half second.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data"))
TABLES = {"sentiment": "sst2/test.csv", "intents": "banking77/test.csv", "toxicity": "hatexplain/val.csv"}
GOAL = 1_500 * 1e6 / 2**20  # MiB: 1.5 GB
EVERY = 0.5  # seconds


class Samples(threading.Thread):
    """Resident memory of named processes, in MiB, every half second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.pids: dict[str, int] = {}
        self.seen: dict[str, list[tuple[float, float]]] = {}
        self._began, self._over = time.monotonic(), threading.Event()

    def run(self) -> None:
        """Sample until `end`."""
        while not self._over.wait(EVERY):
            for name, pid in list(self.pids.items()):
                used = status(pid, "VmRSS")
                if used:
                    self.seen.setdefault(name, []).append((time.monotonic() - self._began, used))

    def end(self) -> None:
        """Sample no more."""
        self._over.set()
        self.join()


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--audits", type=int, default=20)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--figure", type=Path, default=None)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSAY_HOME"] = str(Path(folder) / "home")
        samples = measure(Path(folder), options.audits, options.rows)
    if options.figure:
        draw(samples.seen, options.figure)


def measure(folder: Path, audits: int, rows: int) -> Samples:
    """All audits by one worker, each followed by questions to one interactive process."""
    from audit import lifeline
    from audit.live import LiveClient
    from audit.store import close_stores, open_store

    store, asked, samples = open_store(), LiveClient(), Samples()
    worker = lifeline.start([sys.executable, "-m", "audit", "worker", "--bare"], cwd=ROOT)
    samples.pids["worker"] = worker.pid
    samples.start()
    try:
        print("audit  model      result hash   worker MiB  its CPU s  interactive MiB", flush=True)
        for i in range(audits):
            model = list(TABLES)[i % len(TABLES)]
            run = audit(store, folder, model, rows, i)
            ask(asked, model, folder / f"{i}.csv")
            samples.pids["interactive process"] = asked.pid or 0
            used = [status(pid, "VmRSS") for pid in samples.pids.values()]
            print(
                f"{i + 1:<6} {model:<10} {run.result_hash[:12]}  {used[0]:10.0f}  {processor(worker.pid):9.1f}  {used[1]:15.0f}",
                flush=True,
            )
        for name, pid in samples.pids.items():
            print(f"peak of the {name}: {status(pid, 'VmHWM'):.0f} MiB (goal {GOAL:,.0f})")
    finally:
        samples.end()
        asked.close()
        worker.terminate()
        worker.wait()
        close_stores()
    return samples


def audit(store: Any, folder: Path, model: str, rows: int, number: int) -> Any:
    """One quick audit; its rows are drawn with the audit's number, so that none is reused."""
    from audit.run import client
    from audit.spec import ModelSpec, TableSpec, suite_spec

    with (DATA / TABLES[model]).open(encoding="utf-8", newline="") as file:
        texts = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    table = folder / f"{number}.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *random.Random(number).sample(texts, 2 * rows)])
    spec = suite_spec("quick", ModelSpec(name=model, threads=1), TableSpec(path=str(table)), limit=rows, seed=number)
    run = client.wait(client.start(spec, store=store).id, store=store)
    if run.status != "finished":
        sys.exit(f"audit {number + 1} is {run.status}: {run.error}")
    return run


def ask(client: Any, model: str, table: Path) -> None:
    """What the Explain page asks about a text: its probabilities, attributions, a counterfactual, an attack."""
    with table.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:4]
    long = " ".join(texts * 40)  # more than the model reads
    client.ask("methods", model=model).wait()
    client.ask("predict", model=model, texts=[*texts, long]).wait()
    client.ask("explain", model=model, text=long, methods=["integrated_gradients"]).wait()
    for text in texts[1:]:
        client.ask("explain", model=model, text=text, methods=["integrated_gradients", "leave_one_out"]).wait()
        client.ask("counterfactual", model=model, text=text).wait()
    client.ask("attack", model=model, text=texts[0], recipe="deepwordbug").wait()


def status(pid: int, field: str) -> float:
    """VmRSS (now) or VmHWM (the most so far) of a process in MiB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


def processor(pid: int) -> float:
    """Seconds of processor time a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def draw(seen: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """Both curves over time, with the goal."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "assay"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for name, points in seen.items():
        axes.plot([t / 60 for t, _ in points], [used for _, used in points], linewidth=1, label=name)
    axes.axhline(GOAL, color="grey", linestyle="--", linewidth=1, label="goal")
    axes.set(xlabel="minutes", ylabel="resident memory, MiB", ylim=(0, None), xlim=(0, None))
    axes.legend(loc="lower right", fontsize="small")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
