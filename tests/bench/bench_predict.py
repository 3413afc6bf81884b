"""Bulk prediction against `transformers.pipeline(batch_size=32)` on the SST-2 test file: seconds and ratio, one run.

Usage: python tests/bench/bench_predict.py [--model sentiment] [--threads 1] [--rounds 3]
"""

import argparse
import csv
import os
import time
from pathlib import Path

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="sentiment")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", default=os.environ.get("ASSAY_DATA", "../shared/data"))
    arguments = parser.parse_args()
    path = Path(arguments.data) / "sst2" / "test.csv"
    if not path.is_file():
        print(f"skipped: {path} is absent; set ASSAY_DATA")
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]

    import torch
    from transformers import pipeline

    from models import load

    engines = {name: load(arguments.model, engine=name, threads=arguments.threads) for name in ("torch", "onnx")}
    plain = engines["torch"]
    reference = pipeline("text-classification", model=plain.module, tokenizer=plain.tokenizer, top_k=None, device="cpu")
    torch.set_num_threads(arguments.threads)

    def ours(name):
        return engines[name].predict_proba(texts)

    def theirs():
        # top_k=None sorts by score: put the labels back in the head's order
        order = {label: i for i, label in enumerate(plain.module.config.id2label.values())}
        out = np.zeros((len(texts), len(order)))
        for i, scores in enumerate(reference(texts, batch_size=32)):
            for score in scores:
                out[i, order[score["label"]]] = score["score"]
        return out

    runs = {"pipeline(batch_size=32)": theirs, "torch": lambda: ours("torch"), "onnx": lambda: ours("onnx")}
    seconds = {name: [] for name in runs}
    results = {}
    for _ in range(arguments.rounds):
        for name, run in runs.items():  # in turn, so that a busy machine slows all alike
            started = time.process_time()
            results[name] = run()
            seconds[name].append(time.process_time() - started)
    base = float(np.median(seconds["pipeline(batch_size=32)"]))
    print(f"{len(texts)} texts, {arguments.threads} thread(s), {arguments.rounds} rounds in turn, median CPU seconds")
    for name, values in seconds.items():
        median = float(np.median(values))
        off = np.abs(results[name] - results["pipeline(batch_size=32)"]).max()
        print(
            f"{name:<26} {median:7.2f} s  {len(texts) / median:7.0f} texts/s  x{base / median:.2f}  max difference {off:.1e}"
        )
    labels = [row["label"] for row in rows]
    accuracy = np.mean([plain.labels[i] == label for i, label in zip(results["onnx"].argmax(1), labels, strict=True)])
    print(f"accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
