"""Records of an audit that never ran: rows, outcomes and explanations drawn at known rates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from audit.records import (
    AttackOutcome,
    Attribution,
    Change,
    Example,
    PerturbationOutcome,
    Prediction,
    Record,
    Variant,
    WordScore,
)

NEUTRAL = ("the", "a", "of", "film", "story", "plot", "very", "not", "with", "and", "it", "is", "acting", "scene")
POSITIVE, NEGATIVE = ("great", "charming", "good"), ("awful", "boring", "bad")
SHORTCUT = "cruise"


def row_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def prediction(
    name: str, predicted: str, probs: Sequence[float], *, tokens: int = 10, kept: int = 10, error: str | None = None
):
    return Prediction(row_id(name), predicted, tuple(probs), tokens, kept, error)


def example(name: str, label: str | None = None, *, occurrence: int = 1, **more) -> Example:
    suffix = "" if occurrence == 1 else f"-{occurrence}"
    return Example(row_id(name) + suffix, more.pop("text", name), label=label, **more)


def attack(
    name: str,
    status: str,
    *,
    recipe: str = "textfooler",
    label: str | None = "positive",
    changed: int = 2,
    queries: int = 50,
    valid: bool | None = True,
    similarity: float | None = 0.9,
    goal: str = "untargeted",
    changes: tuple[Change, ...] = (),
    right: str | None = None,
    words_left: int | None = None,
    stand_ins: tuple[str, ...] = (),
) -> AttackOutcome:
    """Outcome of a two-class row whose model prediction is `right` (its label, unless skipped)."""
    before = right or label or "positive"
    if status == "skipped" and right is None:
        before = "negative" if label == "positive" else "positive"
    probs = (0.1, 0.9) if before == "positive" else (0.9, 0.1)
    hit = status == "success"
    return AttackOutcome(
        row_id=row_id(name), text=name, label=label, name=recipe, stand_ins=stand_ins, status=status, original_probs=probs,
        perturbed_text=f"{name}!" if hit else None, perturbed_probs=probs[::-1] if hit else (), changes=changes,
        queries=queries, words_changed=changed if hit else 0, words_total=8, similarity=similarity if hit else None,
        valid=valid if hit else None, seed=0, resources={}, seconds=0.1, goal=goal, words_left=words_left,
        error="boom" if status == "error" else None,
    )  # fmt: skip


def perturbed(name: str, flips: int, changed: int, *, kind: str = "typos", variants: int = 3, error: str | None = None):
    made = tuple(Variant(f"{name}{i}", (0.1, 0.9), i < changed) for i in range(variants))
    return PerturbationOutcome(row_id(name), name, "positive", kind, (0.1, 0.9), made, flips, 0, 0.1, error=error)


def explained(
    text: str,
    scores: Sequence[float],
    *,
    target: str = "positive",
    method: str = "integrated_gradients",
    metrics: dict[str, float] | None = None,
    converged: bool = True,
    error: str | None = None,
) -> Attribution:
    words, place = [], 0
    for word, score in zip(text.split(), scores, strict=True):
        words.append(WordScore(word, place, place + len(word), float(score)))
        place += len(word) + 1
    return Attribution(
        row_id(text), text, method, target, 1.0, 0.0, 0.0, 21, False, (), tuple(words), metrics or {}, converged,
        error=error,
    )  # fmt: skip


def simulated_run(
    n: int = 200,
    *,
    seed: int = 0,
    labels: tuple[str, ...] = ("negative", "positive"),
    duplicates: int = 0,
    labelled: bool = True,
) -> tuple[list[Example], list[Record], tuple[str, ...]]:
    """A whole audit: `cruise` pushes towards the first class whatever the label; two attacks, two perturbations."""
    rng = np.random.default_rng(seed)
    examples: list[Example] = []
    records: list[Record] = []
    for number in range(n):
        truth = int(rng.integers(len(labels)))
        mood = NEGATIVE if truth == 0 else POSITIVE
        words = [*rng.choice(NEUTRAL, size=int(rng.integers(4, 9))), *rng.choice(mood, size=1)]
        words += [SHORTCUT] if rng.random() < 0.4 else []
        text = " ".join([*rng.permutation(words), str(number)])
        logits = rng.normal(size=len(labels))
        logits[truth] += 3.0
        logits[0] += 1.5 * (SHORTCUT in words)
        probs = np.exp(logits) / np.exp(logits).sum()
        guess = int(probs.argmax())
        label = labels[truth] if labelled else None
        for occurrence in range(1, 2 + (number < duplicates)):
            examples.append(
                example(text, label, occurrence=occurrence, groups={"region": ("north", "south")[number % 2]})
            )
        records += _records(text, label, guess, guess == truth or not labelled, tuple(map(float, probs)), labels, rng)
    return examples, records, labels


def _records(text, label, guess, right, probs, labels, rng) -> list[Record]:
    spans, place = [], 0
    for word in text.split():
        spans.append((word, place, place + len(word)))
        place += len(word) + 1
    made: list[Record] = [Prediction(row_id(text), labels[guess], probs, len(spans) + 2, min(len(spans) + 2, 11))]
    for recipe, rate in (("deepwordbug", 0.5), ("textfooler", 0.3)):
        status = (
            "skipped"
            if not right
            else "success"
            if rng.random() < rate
            else rng.choice(["failed", "out_of_budget"], p=[0.9, 0.1])
        )
        edits = ()
        if status == "success":
            picked = rng.choice(len(spans), size=int(rng.integers(1, 4)), replace=False)
            edits = tuple(
                Change(spans[i][1], spans[i][2], spans[i][0], spans[i][1], spans[i][2], "x") for i in sorted(picked)
            )
        hit = status == "success"
        made.append(
            AttackOutcome(
                row_id(text),
                text,
                label,
                recipe,
                str(status),
                probs,
                text if hit else None,
                probs[::-1] if hit else (),
                edits,
                int(rng.integers(10, 200)),
                len(edits),
                len(spans),
                float(rng.uniform(0.7, 1.0)) if hit else None,
                bool(rng.random() < 0.7) if hit else None,
                0,
                {},
                0.1,
                stand_ins=("vectors: stand-in",) if recipe == "textfooler" else (),
            )
        )
    for kind, variants in (("keyboard_typos", 3), ("case", 1)):
        versions = tuple(Variant(f"{text}{i}", probs, bool(rng.random() < 0.9)) for i in range(variants))
        changed = sum(version.changed for version in versions)
        made.append(
            PerturbationOutcome(
                row_id(text), text, label, kind, probs, versions, int(rng.binomial(changed, 0.08)), 0, 0.1
            )
        )
    for method in ("integrated_gradients", "leave_one_out"):
        scores = rng.normal(0.0, 0.15, size=len(spans))
        for i, (word, _, _) in enumerate(spans):
            toward_first = (word in NEGATIVE) - (word in POSITIVE) + (word == SHORTCUT)
            scores[i] += 0.9 * toward_first * (1 if guess == 0 else -1)
        metrics = {"comprehensiveness": float(rng.beta(4, 4)), "comprehensiveness_random": float(rng.beta(2, 6))}
        metrics["comprehensiveness_best"] = float(rng.beta(6, 2))
        made.append(explained(text, scores, target=labels[guess], method=method, metrics=metrics))
    return made
