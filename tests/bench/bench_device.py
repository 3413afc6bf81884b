"""A GPU beside the CPU, in one run: rows a second of predictions, explanations and attacks, and how far answers are apart.

Run by hand where there is a GPU: python tests/bench/bench_device.py [--threads 8] [--rows 200]
Prints one Markdown table. Times are wall times after a warm-up, medians of three; both devices take the same rows.
`--base` adds a model of BERT-base's size with random weights: its speed is a real one's.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")


def examples(count: int) -> list[Any]:
    """Rows spread evenly over SST-2's test file."""
    from audit.records import Example

    data = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data")) / "sst2" / "test.csv"
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = rows[:: max(1, len(rows) // count)][:count]
    return [Example(row_id=f"{i:016x}", text=row["text"], label=row["label"]) for i, row in enumerate(chosen)]


def seconds(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    """Median wall time of `work` after one round that does not count, and what it gave."""
    found = work()
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - started)
    return statistics.median(took), found


def of_base_size(folder: Path, sentiment: Any) -> Path:
    """A checkpoint of BERT-base's size with random weights and the bundled model's tokenizer."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    names = dict(enumerate(sentiment.labels))
    config = BertConfig(vocab_size=len(sentiment.tokenizer), id2label=names, label2id={v: k for k, v in names.items()})
    BertForSequenceClassification(config).save_pretrained(folder)
    sentiment.tokenizer.save_pretrained(folder)
    return folder


def apart(what: str, here: Any, there: Any) -> str:
    """How far the devices' answers are apart, in words."""
    import numpy as np

    if what.startswith("predict"):
        return f"{np.abs(here - there).max():.1e} of probability"
    here, there = (sorted(one, key=lambda record: record.row_id) for one in (here, there))
    if what.startswith("attack"):
        same = sum(
            (a.status, a.perturbed_text) == (b.status, b.perturbed_text) for a, b in zip(here, there, strict=True)
        )
        return f"{same} of {len(here)} rows the same"
    far = max(
        float(np.abs(np.subtract([t.score for t in a.tokens], [t.score for t in b.tokens])).max())
        for a, b in zip(here, there, strict=True)
    )
    return f"{far:.1e} of score"


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the CPU's side")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--base", action="store_true", help="a model of BERT-base's size too, predictions only")
    chosen = parser.parse_args()
    import torch

    from audit.kinds import find
    from models import load

    if not torch.cuda.is_available():
        sys.exit("There is no CUDA device here.")
    rows, everything = examples(chosen.rows), [row.text for row in examples(10_000)]
    devices = {"cpu": {"engine": "auto", "threads": chosen.threads}, "cuda": {"threads": chosen.threads}}

    def probe(kind: str, name: str, some: list[Any], **parameters: Any) -> Callable[[Any], Any]:
        return lambda classifier: list(find(kind, name)(**parameters).run(classifier, some, seed=0))

    def predicting(classifier: Any) -> Any:
        return classifier.predict_proba(everything)

    few = rows[: max(1, len(rows) // 10)]
    works = {
        "predict": (predicting, len(everything)),
        "explain, integrated gradients": (probe("explainer", "integrated_gradients", rows), len(rows)),
        "explain, leave-one-out": (probe("explainer", "leave_one_out", rows), len(rows)),
        "explain, Shapley values": (probe("explainer", "shapley", few), len(few)),
        "attack, deepwordbug": (probe("attack", "deepwordbug", rows), len(rows)),
        "attack, textfooler": (probe("attack", "textfooler", few), len(few)),
    }
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name(0)}, CPU side: {chosen.threads} threads\n")
    print("| what | rows | CPU, rows/s | GPU, rows/s | times | apart |\n|---|---|---|---|---|---|")
    held = {device: load("sentiment", device=device, **more) for device, more in devices.items()}
    for what, (work, count) in works.items():
        try:
            (slow, here), (fast, there) = (
                seconds(partial(work, one), 3 if count > 100 else 1) for one in held.values()
            )
        except Exception as error:  # a resource that is absent: the other lines are still worth having
            print(f"| {what} | {count} | {error} | | | |", flush=True)
            continue
        print(
            f"| {what} | {count} | {count / slow:,.1f} | {count / fast:,.1f} | {slow / fast:.1f} | {apart(what, here, there)} |",
            flush=True,
        )
    half = load("sentiment", device="cuda", dtype="bfloat16")
    took, got = seconds(partial(predicting, half))
    print(
        f"| predict, bfloat16 | {len(everything)} | | {len(everything) / took:,.1f} | | {apart('predict', predicting(held['cuda']), got)} |"
    )
    if chosen.base:
        with tempfile.TemporaryDirectory() as folder:
            place = of_base_size(Path(folder), held["cpu"])
            told = []
            for device, dtype, some in (
                ("cpu", "float32", 200),
                ("cuda", "float32", 10_000),
                ("cuda", "bfloat16", 10_000),
            ):
                big = load(str(place), device=device, dtype=dtype, threads=chosen.threads)  # type: ignore[arg-type]
                texts = everything[:some]
                told.append(len(texts) / seconds(partial(big.predict_proba, texts))[0])
            print(f"| predict, BERT-base's size | | {told[0]:,.1f} | {told[1]:,.1f} | {told[1] / told[0]:.1f} | |")
            print(f"| predict, BERT-base's size, bfloat16 | | | {told[2]:,.1f} | | |", flush=True)
    print(f"\nGPU memory, most: {torch.cuda.max_memory_allocated() / 2**20:,.0f} MiB")


if __name__ == "__main__":
    main()
