"""A finished run made on the spot: a naive Bayes classifier, really trained, explained, attacked and scored.

The model is linear in its words, so its explanations are exact; the attack really searches. No torch, no files.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audit.records import (
    AttackOutcome,
    Attribution,
    Change,
    Example,
    PerturbationOutcome,
    Prediction,
    TokenScore,
    Variant,
    WordScore,
    content_id,
)
from audit.results.judging import judge
from audit.run.finish import result_hash
from audit.score.policy import POLICIES, load_policy
from audit.seeds import row_generator
from audit.store import NewRun, Store
from audit.store.base import dump
from audit.store.indexing import stored_row
from audit.store.shards import PlannedShard
from models.task import Label

WORD = re.compile(r"\w+|[^\w\s]")
LIMIT = 40
ADVERSARY = load_policy(POLICIES / "adversary.toml").to_dict()
RUNS = {
    "reviews": "5a3e1c0ffee1",
    "hostile": "b0b0b0b0b0b0",
    "many": "77baaacaced2",
    "one": "111111111111",
    "skipped": "5c1bbed00000",
    "firm": "f14400000000",
    "unlabelled": "0e1a6e11ed00",
}
MODEL_CARD = {
    "name": "tiny-bayes", "description": "Naive Bayes over words, made for a test.", "task": "sentiment",
    "license": "Apache-2.0", "training": {"rows": 30, "method": "counting"},
    "metrics": {"accuracy": {"value": 0.9, "low": 0.8, "high": 0.95, "n": 30}},
    "labels": ["negative", "positive"], "limitations": "Knows few words and no order of words.",
}  # fmt: skip


@dataclass
class Bayes:
    """Multinomial naive Bayes with add-one smoothing; every text is cut after LIMIT words."""

    labels: tuple[str, ...]
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    prior: dict[str, float] = field(default_factory=dict)

    @classmethod
    def fit(cls, examples: Sequence[Example], labels: Sequence[str]) -> Bayes:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for example in examples:
            counts[example.label or ""].update(w.lower() for w in WORD.findall(example.text))
        vocabulary = {word for counter in counts.values() for word in counter}
        model = cls(tuple(labels))
        for label in labels:
            total = sum(counts[label].values()) + len(vocabulary)
            model.weights[label] = {w: math.log((counts[label][w] + 1) / total) for w in sorted(vocabulary)}
            model.prior[label] = math.log(max(1, sum(e.label == label for e in examples)) / len(examples))
        return model

    def logits(self, words: Sequence[str]) -> list[float]:
        known = [w.lower() for w in words[:LIMIT]]
        return [self.prior[k] + sum(self.weights[k].get(w, 0.0) for w in known) for k in self.labels]

    def probs(self, text: str) -> tuple[float, ...]:
        return self.of(WORD.findall(text))

    def of(self, words: Sequence[str]) -> tuple[float, ...]:
        logits = self.logits(words)
        top = max(logits)
        powers = [math.exp((v - top) / 2.0) for v in logits]  # temperature 2: naive Bayes is far too sure
        return tuple(round(p / sum(powers), 6) for p in powers)

    def push(self, word: str, target: str) -> float:
        """What a word adds to the target's logit, less the mean over classes."""
        own = [self.weights[k].get(word.lower(), 0.0) for k in self.labels]
        return self.weights[target].get(word.lower(), 0.0) - sum(own) / len(own)


def predict(model: Bayes, example: Example) -> Prediction:
    words = WORD.findall(example.text)
    probs = model.probs(example.text)
    return Prediction(example.row_id, top(model, probs), probs, len(words), min(len(words), LIMIT))


def top(model: Bayes, probs: Sequence[float]) -> str:
    return model.labels[max(range(len(probs)), key=probs.__getitem__)]


def explain(model: Bayes, example: Example) -> Attribution:
    target = top(model, model.probs(example.text))
    found = list(WORD.finditer(example.text))[:LIMIT]
    scores = [model.push(m.group(), target) for m in found]
    words = tuple(
        WordScore(m.group(), m.start(), m.end(), s, 0.02 * abs(s)) for m, s in zip(found, scores, strict=True)
    )
    tokens = tuple(TokenScore(w.text, w.start, w.end, w.score, w.error) for w in words)
    generator = row_generator(0, example.row_id, "orders")
    metrics = {}
    if words:
        order = sorted(range(len(words)), key=lambda i: -scores[i])
        metrics = {
            "comprehensiveness": _comprehensiveness(model, found, target, order),
            "comprehensiveness_random": _comprehensiveness(
                model, found, target, list(generator.permutation(len(found)))
            ),
            "comprehensiveness_best": _comprehensiveness(model, found, target, order) + 0.02,
        }
    return Attribution(
        example.row_id, example.text, "integrated_gradients", target, sum(scores), 0.0, 0.0, 17,
        len(WORD.findall(example.text)) > LIMIT, tokens, words, metrics,
    )  # fmt: skip


