"""Classifiers that add up words: what a word, or a phrase, does to an answer is known exactly. Black boxes: no tokens, no gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from audit.records import Example, content_id
from models.classifier import Capabilities, Classifier


class WordBag(Classifier):
    """Logits are the sum over words and phrases that the text has, wherever they stand."""

    def __init__(self, labels: Sequence[str], weights: Mapping[str, Sequence[float]], *, head: str = "softmax") -> None:
        self.name, self.labels, self.fingerprint, self.head = "bag", tuple(labels), "0" * 64, head
        self.capabilities = replace(Capabilities(), multi_label=head == "multi_label")
        self.max_tokens, self.device, self.dtype, self.engine, self.threads = 512, "cpu", "float32", "torch", 1
        self.weights = {word: np.asarray(push, dtype=np.float64) for word, push in weights.items()}
        self.bias = -1.0 if head == "multi_label" else 0.0

    def encode(self, texts):
        raise NotImplementedError

    def logits(self, rows):
        raise NotImplementedError

    def predict_proba(self, texts):
        found = np.full((len(texts), len(self.labels)), self.bias)
        for i, text in enumerate(texts):
            low = text.casefold()
            spaced = f" {low} "
            for word, push in self.weights.items():
                times = low.count(word) if word > "\u2e80" else spaced.count(f" {word} ")
                found[i] += times * push
        return self.probabilities(found.astype(np.float32))


def honest(labels: Sequence[str], *, words: int = 30, seed: int = 0) -> dict[str, np.ndarray]:
    """For each label words that push towards it: some a little, some much."""
    generator = np.random.default_rng(seed)
    return {
        f"{label}{k}": np.eye(len(labels))[i] * round(float(generator.uniform(0.4, 1.6)), 3)
        for i, label in enumerate(labels)
        for k in range(words)
    }


def rows(labels: Sequence[str], *, each: int = 80, words: int = 30, seed: int = 1, between: str = " ") -> list[Example]:
    """Texts of eight neutral words, four of their label and one of another's; labelled with that label."""
    generator = np.random.default_rng(seed)
    made = {}
    for i in range(each * len(labels)):
        label, other = labels[i % len(labels)], labels[(i + 1) % len(labels)]
        text = [f"n{k}" for k in generator.integers(0, 120, 8)] + [f"{other}{generator.integers(words)}"]
        text += [f"{label}{k}" for k in generator.integers(0, words, 4)]
        generator.shuffle(text)
        row = example(between.join(text), label)
        made[row.row_id] = row
    return list(made.values())


def example(text: str, label: str | None) -> Example:
    """A row of a table."""
    return Example(content_id(text, None, label, {}), text, None, label)
