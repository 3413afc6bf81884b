"""Audits drawn at once from populations whose true figures are known, for measuring how often statements are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.score.f1 import Sums
from audit.score.frames import Frames
from models.task import Label

PLANTED = "planted"


class _Words:
    """Stands in for the spans of explanations whose words are a table already."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table

    def frame(self, _rows: np.ndarray) -> pd.DataFrame:
        return self._table


def word_audit(
    rng: np.random.Generator,
    rows: int,
    *,
    words: int = 15,
    classes: int = 2,
    strength: float = 0.6,
    planted: float = 0.0,
    planted_in: float = 0.1,
    sharpness: float = 1.0,
    model: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    probabilities: bool = True,
) -> Frames:
    """An audit of a model that is linear in the words of a text, each explained by exactly what it adds.

    Labels are drawn from the probabilities of `weights`, so the model that uses these is Bayes-optimal.

    Args:
        rows: texts.
        words: vocabulary; some words are in half of the texts, most in few.
        classes: of the label.
        strength: standard deviation of a word's true weight in log-odds.
        planted: weight of one more word towards class 0 in the model; the labels know nothing of it.
        planted_in: share of texts with that word.
        sharpness: factor on the model's log-odds; above 1 it is overconfident.
        model: (words, classes) weights of the model; None for the true ones.
        weights: (words, classes) true weights; None to draw them.
        probabilities: whether the run has predictions.
    """
    true = rng.normal(0.0, strength, (words, classes)) if weights is None else weights
    true = true - true.mean(axis=1, keepdims=True)
    used = true if model is None else model - model.mean(axis=1, keepdims=True)
    present = rng.random((rows, words)) < _often(words)
    names = [f"w{i:03d}" for i in range(words)]
    if planted:
        extra = np.full((1, classes), -planted / classes)
        extra[0, 0] += planted
        used, true = np.vstack([used, extra]), np.vstack([true, np.zeros((1, classes))])
        present = np.column_stack([present, rng.random(rows) < planted_in])
        names.append(PLANTED)
    centre = present.mean(axis=0)
    truth = _drawn(rng, _softmax((present - centre) @ true))
    belief = _softmax(sharpness * ((present - centre) @ used)).round(6)
    guess = belief.argmax(axis=1)
    labels = np.array([f"c{i}" for i in range(classes)], dtype=object)
    ids = np.array([f"{i:016x}" for i in range(rows)], dtype=object)
    owner, word = np.nonzero(present)
    spans = pd.DataFrame(
        {"owner": owner, "word": np.array(names, dtype=object)[word], "score": sharpness * used[word, guess[owner]]}
    )
    about = {"row_id": ids, "content_id": ids, "weight": 1}
    examples = pd.DataFrame({**about, "label": labels[truth]})
    explained = pd.DataFrame({**about, "probe": "leave_one_out", "error": False, "unit": "logit"})
    explained["target"] = labels[guess]
    predictions = pd.DataFrame({**about, "label": labels[truth], "predicted": labels[guess], "error": False})
    kept = rows if probabilities else 0
    return Frames(
        Label(tuple(labels)), examples, predictions[:kept], belief[:kept].astype(np.float32), _none(), _none(), explained,
        _spans=(_Words(spans), np.arange(rows)),
    )  # fmt: skip


def true_overuse(rng: np.random.Generator, weights: np.ndarray, model: np.ndarray, rows: int = 40_000) -> np.ndarray:
    """How much more often the model expects a class than it is, among all texts with a word, (words, classes).

    No labels are drawn: both probabilities are known, so this is the population's own figure but for 1 in sqrt(rows).

    Args:
        rows: other texts of the population of `word_audit`.
        weights: (words, classes) true weights.
        model: (words, classes) weights of the model.
    """
    present = (rng.random((rows, len(weights))) < _often(len(weights))).astype(np.float64)
    inputs = present - present.mean(axis=0)
    believed, true = (_softmax(inputs @ (some - some.mean(axis=1, keepdims=True))) for some in (model, weights))
    return (present.T @ (believed - true)) / present.sum(axis=0)[:, None]


def fitted_weights(rng: np.random.Generator, rows: int, weights: np.ndarray, *, steps: int = 200) -> np.ndarray:
    """Weights of a logistic regression with ridge on `rows` other texts of the same population: a sound trained model."""
    words, classes = weights.shape
    present = (rng.random((rows, words)) < _often(words)).astype(float)
    inputs = present - present.mean(axis=0)
    answer = np.eye(classes)[_drawn(rng, _softmax(inputs @ (weights - weights.mean(axis=1, keepdims=True))))]
    found = np.zeros_like(weights)
    for _ in range(steps):
        found += 4.0 * (inputs.T @ (answer - _softmax(inputs @ found)) - found) / rows
    return found