def _comprehensiveness(model: Bayes, found: Sequence[re.Match[str]], target: str, order: Sequence[int]) -> float:
    place = model.labels.index(target)
    full = model.of([m.group() for m in found])[place]
    drops = []
    for share in (0.01, 0.05, 0.1, 0.2, 0.5):
        gone = set(order[: max(1, math.ceil(share * len(found)))])
        drops.append(full - model.of([m.group() for i, m in enumerate(found) if i not in gone])[place])
    return sum(drops) / len(drops)


def attack(model: Bayes, example: Example, recipe: str, most: int) -> AttackOutcome:
    """Swap two letters of the words that matter most, one after the other, until the prediction turns."""
    probs = model.probs(example.text)
    before = top(model, probs)
    found = list(WORD.finditer(example.text))
    common = {
        "row_id": example.row_id, "text": example.text, "label": example.label, "name": recipe,
        "original_probs": probs, "words_total": len(found), "seed": 0, "resources": {}, "seconds": 0.01,
    }  # fmt: skip
    if not found or (example.label is not None and before != example.label):
        return AttackOutcome(
            **common, status="skipped", perturbed_text=None, perturbed_probs=(), changes=(), queries=1,
            words_changed=0, similarity=None, valid=None,
        )  # fmt: skip
    ranked = sorted((m for m in found if len(m.group()) > 2), key=lambda m: -model.push(m.group(), before))
    changes: list[tuple[re.Match[str], str]] = []
    queries = len(found)
    text, after = example.text, probs
    for match in ranked[:most]:
        word = match.group()
        changes.append((match, word[0] + word[2] + word[1] + word[3:]))
        text, after = _replaced(example.text, changes), model.probs(_replaced(example.text, changes))
        queries += 1
        if top(model, after) != before:
            break
    success = top(model, after) != before
    status = "success" if success else "out_of_budget" if len(ranked) > most else "failed"
    valid = all(len(m.group()) > 3 for m, _ in changes) if success else None
    return AttackOutcome(
        **common, status=status, perturbed_text=text if success else None, perturbed_probs=after if success else (),
        changes=_changes(changes) if success else (), queries=queries, words_changed=len(changes) if success else 0,
        similarity=round(1.0 - 0.05 * len(changes), 4) if success else None, valid=valid,
    )  # fmt: skip


def _replaced(text: str, changes: Sequence[tuple[re.Match[str], str]]) -> str:
    for match, word in sorted(changes, key=lambda c: -c[0].start()):
        text = text[: match.start()] + word + text[match.end() :]
    return text


def _changes(changes: Sequence[tuple[re.Match[str], str]]) -> tuple[Change, ...]:
    return tuple(  # the swap keeps lengths, so places stay
        Change(m.start(), m.end(), m.group(), m.start(), m.end(), word)
        for m, word in sorted(changes, key=lambda c: c[0].start())
    )


def perturb(model: Bayes, example: Example, name: str) -> PerturbationOutcome:
    probs = model.probs(example.text)
    text = example.text.upper() if name == "uppercase" else re.sub(r"(\w)(\w)(\w)", r"\2\1\3", example.text, count=2)
    after = model.probs(text)
    changed = text != example.text
    flips = int(changed and top(model, after) != top(model, probs))
    variant = Variant(text, after, changed)
    return PerturbationOutcome(example.row_id, example.text, example.label, name, probs, (variant,), flips, 0, 0.01)


