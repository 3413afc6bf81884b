"""Runs in every state, written through the store's own API: realistic records, no model, no worker."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from audit.kinds import KINDS
from audit.records import (
    AttackOutcome,
    Attribution,
    Change,
    Example,
    PerturbationOutcome,
    Prediction,
    Record,
    TokenScore,
    Variant,
    WordScore,
)
from audit.run import client
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, SampleSpec, TableSpec
from audit.store import Run, Store
from audit.store.base import dump, now
from audit.store.indexing import stored_row
from audit.store.shards import PlannedShard
from audit.table import open_table
from models.task import Label

SUBJECTS = (
    "film",
    "soundtrack",
    "script",
    "lead actor",
    "ending",
    "pacing",
    "camera work",
    "dialogue",
    "sequel",
    "cast",
)
GOOD = ("a quiet delight", "warm and clever", "worth every minute", "beautifully judged", "funny throughout")
BAD = ("dull and overlong", "painfully flat", "a tired retread", "loud but empty", "hard to sit through")
OPENINGS = (
    "I went in with no hopes, and the",
    "Friends told me the",
    "After two hours the",
    "Honestly, the",
    "To my mind the",
)
SWAPS = {"quiet": "still", "warm": "lukewarm", "worth": "deserving", "funny": "odd", "dull": "muted", "flat": "level",
         "tired": "weary", "loud": "noisy", "hard": "tough", "beautifully": "neatly"}  # fmt: skip
INTENTS = tuple(f"{verb}_{thing}" for verb in ("activate", "cancel", "change", "lost", "report", "verify", "where_is")
                for thing in ("card", "pin", "top_up", "transfer", "refund", "fee", "limit", "cash", "app", "rate", "iban"))  # fmt: skip


def write_table(path: Path, rows: int, labels: Sequence[str], *, seed: int = 0) -> Path:
    """A CSV of distinct sentences with labels (and a region as group)."""
    draw = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["text", "label", "group:region"])
        for i in range(rows):
            label = labels[i % len(labels)]
            words = draw.choice(GOOD if i % 2 else BAD) if len(labels) == 2 else label.replace("_", " ")
            text = f"{draw.choice(OPENINGS)} {draw.choice(SUBJECTS)} was {words}, take {i + 1}."
            out.writerow([text, label, draw.choice(["north", "south"])])
    return path


def make_run(
    store: Store,
    folder: Path,
    *,
    rows: int = 60,
    labels: Sequence[str] = ("negative", "positive"),
    status: str = "finished",
    done: float = 1.0,
    name: str = "",
    seed: int = 0,
    level: float = 0.95,
    texts: Sequence[str] = (),
    score: bool = True,
    edit: Callable[[list[list[str]]], list[list[str]]] | None = None,
    probes: Sequence[ProbeSpec] = (),
    fates: Mapping[str, bool] | None = None,
) -> Run:
    """A run with predictions, two explainers, two attacks and a perturbation; `done` is the share of shards computed.

    `edit` changes the lines of its table, header first, before it is read. `probes` are others instead; `fates` says by
    key of an attack whether it always succeeds, or never.
    """
    path = write_table(folder / f"reviews-{len(labels)}-{rows}-{seed}.csv", rows, labels, seed=seed)
    if edit is not None:
        path = _edited(path, edit)
    if texts:
        path = _with_texts(path, texts)
    spec = AuditSpec(
        name=name or f"sentiment on {path.stem}, quick", suite="quick", model=ModelSpec(name="sentiment"),
        table=TableSpec(path=str(path)), sample=SampleSpec(n=rows), seed=seed, level=level,
        probes=tuple(probes or (ProbeSpec(kind=k, name=n) for k, n in (*PROBES, ("attack", "bae")))),
    )  # fmt: skip
    run = _start(store, spec)
    examples = list(open_table(path))
    _plan(store, run, examples, labels, [p for p in spec.probes if p.name != "bae"])
    if status != "queued":
        store.update_run(run.id, status="running", started_at=now())
        finish_shards(store, run.id, examples, labels, done, fates or {})
    if status == "finished":
        store.update_run(
            run.id,
            status="finished",
            finished_at=now(),
            result_hash="0" * 64,
            provenance=_provenance(store.run(run.id)),
        )
        if score:
            asked = (path.read_bytes(), rows, labels, done, seed, level, spec.probes, fates)
            judge_run(store, run.id, repr(asked))
    elif status == "failed":
        store.update_run(
            run.id, status="failed", finished_at=now(), error="The model folder /models/gone does not exist."
        )
    elif status not in {"running", "queued"}:
        store.update_run(run.id, status=status, wanted="pause" if status == "paused" else "cancel")
    return store.run(run.id)


PROBES = (
    ("prediction", "predict"), ("explainer", "integrated_gradients"), ("explainer", "leave_one_out"),
    ("attack", "deepwordbug"), ("attack", "textfooler"), ("perturbation", "typos"),
)  # fmt: skip


_judged: dict[str, list[tuple[str, tuple[Any, ...], dict[str, Any]]]] = {}
"""What the audit kept of a run when it was judged, by what was asked for: most tests ask for the same few."""


def judge_run(store: Store, run_id: str, asked: str) -> None:
    """Scores and findings by the audit's own arithmetic, worked out once for all runs of which the same was asked."""
    if asked not in _judged:
        from audit.results.judging import judge

        keeping = _Keeping(store)
        judge(cast(Store, keeping), run_id, None)
        _judged[asked] = keeping.kept
        return
    for verb, values, named in _judged[asked]:
        getattr(store, verb)(run_id, *values, **named)


