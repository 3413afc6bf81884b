"""The most memory a worker ever holds in a quick audit of hostile rows, and which row of which probe takes it.

    python tests/bench/bench_hostile_rows.py [--model sentiment] [--probe deepwordbug ...] [--row 1 ...] [--most 12]
        [--before 4] [--ask]

A worker of its own computes the audit; before each row of each probe it sets the kernel's high-water mark of its memory
back (`/proc/self/clear_refs`, Linux alone) and notes it after, so that what a row takes for moments is seen too. One
thread. Prints the rows that took most, the sum of all, and the hash of the results: bounds on memory move no record.
Before them the worker may run audits of the bundled models in turn (`--before`, ASSAY_DATA); `--ask` asks the interactive
process about each row in the worker's place.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench_memory import GOAL, ROOT, TABLES, audit, processor, status

NOTES = "ASSAY_BENCH_NOTES"
WORDS = (
    "the", "film", "was", "a", "quiet", "delight", "and", "its", "plot", "held", "no", "surprise", "for", "anyone", "who", "had",
    "seen", "an", "ending", "before",
)  # fmt: skip


def hostile_texts() -> list[str]:
    """38 texts as nobody writes them: long, without blanks, invisible, of many scripts, of signs that break parsers."""
    draw = random.Random(0)

    def words(n: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(n))

    return [
        (words(12_000))[:50_000], words(3_000), words(1_000), words(400), "a" * 20_000, "ab" * 5_000, "x" * 512,
        "\u200b" * 5_000, "good" + "\u200b" * 500 + "film", "\u200d\u200c\u2060" * 300, "\U0001f600" * 3_000,
        "a \U0001f468\u200d\U0001f469\u200d\U0001f467 film " * 200, "\U0001f44d\U0001f3fd good", "فيلم جميل جدا " * 200,
        "סרט נפלא " * 300, "a \u202egood\u202c film " * 100, "\x01\x02\x03\x1b[31m good \x7f" * 50, "good\t\n\r\x0b\x0c " * 500,
        "这部电影很好" * 500, "映画はとても良かった。" * 300, "ไม่ดีเลย" * 400, "e\u0301" * 2_000, "Z\u0351\u036b\u0343\u036a\u0302" * 400,
        "ﬁlm ＧＯＯＤ ①②③ " * 200, "good.bad,ugly;" * 800, "!?" * 2_000, "<b>good</b><script>alert(1)</script>" * 100,
        "=1+1;@SUM(A1:A9)\t" * 100, "[CLS] [SEP] [MASK] [PAD] [UNK] " * 200, "https://example.org/" + "a/b?c=d&" * 500,
        "1234567890 " * 600, "a b c d e f g h " * 300, "\\" * 2_000, "\"'`" * 700, "a\u2028good\u2029film\x85" * 100,
        "don't can't won't " * 300, "...", "x",
    ]  # fmt: skip


def main() -> None:
    """Audit, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="sentiment")
    parser.add_argument("--probe", action="append", default=None, help="only these probes of the suite")
    parser.add_argument("--row", action="append", type=int, default=None, help="only these rows, the first is 0")
    parser.add_argument("--most", type=int, default=12, help="how many rows to print")
    parser.add_argument("--before", type=int, default=0, help="quick audits of 12 rows that the worker runs first")
    parser.add_argument("--ask", action="store_true", help="ask the interactive process, audit nothing")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        from audit import lifeline

        lifeline.follow()
        work(Path(os.environ[NOTES]))
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ASSAY_HOME": str(Path(folder) / "home"), NOTES: str(Path(folder) / "notes.jsonl")}
        if options.ask:
            asked(options.model, options.row, options.most)
        else:
            measure(Path(folder), options.model, options.probe, options.row, options.most, options.before)


