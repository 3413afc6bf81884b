"""A finished run in which every name is hostile: labels, run, model's folder, table, columns, groups, words, notes."""

from __future__ import annotations

import csv
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from checkpoints import edit_json, make

LABELS = (
    "billing [EU]", "a|b", "x,y=z", "[/b]", "![x](http://evil.example/e)", "<b>", "*", "=1+1", "\x1b[31mred", "\u202eevil\u202c",
    "long " * 39 + "long", "\u200b", "it's \"so\"", "label=a,word=b", "group:x", "账单 问题", ":smile: :red[a] $x$", "a\\b", "a", "b",
)  # fmt: skip
RUN = "Q3 [/final] :red[a] \x1b]0;owned\x07 <b> https://evil.example/run \u202e"
TABLE = "=cmd()|x[bold] \x1b[2J.csv"
MODEL = "model [v2] <i> [b]"
COLUMNS = ("region [north]", "group:x,label=a", "=1+1\x1b[0m")
VALUES = ("[/b]", "north,label=a", "=2+2")
NOTE = "see [/b] \x1b[31m https://evil.example/note"
POLICY_NAME = "policy [/b]"
SUITE = "suite [/b] =1+1 \u202e <b> https://evil.example/s"
TEST = "test [/b] \x1b[2J <b> $x$\u2028- new"
CAPABILITY = "=cap|ability [/b] \u202e"
ABOUT = "passes over [/b] \x1b]0;owned\x07 ![x](http://evil.example/e)"
CASE = "=1+1 film \u2028[/b] https://evil.example/c \r@x"
TESTS = (TEST, f"{TEST} 2", "=3+3", "a,test=b", "*")
PER_LABEL = 4
EVIL = "https://evil.example"


@dataclass(frozen=True)
class Hostile:
    """Where it lies: ASSAY_HOME, the folder of the files, the model and the run's id."""

    home: Path
    folder: Path
    model: Path
    table: Path
    run_id: str

    @contextmanager
    def at_home(self):
        """With this installation as the one that is used."""
        from audit.store import close_stores

        close_stores()
        with mock.patch.dict(os.environ, {"ASSAY_HOME": str(self.home), "COLUMNS": "400"}):
            yield
        close_stores()


def make_hostile(folder: Path) -> Hostile:
    """Make it: a small real model, a table, and an audit computed in this process."""
    from audit.run import client
    from audit.run.finish import finish
    from audit.run.holding import HeldModels
    from audit.run.prepare import prepare
    from audit.run.shard import run_shard
    from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
    from audit.store import open_store
    from models import catalog

    model = make(folder / MODEL, "bert", "softmax")
    _widen(model)
    made = Hostile(folder / "home", folder, model, _table(folder / TABLE), "")
    probes = (
        ProbeSpec(kind="prediction", name="predict"),
        ProbeSpec(kind="explainer", name="saliency", rows=40),
        ProbeSpec(kind="attack", name="bad_characters", rows=20, params={"max_queries": 20}),
        ProbeSpec(kind="perturbation", name="case", rows=20),
        ProbeSpec(kind="direction", name="negation", rows=20),
        ProbeSpec(kind="identity", name="identity_swaps", rows=10, params={"versions": 2}),
        ProbeSpec(kind="shortcut", name="surface", rows=10),
        ProbeSpec(kind="word", name="words", params={"words": 4, "least_texts": 2, "carriers": 8, "holders": 3}),
        ProbeSpec(
            kind="trigger",
            name="trigger_scan",
            params={"shortlist": 50, "rows": 8, "classes": 2, "words": 2, "beam": 1},
        ),
        ProbeSpec(
            kind="behaviour", name="suite", id="suite:own", params={"suite": SUITE, "content": _suite(), "kept": 3}
        ),
    )
    spec = AuditSpec(
        name=RUN, model=ModelSpec(name=str(model), threads=1), probes=probes, policy=_policy(),
        table=TableSpec(path=str(made.table), text="text [b]", label="label", groups=COLUMNS),
    )  # fmt: skip
    with made.at_home():
        catalog.add("hostile", str(model), labels=LABELS, note=NOTE)
        store, models, device = open_store(), HeldModels(), threading.Lock()
        run = client.start(spec, store=store)
        prepare(store, run, models)
        store.update_run(run.id, status="running")
        for shard in store.shards(run.id, status="pending"):
            run_shard(store, run.id, shard.position, run.attempt, models=models, worker="test", device=device)
        finish(store, store.run(run.id))
        store.update_run(run.id, note=NOTE)
    return Hostile(made.home, folder, model, made.table, run.id)