class _Keeping:
    """A store that also notes what is kept of a run."""

    VERBS = ("save_tables", "save_scores", "save_findings", "update_run")

    def __init__(self, store: Store) -> None:
        self._store = store
        self.kept: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, verb: str) -> Any:
        real = getattr(self._store, verb)
        if verb not in self.VERBS:
            return real

        def keep(run_id: str, *values: Any, **named: Any) -> Any:
            self.kept.append((verb, values, named))
            return real(run_id, *values, **named)

        return keep


def finish_shards(
    store: Store,
    run_id: str,
    examples: Sequence[Example],
    labels: Sequence[str],
    share: float,
    fates: Mapping[str, bool],
) -> None:
    """Compute the first `share` of the run's shards."""
    shards, names = store.shards(run_id), {p.probe: p.name for p in store.probes(run_id)}
    for shard in shards[: round(share * len(shards))]:
        if shard.status != "pending":
            continue
        fate = fates.get(shard.probe)
        rows = [examples[i] for i in shard.rows]
        stored = [_stored(names[shard.probe], one.row_id, one.text, one.label, tuple(labels), fate) for one in rows]
        store.finish_shard(shard.key, stored, seconds=0.4 * len(rows), worker="test-1")


@lru_cache(maxsize=20_000)
def _stored(
    probe: str, row_id: str, text: str, label: Any, labels: tuple[str, ...], fate: bool | None
) -> dict[str, Any]:
    """A record as the store keeps it: drawn from its row alone, and most tests ask for the same few rows."""
    example = Example(row_id, text, label=label)
    return stored_row(record_of(probe, example, labels, fate), label, Label(labels))


