"""Measured runs of many kinds, and policies that make findings of everything they hold: every sentence is said once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from runs import INTENTS, make_run
from shortcut_runs import LABELS, planted
from simulated import attack, example, prediction, simulated_run

from audit.records import BehaviourOutcome, PerturbationOutcome, Variant
from audit.results.judging import measure
from audit.score.bootstrap import Replicates
from audit.score.definitions import catalog
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measures import Measure, Measures, Skipped
from audit.score.policy import Check, Policy, load_policy
from audit.score.scoring import measure_run, with_reviews
from audit.scored import Finding
from audit.spec import ProbeSpec
from audit.store import Store
from models.task import Labels

SKIPPED = (
    Skipped("bae", "attack", "bae", "bae needs a masked language model"),
    Skipped("mine", "attack", "textfooler", "no vectors"),
    Skipped("lime", "explainer", "lime", "takes too long"),
    Skipped("odd", "perturbation", "odd", "not asked for"),
)
ASPECTS = ("food", "price", "staff")
TWICE = (
    ProbeSpec(kind="prediction", name="predict"),
    ProbeSpec(kind="explainer", name="integrated_gradients", id="first"),
    ProbeSpec(kind="explainer", name="leave_one_out"),
    ProbeSpec(kind="attack", name="deepwordbug", id="soft"),
    ProbeSpec(kind="attack", name="deepwordbug", id="hard"),
    ProbeSpec(kind="perturbation", name="typos", id="slips"),
    ProbeSpec(kind="perturbation", name="typos"),
)
NUMBER = re.compile(r"[-<>]?\d[\d.,]*(?:%| percentage points?)?")


def told_runs(folder: Path) -> Iterator[tuple[str, Measures]]:
    """Name and measures of each run: two classes, many, no labels, three groups, few rows, one recipe twice, reviews ..."""
    store = Store(f"sqlite:///{folder / 'told.db'}")
    try:
        made = {
            "two": make_run(store, folder, rows=60),
            "many": make_run(store, folder, rows=66, labels=INTENTS[:11]),
            "few": make_run(store, folder, rows=9),
            "unlabelled": make_run(store, folder, rows=40, edit=lambda lines: [[line[0], "", line[2]] for line in lines]),
            "grouped": make_run(store, folder, rows=150, edit=_groups),
            "twice": make_run(store, folder, rows=60, probes=TWICE, fates={"soft": False, "hard": True}),
            "partly": make_run(store, folder, rows=41, edit=_partly),
        }  # fmt: skip
        yield from ((name, measure(store, run)) for name, run in made.items())
    finally:
        store.close()
    yield "simulated", simulated()
    yield "tested", tested()
    yield "shares", shares()
    yield "several", several()
    yield "behaved", behaved()
    yield "shortcuts", shortcuts()


def simulated() -> Measures:
    """A run with a planted shortcut, and probes that were skipped."""
    examples, records, labels = simulated_run(300, seed=3, duplicates=10)
    frames = build_frames(records, labels=labels, examples=examples)
    return measure_run(frames, seed=3, resamples=300, skipped=SKIPPED)


def tested() -> Measures:
    """Recipes with every goal, variants, errors, stand-ins, duplicates, and judgements of people."""
    rows = [example(f"r{i}", "positive" if i % 2 else "negative") for i in range(40)]
    rows += [example("r1", "positive", occurrence=2), example("r2", "negative", occurrence=2)]
    records = [
        prediction(f"r{i}", "positive" if i % 3 else "negative", (0.2, 0.8) if i % 3 else (0.8, 0.2)) for i in range(40)
    ]
    for i in range(40):
        label, hit = ("positive" if i % 2 else "negative"), "success" if i % 4 else "failed"
        records.append(
            attack(f"r{i}", hit, label=label, valid=None if i % 5 == 0 else i % 2 == 0, stand_ins=("vectors: minilm",))
        )
        records.append(attack(f"r{i}", "out_of_budget" if i % 3 else "error", recipe="pwws", label=label, queries=120))
        records.append(attack(f"r{i}", hit, recipe="bae", label=label, goal="targeted"))
        records.append(
            attack(f"r{i}", hit, recipe="input_reduction", label=label, goal="input_reduction", words_left=1 + i % 3)
        )
        records.append(attack(f"r{i}", "skipped", recipe="clare", label=label))
        for name, k in (("typos", 5), ("case", 1)):
            flips = k if i % 6 == 0 else 0
            variants = tuple(Variant(f"r{i} {v}", (0.9, 0.1), i != 3, ()) for v in range(k))
            flips, probs = (0 if i == 3 else flips), (0.4, 0.6) if i % 2 else (0.1, 0.9)
            records.append(PerturbationOutcome(rows[i].row_id, f"r{i}", label, name, probs, variants, flips, 0, 0.1))
    frames = build_frames(records, labels=("negative", "positive"), examples=rows)
    whole = measure_run(frames, resamples=300, skipped=SKIPPED)
    hits = [f"r{i}" for i in range(40) if i % 4][:12]
    few = {("textfooler", example(name).row_id): "same" for name in hits[:3]}
    many = {("textfooler", example(name).row_id): "different" if i % 3 else "same" for i, name in enumerate(hits)}
    judged = [with_reviews(whole, frames, reviews) for reviews in (few, many)]
    fresh = [m for one in judged for m in one if m.name == "attack_success_rate_valid" and m.probe == "textfooler"]
    moved = [replace(m, probe=f"judged{i}") for i, m in enumerate(fresh)]
    return Measures((*whole, *moved), whole.seed, whole.resamples, whole.skipped)


def shortcuts() -> Measures:
    """A model that goes by an exclamation mark, a word, the length and the source of a text."""
    examples, records = planted()
    return measure_run(build_frames(records, labels=LABELS, examples=examples), resamples=300)


def several() -> Measures:
    """A model of several labels at once, right and wrong about some of them."""
    sets = ("staff", "food|staff", "|", "food", "food|price|staff", "price")
    golds = [sets[i % 6] for i in range(60)]
    answers = [sets[(i + (i % 7 == 0)) % 6].strip("|") for i in range(60)]
    probs = [tuple(0.8 if label in answer.split("|") else 0.1 for label in ASPECTS) for answer in answers]
    records = [prediction(f"r{i}", answer, p) for i, (answer, p) in enumerate(zip(answers, probs, strict=True))]
    examples = [example(f"r{i}", gold) for i, gold in enumerate(golds)]
    return measure_run(build_frames(records, task=Labels(ASPECTS), examples=examples), resamples=300)


def behaved() -> Measures:
    """A behavioural suite of a model to which a capability is missing, and one of a single test that it passes."""
    tests = [("praise denied", 36, 36, "It passes over 'not'."), ("plain praise", 36, 0, ""), ("names", 12, 3, "")]
    records = [
        BehaviourOutcome("suite", "films", test, "Negation" if place < 2 else "", "MFT", "label", run, failed, 0, about=about,
                         place=place)
        for place, (test, run, failed, about) in enumerate(tests)
    ]  # fmt: skip
    alone = BehaviourOutcome("suite", "one", "blame", "Negation", "MFT", "label", 9, 9, 0, probe="other")
    frames = build_frames([*records, alone], labels=("negative", "positive"))
    return measure_run(frames, resamples=300)


def shares() -> Measures:
    """Quantities that runs here do not hold: metrics without a definition, few texts, texts all alike."""
    alike = _drawn(0.5, [0.5] * 50, 40)
    return Measures(
        (
            Measure("accuracy", 0.9, 100, "wilson", (90.0, 100.0)),
            Measure("home_made", 0.3, 50, "bootstrap", replicates=_drawn(0.3, [0.1 + i / 100 for i in range(50)], 50)),
            Measure("nll", 0.5, 40, "bootstrap", replicates=alike),
            Measure("temperature", 1.2, 1, "bootstrap", replicates=_drawn(1.2, [1.2] * 5, 1)),
            Measure("infidelity", 1.2, 3, "bootstrap", replicates=_drawn(1.2, [1.0, 1.2, 1.4], 3), probe="lime"),
            Measure("brier", 0.2, 4, "bootstrap", replicates=_drawn(0.2, [0.1, 0.2, 0.3], 4)),
            Measure("length_p95", 12.0, 9, "quantile", (0.95,), _drawn(12.0, [11.0, 12.0, 13.0], 9)),
            Measure("ece_calibrated", 0.0, 40, "simulation", replicates=_drawn(0.0, [0.0] * 9, 40)),
            Measure("macro_f1", None, 0),
        )
    )  # fmt: skip


def _drawn(value: float, values: list[float], units: int) -> Replicates:
    return Replicates(value, np.array(values), units)


def policies() -> Iterator[Policy]:
    """The default one, and three that hold every score there is against a bound it fails, keeps, or may keep."""
    yield load_policy()
    for bound in ({"max": -1e6}, {"min": -1e6}):
        yield Policy("all", alpha=0.5, correction="none", checks=tuple(_every(**bound)))
    yield Policy("rows", correction="none", checks=tuple(_every(min=-1e6, min_n=10**6)))
    for middle in (0.05, 0.5, 0.9):
        checks = [Check(f"{key}{bound}", key, probe="*", slice="*", required=True, **{bound: middle})
                  for key in catalog() for bound in ("min", "max")]  # fmt: skip
        yield Policy("middle", checks=tuple(checks))
    yield Policy(
        "ours", checks=(Check("a", "accuracy", min=0.99, why="Ours.", next_step="Call us."), Check("b", "ece", max=0.1))
    )
    yield Policy("one", checks=(Check("a", "accuracy", min=0.99),))
    nobody = Check("a", "class_recall", slice="label=nobody", min=0.5, required=True)
    yield Policy("absent", checks=(nobody, Check("b", "flip_rate", probe="nobody", min=0.5)))


def findings_of(measures: Measures) -> Iterator[Finding]:
    """Every finding by every policy."""
    for policy in policies():
        yield from find(measures, policy, level=0.95)


def masked(text: str) -> str:
    """A sentence without its numbers, however they are written: `#` for each, and for each interval."""
    return re.sub(r"#(?:(?:–| to )#)+", "#", NUMBER.sub("#", text))


def _every(**bound: float) -> Iterator[Check]:
    for key in [*catalog(), "home_made"]:
        yield Check(key, key, probe="*", slice="*", required=True, **bound)


def _groups(lines: list[list[str]]) -> list[list[str]]:
    """Three regions of 40 and more rows, and some too small."""
    names = ["north"] * 50 + ["south"] * 45 + ["west"] * 40 + [f"isle {i}" for i in range(9)] + ["hill"] * 6
    return [lines[0], *([*line[:2], name] for line, name in zip(lines[1:], names, strict=True))]


def _partly(lines: list[list[str]]) -> list[list[str]]:
    """One large region and small ones, and rows without a label."""
    return [
        lines[0],
        *([line[0], line[1] if i % 5 else "", "big" if i < 38 else f"s{i}"] for i, line in enumerate(lines[1:])),
    ]