def rows_of(texts: Sequence[tuple[str, str | None]]) -> list[Example]:
    seen: Counter[str] = Counter()
    made = []
    for line, (text, label) in enumerate(texts, start=2):
        digest = content_id(text, None, label, {})
        seen[digest] += 1
        made.append(Example(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}", text, None, label, line=line))
    return made


def make_run(
    store: Store,
    texts: Sequence[tuple[str, str | None]],
    *,
    labels: Sequence[str],
    train: Sequence[tuple[str, str]] | None = None,
    run_id: str = "5a3e1c0ffee1",
    name: str = "tiny-bayes on reviews, standard",
    all_skipped: bool = False,
    most: int = 3,
    model: str = "tiny-bayes",
    table: str = "reviews.csv",
    who: str = "analyst",
    level: float = 0.95,
    seed: int = 0,
) -> str:
    """Store a finished run over `texts` (text, label); return its id."""
    examples = rows_of(texts)
    unique = list({e.content_id: e for e in reversed(examples)}.values())[::-1]
    weights = Counter(e.content_id for e in examples)
    classifier = Bayes.fit(rows_of(train or texts), labels)
    probes = _probes(all_skipped)
    spec = {
        "version": 1, "name": name, "suite": "standard", "seed": seed, "level": level, "model": {"name": model},
        "table": {"path": "0" * 64, "text": "text", "label": "label"}, "sample": {"n": len(examples), "seed": 0},
        "probes": [{"kind": kind, "name": n, "params": {}} for kind, n, _ in probes], "policy": None,
    }  # fmt: skip
    store.add_run(
        NewRun(
            run_id, name, "standard", spec, hashlib.sha256(dump(spec).encode()).hexdigest(), model, table, None,
            who, 10, extra={"created_at": "2026-03-01T09:00:00.000+00:00"},
        )
    )  # fmt: skip
    made = {} if all_skipped else _records(classifier, unique, most)
    _save(store, run_id, classifier, unique, weights, probes, made, len(examples) * 2)
    judge(store, run_id, ADVERSARY)  # attacks decide: every kind of finding is there to be told
    return run_id


def _probes(all_skipped: bool) -> list[tuple[str, str, str]]:
    names = [
        ("prediction", "predict"), ("explainer", "integrated_gradients"), ("attack", "deepwordbug"),
        ("attack", "textfooler"), ("perturbation", "uppercase"), ("perturbation", "typos"), ("attack", "bae"),
    ]  # fmt: skip
    reason = "needs a masked language model; get one with `python -m audit resources get masked-lm`"
    return [(kind, n, reason if n == "bae" or all_skipped else "") for kind, n in names]


def _records(model: Bayes, examples: Sequence[Example], most: int) -> dict[str, list]:
    used = ("vectors: minilm-counter-fitted", "encoder: minilm")
    return {
        "predict": [predict(model, e) for e in examples],
        "integrated_gradients": [explain(model, e) for e in examples],
        "deepwordbug": [attack(model, e, "deepwordbug", most) for e in examples],
        "textfooler": [
            replace(attack(model, e, "textfooler", min(most, max(1, most - 2))), stand_ins=used) for e in examples
        ],
        "uppercase": [perturb(model, e, "uppercase") for e in examples],
        "typos": [perturb(model, e, "typos") for e in examples],
    }


def _save(store, run_id, model, examples, weights, probes, made, total) -> None:
    rows = [
        {"position": i, "row_id": e.row_id, "content_id": e.content_id, "weight": weights[e.content_id], "text": e.text,
         "pair": e.pair, "label": e.label, "groups": dump(dict(e.groups)), "rationale": None, "line": e.line}
        for i, e in enumerate(examples)
    ]  # fmt: skip
    kept = [
        {"position": i, "probe": n, "kind": kind, "name": n, "version": 1, "params": dump({}),
         "status": "skipped" if reason else "planned", "reason": reason, "rows": 0 if reason else len(examples)}
        for i, (kind, n, reason) in enumerate(probes)
    ]  # fmt: skip
    every = tuple(range(len(examples)))
    shards = [PlannedShard(i, n, f"{run_id}{i:020d}", f"{run_id}{i:020d}", every) for i, n in enumerate(made)]
    store.add_plan(
        run_id, rows, kept, shards, status="running", model_fingerprint="f" * 64, model_card=MODEL_CARD,
        identity={"fingerprint": "f" * 64, "engine": "torch", "device": "cpu", "dtype": "float32", "threads": 1},
        labels=list(model.labels), table_fingerprint="e" * 64, rows_total=total, rows_sampled=len(examples),
    )  # fmt: skip
    for shard in shards:
        stored = [stored_row(r, e.label, Label(model.labels)) for r, e in zip(made[shard.probe], examples, strict=True)]
        store.finish_shard(shard.key, stored, seconds=1.0, worker="w")
    store.update_run(
        run_id, status="finished", result_hash=result_hash(store, run_id), started_at="2026-03-01T09:00:05.000+00:00",
        finished_at="2026-03-01T09:12:34.000+00:00",
        provenance={
            "resources": {"textfooler": {"vectors": "minilm-counter-fitted"}},
            "environment": {"python": "3.11.9", "platform": "Linux", "cpu": "a CPU", "cores": 2, "gpu": None,
                            "memory_bytes": 8_000_000_000, "assay": {"version": "0.1.0", "commit": "abc123", "modified": False},
                            "libraries": {"torch": "2.13.0", "transformers": "4.57.6", "captum": "0.9.0"}},
        },
    )  # fmt: skip