def record_of(probe: str, example: Example, labels: Sequence[str], fate: bool | None = None) -> Record:
    """One record, drawn from the row's own id; an attack succeeds as `fate` says, if it says anything."""
    draw = random.Random(f"{example.row_id}{labels[0]}")
    own = labels.index(example.label) if example.label in labels else 0
    right = draw.random() < 0.88 or fate is not None
    guess = own if right else (own + 1 + draw.randrange(len(labels) - 1)) % len(labels)
    probs = _probs(draw, guess, len(labels), 0.55 + 0.44 * draw.random())
    if probe == "predict":
        tokens = len(example.text.split()) + 4
        return Prediction(example.row_id, labels[guess], probs, tokens, min(tokens, 512))
    if probe in {"integrated_gradients", "leave_one_out"}:
        return _attribution(draw, probe, example, labels[guess], probs[guess])
    if probe == "typos":
        flipped = draw.random() < 0.1
        other = _probs(draw, (guess + 1) % len(labels), len(labels), 0.7)
        text = example.text.replace("was", "wsa")
        variants = (Variant(text, other if flipped else probs, text != example.text),)
        return PerturbationOutcome(
            example.row_id, example.text, example.label, probe, probs, variants, int(flipped), 0, 0.01
        )
    return _attack(draw, probe, example, labels, guess, right, probs, fate)


def _attribution(draw: random.Random, method: str, example: Example, target: str, value: float) -> Attribution:
    words, at = [], 0
    for piece in example.text.split():
        at = example.text.index(piece, at)
        strong = piece.strip(",.") in " ".join(GOOD + BAD).split()
        score = draw.gauss(0.9 if strong else 0.0, 0.25)
        words.append(WordScore(piece, at, at + len(piece), round(score, 4), 0.02 if method.startswith("int") else None))
        at += len(piece)
    tokens = tuple(TokenScore(w.text, w.start, w.end, w.score, w.error) for w in words)
    metrics = {}
    for name, (mean, floor, best) in {"comprehensiveness": (0.5, 0.2, 0.62), "sufficiency": (0.15, 0.4, 0.08)}.items():
        metrics |= {
            name: mean + draw.gauss(0, 0.05),
            f"{name}_random": floor + draw.gauss(0, 0.05),
            f"{name}_best": best,
        }
    total = sum(w.score for w in words)
    return Attribution(
        example.row_id, example.text, method, target, round(value * 4, 4), round(value * 4 - total, 4), 0.001, 17,
        False, tokens, tuple(words), metrics, draw.random() > 0.03, "logit",
    )  # fmt: skip


def _attack(
    draw: random.Random, recipe: str, example: Example, labels: Sequence[str], guess: int, right: bool, probs: Any,
    fate: bool | None,
) -> AttackOutcome:  # fmt: skip
    words, seconds = len(example.text.split()), round(0.05 + draw.random() / 4, 3)
    base = AttackOutcome(
        example.row_id, example.text, example.label, recipe, "skipped", probs, None, (), (), 1, 0, words, None, None,
        7, {"encoder": "minilm"} if recipe == "textfooler" else {}, seconds,
    )  # fmt: skip
    if not right and example.label is not None:
        return base
    if draw.random() < 0.35 if fate is None else not fate:
        status = "failed" if draw.random() < 0.9 else "out_of_budget"
        return replace(base, status=status, queries=draw.randrange(40, 160))
    changes, text = _edit(draw, example.text, recipe)
    after = _probs(draw, (guess + 1) % len(labels), len(labels), 0.51 + 0.4 * draw.random())
    return replace(
        base, status="success", perturbed_text=text, perturbed_probs=after, changes=changes,
        queries=draw.randrange(8, 90), words_changed=len(changes), similarity=round(0.75 + 0.24 * draw.random(), 3),
        valid=draw.random() > 0.3,
    )  # fmt: skip


def _edit(draw: random.Random, text: str, recipe: str) -> tuple[tuple[Change, ...], str]:
    changes, out, at, shift = [], text, 0, 0
    for piece in text.split():
        at = text.index(piece, at)
        core = piece.strip(",.")
        new = (
            SWAPS.get(core)
            if recipe == "textfooler"
            else (core[0] + core[2] + core[1] + core[3:] if core in SWAPS else None)
        )
        if new or (not changes and piece == text.rsplit(maxsplit=1)[-1]):
            new = new or core + "s"
            start = at + shift
            out = out[:start] + new + out[start + len(core) :]
            changes.append(Change(at, at + len(core), core, start, start + len(new), new))
            shift += len(new) - len(core)
        at += len(piece)
    return tuple(changes), out