def asked(model: str, rows: list[int] | None, most: int) -> None:
    """What the Explain page asks about each row, of one interactive process."""
    from audit.live.client import LiveClient, LiveError

    client, notes = LiveClient(), []
    client.ask("methods", model=model).wait()
    pid = client.pid or 0
    for row, text in enumerate(hostile_texts()):
        if rows is not None and row not in rows:
            continue
        for action, given in (
            ("predict", {"texts": [text]}),
            ("explain", {"text": text, "methods": ["integrated_gradients", "leave_one_out"]}),
            ("counterfactual", {"text": text}),
            ("attack", {"text": text, "recipe": "deepwordbug"}),
        ):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
            before = status(pid, "VmRSS")
            try:
                client.ask(action, model=model, **given).wait()
            except LiveError as error:
                print(f"{action} of row {row}: {error}", flush=True)
            taken = {"before": before, "most": status(pid, "VmHWM"), "after": status(pid, "VmRSS")}
            notes.append({"probe": action, "row": row, **taken})
            if taken["most"] >= max(note["most"] for note in notes):
                print(f"most so far: {taken['most']:.0f} MiB, {action} of row {row}", flush=True)
    report(notes, most)
    print(f"at rest {status(pid, 'VmRSS'):.0f} MiB; {processor(pid):.0f} s of processor time")
    client.close()


def measure(folder: Path, model: str, probes: list[str] | None, rows: list[int] | None, most: int, audits: int) -> None:
    """One audit by one worker that notes what its rows take."""
    from audit import lifeline
    from audit.run import client
    from audit.spec import ModelSpec, TableSpec, suite_spec
    from audit.store import close_stores, open_store

    texts = hostile_texts()
    texts = texts if rows is None else [texts[i] for i in rows]
    table = folder / "hostile.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("text",), *((text,) for text in texts)])
    spec = suite_spec("quick", ModelSpec(name=model, threads=1), TableSpec(path=str(table)))
    if probes:
        spec = spec.model_copy(update={"probes": tuple(one for one in spec.probes if one.name in probes)})
    store = open_store()
    worker = lifeline.start([sys.executable, __file__, "--worker"], cwd=ROOT)
    try:
        for i in range(audits):
            name = list(TABLES)[i % len(TABLES)]
            audit(store, folder, name, 12, i)
            print(f"after a quick audit of {name}: {status(worker.pid, 'VmRSS'):.0f} MiB", flush=True)
        run = client.wait(client.start(spec, store=store).id, store=store)
        if run.status != "finished":
            sys.exit(f"the audit is {run.status}: {run.error}")
        rested, spent = status(worker.pid, "VmRSS"), processor(worker.pid)
    finally:
        worker.terminate()
        worker.wait()
        close_stores()
    report([json.loads(line) for line in (folder / "notes.jsonl").read_text(encoding="utf-8").splitlines()], most)
    print(f"at rest {rested:.0f} MiB; {spent:.0f} s of processor time; result hash {run.result_hash[:12]}")


def report(notes: list[dict[str, Any]], most: int) -> None:
    """The rows that took most, and the most of all."""
    print("most MiB  before  after  probe                row  its text")
    texts = hostile_texts()
    for note in sorted(notes, key=lambda note: -note["most"])[:most]:
        text = ascii(texts[note["row"]][:24]) if note["row"] is not None else ""
        print(
            f"{note['most']:8.0f}  {note['before']:6.0f}  {note['after']:5.0f}  {note['probe']:<20} {note['row']!s:>3}  {text}"
        )
    print(f"most of {len(notes)} moments: {max(note['most'] for note in notes):.0f} MiB (goal {GOAL:,.0f})")


def work(notes: Path) -> None:
    """A worker as any other, which notes the high-water mark of every row."""
    from audit.run import shard, worker

    inner, whole = shard.collect, shard.run_shard
    pid = os.getpid()

    def note(probe: str, row: int | None, before: float) -> None:
        line = {
            "probe": probe,
            "row": row,
            "before": before,
            "most": status(pid, "VmHWM"),
            "after": status(pid, "VmRSS"),
        }
        with notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def begin() -> float:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        return status(pid, "VmRSS")

    def collect(probe: Any, classifier: Any, examples: Any, **settings: Any) -> Any:
        numbers = {text: i for i, text in enumerate(hostile_texts())}
        inside = probe.run

        def run(classifier: Any, rows: Any, *, seed: int) -> Iterator[Any]:
            before = begin()
            for record, row in zip(inside(classifier, rows, seed=seed), rows, strict=True):
                note(probe.name, numbers.get(row.text), before)
                yield record
                before = begin()

        probe.run = run
        return inner(probe, classifier, examples, **settings)

    def run_shard(*given: Any, **settings: Any) -> Any:
        before = begin()
        try:
            return whole(*given, **settings)
        finally:
            note("(between)", None, before)

    shard.collect = collect
    import audit.run.workflows as workflows

    workflows.run_shard = run_shard
    worker.serve()


if __name__ == "__main__":
    main()