def stated_audit(
    rng: np.random.Generator, rows: int, kind: str, sharpness: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Stated probabilities of the predicted label and whether it is right, (rows,) each.

    Args:
        rows: texts.
        kind: `spread` (all different), `levels` (0.6, 0.8, 0.95 or 0.99, each often) or `saturated` (always 1, right in 9 of 10).
        sharpness: factor on the log-odds of what is stated; 1 is calibrated (but for `saturated`), above 1 overconfident.
    """
    true = np.full(rows, 0.9)
    if kind == "spread":
        true = 0.5 + 0.5 * rng.beta(4.0, 1.5, rows)
    elif kind == "levels":
        true = rng.choice([0.6, 0.8, 0.95, 0.99], rows)
    right = (rng.random(rows) < true).astype(np.float64)
    return (np.ones(rows) if kind == "saturated" else sharpened(true, sharpness)), right


def sharpened(probabilities: np.ndarray, factor: float) -> np.ndarray:
    """Probabilities with their log-odds times a factor."""
    held = np.clip(probabilities, 1e-9, 1.0 - 1e-9)
    return 1.0 / (1.0 + ((1.0 - held) / held) ** factor)


def with_stated(frames: Frames, stated: np.ndarray, right: np.ndarray) -> Frames:
    """The same rows of a model of two labels with other stated probabilities and outcomes."""
    labels = np.array(frames.labels)
    guess = np.arange(len(stated)) % 2
    truth = np.where(right > 0, guess, 1 - guess)
    p = frames.predictions.assign(
        label=labels[truth], predicted=labels[guess], confidence=stated, correct=right.astype(int)
    )
    probs = np.where(guess[:, None] == np.arange(2), stated[:, None], 1.0 - stated[:, None])
    return replace(frames, predictions=p, probs=probs)


def judged_audit(
    rng: np.random.Generator, attacks: pd.DataFrame, *, judged: int, success: float, keeps: float, rule: float
) -> tuple[pd.DataFrame, Mapping[tuple[str, str], str]]:
    """Attack outcomes of which people judged a random sample of the successes.

    Args:
        attacks: frame `attacks` of one recipe, its outcomes drawn anew.
        judged: how many successes people judged, at most all.
        success: share of the rows that the attack changes.
        keeps: share of these that keep the meaning.
        rule: how often the rule's verdict is right.
    """
    n = len(attacks)
    hit = rng.random(n) < success
    same = hit & (rng.random(n) < keeps)
    valid = np.where(rng.random(n) < rule, same, ~same)
    drawn = attacks.assign(status=np.where(hit, "success", "failed"), valid=np.where(hit, valid, -1))
    picked = rng.permutation(np.flatnonzero(hit))[:judged]
    ids, probe = attacks["row_id"].to_numpy(), str(attacks["probe"].iloc[0])
    return drawn, {(probe, ids[i]): "same" if same[i] else "different" for i in picked}


def confusion_population(
    rng: np.random.Generator, classes: int, *, recall: float, skew: float = 0.0, alike: float = 12.0
) -> np.ndarray:
    """Probabilities of (true, predicted), (classes, classes): class i has a share of 1 / (i + 1)^skew, recalls vary."""
    share = 1.0 / np.arange(1, classes + 1) ** skew
    hit = np.clip(rng.beta(recall * alike, (1 - recall) * alike, classes), 0.05, 0.995)
    others = rng.gamma(0.3, size=(classes, classes)) * share
    np.fill_diagonal(others, 0.0)
    table = others / others.sum(axis=1, keepdims=True) * (1.0 - hit)[:, None]
    np.fill_diagonal(table, hit)
    return table * (share / share.sum())[:, None]


def macro_f1_of(table: np.ndarray) -> float:
    """Macro-F1 of a (true, predicted) table over the classes that occur."""
    present = table.sum(axis=1) > 0
    f1 = 2.0 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1e-300)
    return float(f1[present].mean())


def sums_of(table: np.ndarray) -> Sums:
    """A table of counts as the product holds it: classes that occur, one kind of text per cell."""
    true, put = np.nonzero(table)
    eye = np.eye(len(table))[:, table.sum(axis=1) > 0]
    return Sums(eye[true], eye[put], np.ones(true.size), table[true, put].astype(float))


def group_shares(pattern: str, groups: int, base: float, gap: float) -> np.ndarray:
    """True accuracies of groups, largest minus smallest `gap`: none, one lower, one higher, two, even, halves."""
    top = min(base + gap / 2.0, 0.99)
    if pattern == "none":
        return np.full(groups, base)
    if pattern == "even":
        return np.linspace(top - gap, top, groups)
    if pattern == "halves":
        return np.where(np.arange(groups) % 2, top - gap, top)
    made = np.full(groups, {"one lower": top, "one higher": top - gap, "two": top - gap / 2.0}[pattern])
    if pattern != "one higher":
        made[0] = top - gap
    if pattern != "one lower":
        made[-1] = top
    return made


def group_sizes(kind: str, groups: int) -> np.ndarray:
    """Rows of groups: a number for all, or `rising` and `falling` from 30 to 500."""
    if kind.isdigit():
        return np.full(groups, int(kind))
    sizes = np.rint(np.geomspace(30, 500, groups)).astype(int)
    return sizes if kind == "rising" else sizes[::-1]


def _often(words: int) -> np.ndarray:
    """In what share of the texts each word is, (words,)."""
    return np.minimum(0.5, 4.0 / np.arange(1, words + 1) ** 0.8)


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _drawn(rng: np.random.Generator, probabilities: np.ndarray) -> np.ndarray:
    return (probabilities.cumsum(axis=1) < rng.random((len(probabilities), 1))).sum(axis=1)


def _none() -> pd.DataFrame:
    return pd.DataFrame({"probe": [], "content_id": []})
