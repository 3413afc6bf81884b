"""How long reports take and how much memory: `python tests/bench/bench_report.py`. Prints one JSON object.

The promise: 200 heatmaps in at most 3 s and 500 MB. Each measurement is a process of its own, so that memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

TEXTS = 250
WORDS = 22


def processor() -> float:
    """CPU seconds of this process and of the typesetters it waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak() -> dict[str, float]:
    """Largest memory of this process and of its typesetter, in MB; they may be there at once."""
    own, typesetter = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"peak_mb": own.ru_maxrss / 1024, "typesetter_peak_mb": typesetter.ru_maxrss / 1024}


def heatmaps(count: int) -> dict[str, float]:
    """Lay out and set `count` heatmaps of sentences of 22 words; the charts and the rest of the report left out."""
    from audit.report.blocks import Brand, Cover, Document, Section
    from audit.report.chapters.explanations import heatmap
    from audit.report.model import Heatmap, HeatWord
    from audit.report.pdf import render_both
    from audit.report.strings import strings
    from models.task import Label

    say = strings()
    started, cpu = time.perf_counter(), processor()
    blocks = []
    for number in range(count):
        words = []
        for place in range(WORDS):
            words += [
                HeatWord(f"word{(number * 7 + place) % 97}", ((number + 3 * place) % 17 - 8) / 8),
                HeatWord(" ", None),
            ]
        found = Heatmap(
            why="typical", probe="ig", row_id=f"{number:016x}", label="positive", target="positive", confidence=0.9,
            words=tuple(words), pair=None, unit="logit", largest=1.0, delta=0.0, converged=True, truncated=False,
        )  # fmt: skip
        blocks.append(heatmap(found, Label(("negative", "positive")), say, 700))
    cover = Cover("", "Benchmark", "", "", "muted", "", (), ())
    section = Section("heatmaps", "Heatmaps", tuple(blocks))
    document = Document("en", "Benchmark", "", "", "of", (2026, 3, 1, 0, 0, 0), cover, (section,), Brand(), "Contents")
    pdf, pictures = render_both(document, ppi=2.0)
    seconds, cpu = time.perf_counter() - started, processor() - cpu
    return {"seconds": seconds, "cpu_seconds": cpu, **peak(), "bytes": len(pdf), "pages": len(pictures)}


def whole(preset: str) -> dict[str, float]:
    """Everything from the store to the PDF for a run of 250 texts."""
    import tempfile

    from review_texts import REVIEWS
    from sample_run import make_run

    from audit.report.blocks import Brand
    from audit.report.making import lay_out_within
    from audit.store import Store

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/runs.db")
        texts = [(f"{text} Part {i}, seen again.", label) for i in range(8) for text, label in REVIEWS][:TEXTS]
        run = make_run(store, texts, labels=("negative", "positive"), train=REVIEWS)
        started, cpu = time.perf_counter(), processor()
        made = lay_out_within(store, run, preset, Brand())  # type: ignore[arg-type]
        seconds, cpu = time.perf_counter() - started, processor() - cpu
        store.close()
    heat = len(made.report.heatmaps)
    return {"seconds": seconds, "cpu_seconds": cpu, **peak(), "heatmaps": heat, "pages": len(made.pages)}


TASKS = {"heatmaps_200": (heatmaps, 200), **{preset: (whole, preset) for preset in ("executive", "full", "technical")}}


def main() -> None:
    """Run every task in a process of its own and print what they took."""
    if len(sys.argv) > 1:
        task, argument = TASKS[sys.argv[1]]
        print(json.dumps({k: round(v, 3) for k, v in task(argument).items()}))
        return
    found = {}
    for name in TASKS:
        done = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
