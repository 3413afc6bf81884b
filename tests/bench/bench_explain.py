"""Explanations against their opponents, side by side on real rows, one thread, by processor time.

Run by hand, on a quiet machine:

    python tests/bench/bench_explain.py ig --rows 64          # integrated gradients against Captum, row by row
    python tests/bench/bench_explain.py comparison --rows 16  # six methods with metrics, where the time goes
    python tests/bench/bench_explain.py memory                # peak memory of 100 and of 5,000 rows
    python tests/bench/bench_explain.py complete --rows 500   # completeness of integrated gradients, per model

`--device cuda` runs `ig` on a GPU: rows a second and the share of its arithmetic.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")

TABLES = {"sentiment": "sst2/test.csv", "intents": "banking77/test.csv", "toxicity": "hatexplain/val.csv"}
FERRET = 29.8  # seconds per row of ferret's method comparison, measured before on this kind of machine
FLOPS_PER_TOKEN_STEP = 42.5e6  # MiniLM, forward and backward
BLOCK = 32
REFERENCE = 257


def data() -> Path:
    """The folder of real data sets."""
    return Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data"))


def examples(model: str, count: int) -> list[Any]:
    """Rows of the model's own test file, taken evenly over it."""
    from audit.records import Example

    with (data() / TABLES[model]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Example(f"row{i}", row["text"]) for i, row in enumerate(rows[:: max(1, len(rows) // count)][:count])]


def seconds() -> float:
    """Processor time on a CPU, wall time with a GPU finished."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def captum_integrated_gradients(classifier: Any) -> Callable[[Any, int], Any]:
    """Captum's LayerIntegratedGradients on the embedding layer, one row a call, 50 steps."""
    import torch
    from captum.attr import LayerIntegratedGradients

    module, mask = classifier.module, classifier.special.mask

    def forward(ids: Any, *others: Any) -> Any:
        return module(**dict(zip(names, (ids, *others), strict=True))).logits

    names: list[str] = []
    method = LayerIntegratedGradients(forward, module.get_input_embeddings())

    def explain(row: Any, target: int) -> Any:
        batch = classifier.collate([row.encoding.row])
        names[:] = list(batch)
        ids = batch["input_ids"]
        inside = torch.tensor(row.word_of_token >= 0, device=ids.device)
        others = tuple(batch.values())[1:]
        baseline = torch.where(inside, mask, ids)
        found = method.attribute(ids, baseline, target=target, additional_forward_args=others, n_steps=50)
        return found.sum(-1)[0].detach().cpu().numpy()

    return explain


def integrated_gradients(model: str, count: int, device: str | None) -> None:
    """Time and error of integrated gradients against Captum's, in alternating blocks of rows."""
    import numpy as np

    from audit.explain.rows import prepare
    from audit.explain.running import Engine
    from audit.kinds import find
    from models import load

    classifier: Any = load(model, device=device, **({} if device else {"threads": 1}))
    rows = examples(model, count)
    explainer = find("explainer", "integrated_gradients")()
    captum = captum_integrated_gradients(classifier)
    ready = prepare(classifier, rows, seed=0)
    list(explainer.run(classifier, rows[:2], seed=0))
    captum(ready[0], 0)
    ours: dict[str, Any] = {}
    theirs: list[Any] = []
    spent = {"ours": 0.0, "captum": 0.0}
    size = BLOCK if device is None else count
    for start in range(0, count, size):
        began = seconds()
        ours |= {r.row_id: r for r in explainer.run(classifier, rows[start : start + size], seed=0)}
        spent["ours"] += seconds() - began
        began = seconds()
        theirs += [captum(row, int(np.argmax(row.target.weights))) for row in ready[start : start + size]]
        spent["captum"] += seconds() - began
    engine = Engine(classifier)
    references = [reference(engine, row) for row in ready]
    report_errors("ours", [ours[row.row_id] for row in rows], references)
    worst = [np.abs(a - b).max() / np.abs(b).max() for a, b in zip(theirs, references, strict=True)]
    print(f"captum 50 steps: worst token error median {np.median(worst):.2%}, 95th {np.percentile(worst, 95):.2%}")
    ratio = spent["captum"] / spent["ours"]
    print(f"seconds a row: ours {spent['ours'] / count:.3f}, captum {spent['captum'] / count:.3f}: {ratio:.2f}x less")
    steps = [ours[row.row_id].steps for row in rows]
    print(f"nodes a row: mean {np.mean(steps):.1f}, largest {max(steps)}")
    tokens = [len(row.encoding.row) for row in ready]
    work = sum(t * (s - 1) for t, s in zip(tokens, steps, strict=True)) * FLOPS_PER_TOKEN_STEP
    print(
        f"{count / spent['ours']:.1f} rows a second; {work / spent['ours'] / 1e9:.0f} GFLOP/s on {np.mean(tokens):.1f} tokens a row"
    )


def reference(engine: Any, row: Any) -> Any:
    """Scores (t,) from 257 nodes of the trapezoid rule in s, alpha = s^2."""
    import numpy as np

    from audit.explain.steps import Slopes

    nodes = np.arange(REFERENCE) / (REFERENCE - 1)
    (reply,) = engine.answer([Slopes(row, tuple((nodes**2).tolist()))])
    weighted = 2.0 * nodes[:, None] * reply.slopes
    return (weighted.sum(axis=0) - 0.5 * weighted[-1]) / (REFERENCE - 1)


def report_errors(name: str, records: list[Any], references: list[Any]) -> None:
    """Print the worst token's error and how many error bars hold."""
    import numpy as np

    worst, held = [], []
    for record, expected in zip(records, references, strict=True):
        off = np.abs(np.array([token.score for token in record.tokens]) - expected)
        inside = np.array([not token.special for token in record.tokens])
        worst.append(off.max() / np.abs(expected).max())
        held += (off <= np.array([token.error for token in record.tokens]) + 1e-6)[inside].tolist()
    print(
        f"{name}: worst token error median {np.median(worst):.2%}, 95th {np.percentile(worst, 95):.2%}, "
        f"largest {max(worst):.2%}; error bars hold for {np.mean(held):.1%} of {len(held)} tokens; "
        f"{sum(record.converged for record in records)} of {len(records)} rows converged"
    )


@contextmanager
def clocked(target: Any, name: str, spent: dict[str, float]) -> Iterator[None]:
    """Add up the time spent inside one method of a class."""
    true = getattr(target, name)

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = seconds()
        try:
            return true(*args, **kwargs)
        finally:
            spent[name] = spent.get(name, 0.0) + seconds() - began

    setattr(target, name, timed)
    try:
        yield
    finally:
        setattr(target, name, true)


def comparison(model: str, count: int) -> None:
    """Six methods with comprehensiveness, sufficiency, tau, both AUCs and five random orders, on the same rows."""
    from audit.explain.explaining import explain
    from audit.explain.gradients import Gradients
    from audit.explain.running import Engine
    from audit.kinds import find
    from models import load

    rows = examples(model, count)
    names = ("integrated_gradients", "leave_one_out", "saliency", "shapley", "kernel_shap", "lime")
    for engine_name in ("torch", "onnx"):
        classifier: Any = load(model, threads=1, engine=engine_name)
        for ceiling in (1, 200):
            made = [find("explainer", name)(metrics=["faithfulness"], ceiling=ceiling) for name in names]
            list(explain(classifier, made, rows[:1], seed=0))
            engine, spent = Engine(classifier), {}
            with clocked(type(classifier), "logits", spent), clocked(Gradients, "slopes", spent):
                began, wall = seconds(), time.perf_counter()
                records = [record for _, record in explain(classifier, made, rows, seed=0, engine=engine)]
                took, wall = seconds() - began, time.perf_counter() - wall
            assert not any(record.error for record in records)
            searched = "greedy ceilings" if ceiling > 1 else "ceiling: leave-one-out order and one-word-wide search"
            print(
                f"{classifier.engine}, {searched}: {took / count:.2f} s a row (wall {wall / count:.2f}), "
                f"{FERRET * count / took:.1f}x ferret's {FERRET}; evaluations a row: forward "
                f"{engine.evaluations / count:.0f}, with gradient {engine.gradients / count:.0f}; share of the time: forward "
                f"{spent['logits'] / took:.0%}, gradients {spent['slopes'] / took:.0%}, the rest "
                f"{1 - (spent['logits'] + spent['slopes']) / took:.0%}"
            )
    words = sum(len(record.words) for record in records) / len(records)
    print(f"{count} rows of {words:.1f} words; steps by method:", end=" ")
    print({name: sum(r.steps for r in records if r.method == name) / count for name in names})


def memory() -> None:
    """Peak memory of the terminal command on 100 and on 5,000 rows of SST-2, each in a process of its own."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    from checkpoints import make

    with tempfile.TemporaryDirectory() as folder:
        tiny = make(Path(folder) / "tiny")
        table = data() / "sst2" / "train.csv"
        for methods in (("integrated_gradients",), ("leave_one_out", "shapley"), ("saliency", "lime")):
            for count in (100, 5000):
                chosen = [part for name in methods for part in ("--method", name)]
                command = ["explain", "--model", str(tiny), "--csv", str(table), "--limit", str(count), "--label", "-"]
                files = ["--out", f"{folder}/o.jsonl", "--html", f"{folder}/o.html"]
                code = (
                    "import resource, sys; from audit.__main__ import build; "
                    "build()(sys.argv[1:], standalone_mode=False); "
                    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
                )
                done = subprocess.run(
                    [sys.executable, "-c", code, *command, *files, *chosen],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=ROOT,
                )
                print(f"{', '.join(methods)}: {count:,} rows, peak {done.stdout.split()[-1]} MB", flush=True)


def complete(models: list[str], count: int) -> None:
    """How many rows of each model's own test file are complete within the stated tolerance, and what it cost."""
    import numpy as np

    from audit.kinds import find
    from models import load

    for model in models:
        classifier = load(model, threads=1)
        rows = examples(model, count)
        began = seconds()
        records = list(find("explainer", "integrated_gradients")().run(classifier, rows, seed=0))
        took = seconds() - began
        off = np.array([abs(r.delta) for r in records])
        allowed = np.array([0.03 * abs(r.value - r.baseline_value) + 0.01 for r in records])
        steps = np.array([r.steps for r in records])
        summary = {
            "model": model,
            "rows": len(records),
            "errors": sum(r.error is not None for r in records),
            "complete": int((off <= allowed).sum()),
            "not_converged": sum(not r.converged for r in records),
            "largest_miss": round(float(off.max()), 4),
            "median_miss": round(float(np.median(off)), 4),
            "nodes_mean": round(float(steps.mean()), 1),
            "nodes_largest": int(steps.max()),
            "seconds_a_row": round(took / len(records), 3),
        }
        print(json.dumps(summary), flush=True)


def main() -> None:
    """Choose and run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=("ig", "comparison", "memory", "complete"))
    parser.add_argument("--model", action="append")
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--device")
    given = parser.parse_args()
    models = given.model or (list(TABLES) if given.which == "complete" else ["sentiment"])
    if given.which == "ig":
        integrated_gradients(models[0], given.rows, given.device)
    elif given.which == "comparison":
        comparison(models[0], given.rows)
    elif given.which == "memory":
        memory()
    else:
        complete(models, given.rows)


if __name__ == "__main__":
    main()