def _widen(model: Path) -> None:
    """Give the model these labels; what it learned for its first three is kept, the others are drawn."""
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(model / "model.safetensors")
    torch.manual_seed(5)
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = torch.randn(len(LABELS), *weights[name].shape[1:]) * (4 if name.endswith("weight") else 0.1)
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    names = {str(i): label for i, label in enumerate(LABELS)}
    edit_json(model / "config.json", id2label=names, label2id={label: i for i, label in enumerate(LABELS)})


def _table(path: Path) -> Path:
    words = ("film", "delight", "soup", "payment", "sequel", "she", "price", "a Muslim", "café", "good")
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["text [b]", "label", *COLUMNS])
        for i in range(PER_LABEL * len(LABELS)):
            who = ("Muslim", "Jewish", "Christian")[i % 3]
            text = f"The {who} {words[i % 10]} {words[(i // 10) % 10]} was good number {i}, {EVIL}/t [/b] :smile:"
            out.writerow([text, LABELS[i % len(LABELS)], *(VALUES[(i + k) % 2] for k in range(len(COLUMNS)))])
    return path


def _suite() -> str:
    """A suite whose every name and text is hostile: a test of each type, about labels that the model has."""
    from audit.behave.suites.model import Case, Expectation, Suite, SuiteTest
    from audit.behave.suites.toml_file import suite_toml

    pairs = tuple(Case((f"{CASE} {n}", f"{CASE} {n} soup price café"), (None, None)) for n in range(6))
    known = tuple(Case((f"{CASE} {n}",), (LABELS[n % 4],)) for n in range(12))
    other = tuple(Case((f"{CASE} other {n}",), ("[/no] =such",)) for n in range(2))
    tests = (
        SuiteTest(TEST, "MFT", Expectation("label"), known + other, CAPABILITY, ABOUT),
        SuiteTest(TESTS[1], "INV", Expectation("same"), pairs, CAPABILITY, ABOUT),
        SuiteTest(TESTS[2], "DIR", Expectation("no_less", 0.01, (LABELS[0],), (LABELS[4],)), pairs, CAPABILITY, NOTE),
        *(SuiteTest(name, "MFT", Expectation("label"), known, CAPABILITY, NOTE) for name in TESTS[3:]),
    )
    return suite_toml(Suite(SUITE, tests, "\u202een"))


def slice_of(label: str) -> str | dict[str, str]:
    """How a policy names a class: as it is printed, but for `*`, which as text stands for any."""
    return f"label={label}" if label != "*" else {"label": label}


def _policy() -> dict:
    from audit.score.definitions import catalog

    recalls = [
        {"id": f"recall {i} [/b]", "score": "class_recall", "slice": slice_of(label), "min": 0.0, "why": NOTE}
        for i, label in enumerate(LABELS)
    ]
    others = [
        {"id": f"{score} [/b]", "score": score, "probe": "*", "slice": "*", "max": most, "why": NOTE, "next_step": NOTE}
        for score, most in (
            ("behaviour_failure", 0.6),  # not settled: a gate by another policy has another verdict to give
            ("capability_failure", 0.6),
            ("identity_gap", 0.0),
            ("word_effect", 0.0),
            ("trigger_flip_rate", 0.0),
            ("trigger_classes", 0.0),
            ("shortcut_effect", 0.0),
        )
        if score in catalog()
    ]
    accuracy = {"id": "accuracy", "score": "accuracy", "min": 0.0}
    return {"version": 1, "name": POLICY_NAME, "check": [accuracy, *recalls, *others]}