def _probs(draw: random.Random, top: int, n: int, share: float) -> tuple[float, ...]:
    rest = [draw.random() for _ in range(n)]
    rest[top] = 0.0
    total = sum(rest) or 1.0
    share = max(share, 1.5 / n)
    values = [(1 - share) * r / total for r in rest]
    values[top] = share
    return tuple(round(v, 6) for v in values)


def _start(store: Store, spec: AuditSpec) -> Run:
    try:
        return client.start(spec, store=store)
    except Exception as error:  # a probe that is not registered here: the store does not mind
        if type(error).__name__ != "UnknownName":
            raise
        known = spec.model_copy(update={"probes": spec.probes[:1]})
        run = client.start(known.model_copy(update={"probes": ()}), store=store)
        whole = AuditSpec.model_validate(spec.to_json() | {"table": run.spec["table"]})
        store.update_run(run.id, spec=dump(whole.to_json()), spec_hash=whole.work_hash)
        return store.run(run.id)


def _plan(
    store: Store, run: Run, examples: Sequence[Example], labels: Sequence[str], asked: Sequence[ProbeSpec]
) -> None:
    rows = [
        {
            "position": i, "row_id": e.row_id, "content_id": e.content_id, "weight": 1, "text": e.text, "pair": e.pair,
            "label": e.label, "groups": dump(dict(e.groups)), "rationale": None, "line": e.line,
        }
        for i, e in enumerate(examples)
    ]  # fmt: skip
    probes = [
        {"position": i, "probe": p.id or p.name, "kind": p.kind, "name": p.name, "version": 1, "params": dump(dict(p.params)),
         "status": "planned", "reason": "", "rows": len(rows)}
        for i, p in enumerate(asked)
    ]  # fmt: skip
    probes.append({"position": len(probes), "probe": "bae", "kind": "attack", "name": "bae", "version": 1, "params": "{}",
                   "status": "skipped", "reason": "bae needs a masked language model; get one: python -m audit resources get mlm",
                   "rows": 0})  # fmt: skip
    shards, size = [], max(8, len(rows) // 40)
    of_sample = {p.id or p.name for p in asked if p.kind in KINDS and KINDS[p.kind].scope == "sample"}
    for start in range(0, len(rows), size):
        for probe in (p.id or p.name for p in asked):
            if probe in of_sample and start:
                continue  # it has one shard, of all rows
            key = f"{run.id}-{probe}-{start}"
            positions = tuple(range(start, len(rows) if probe in of_sample else min(start + size, len(rows))))
            shards.append(PlannedShard(len(shards), probe, key, key, positions))
    identity = {"fingerprint": "f" * 64, "engine": "torch", "device": "cpu", "dtype": "float32", "threads": 1}
    store.add_plan(
        run.id, rows, probes, shards, status="running", model_fingerprint="f" * 64, identity=identity,
        labels=list(labels), table_fingerprint="t" * 64, rows_total=len(rows), rows_sampled=len(rows),
    )  # fmt: skip
    if run.status == "queued":
        store.update_run(run.id, status="queued")


def _provenance(run: Run) -> dict[str, Any]:
    return {
        "seeds": {"run": 0, "sample": 0}, "environment": {"python": "3.11", "assay": {"version": "0.1.0"}}, "who": run.who,
        "model": {"name": run.model, "fingerprint": run.model_fingerprint, "identity": run.identity},
        "table": {"name": run.table_name, "fingerprint": run.table_fingerprint, "labels": {}},
    }  # fmt: skip


def _edited(path: Path, edit: Callable[[list[list[str]]], list[list[str]]]) -> Path:
    with path.open(newline="", encoding="utf-8") as file:
        lines = edit(list(csv.reader(file)))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    return path


def _with_texts(path: Path, texts: Sequence[str]) -> Path:
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    for i, text in enumerate(texts):
        lines[i + 1][0] = text
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    return path
