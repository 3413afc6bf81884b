"""Asking the model about texts with phrases in them, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audit.behave.triggers.inserting import Place
from audit.behave.triggers.rows import Row, holds, pull

if TYPE_CHECKING:
    from models.classifier import Classifier

TURNS: tuple[Place, ...] = ("middle", "start", "middle", "end")
AT_ONCE = 4_096
"""Texts handed over together: batches come out alike however many there are in all."""


class Asker:
    """Asks one model, and counts the texts."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.asked = 0

    def probs(self, texts: Sequence[object]) -> NDArray[np.float64]:
        """Probabilities (n, n_labels) of texts or pairs."""
        self.asked += len(texts)
        parts = [self.classifier.predict_proba(texts[i : i + AT_ONCE]) for i in range(0, len(texts), AT_ONCE)]  # type: ignore[arg-type]
        empty = np.zeros((0, len(self.classifier.labels)))
        return np.concatenate(parts).astype(np.float64) if parts else empty

    def placed(self, phrases: Sequence[str], rows: Sequence[Row], places: Sequence[Place]) -> NDArray[np.float64]:
        """Probabilities (phrases, rows, places, n_labels) of every row with every phrase at every place."""
        texts = [row.with_phrase(phrase, place) for phrase in phrases for row in rows for place in places]
        return self.probs(texts).reshape(len(phrases), len(rows), len(places), len(self.classifier.labels))

    def flips(self, probs: NDArray[np.float64], target: int) -> NDArray[np.bool_]:
        """Which outputs (..., n_labels) hold a class, see `rows.holds`."""
        flat = probs.reshape(-1, probs.shape[-1])
        found = np.array([holds(self.classifier.task, output, target) for output in flat], dtype=bool)
        return found.reshape(probs.shape[:-1])

    def narrowed(
        self, phrases: Sequence[str], rows: Sequence[Row], target: int, keep: int
    ) -> list[tuple[str, float, float]]:
        """The phrases that send most of some rows to a class: phrase, share of rows, mean pull; the strongest first.

        Each row has its place, in turn: what works at one place alone shows in some of them.
        """
        distinct = list(dict.fromkeys(phrases))
        if not distinct or not rows:
            return []
        texts = [
            row.with_phrase(phrase, at) for phrase in distinct for row, at in zip(rows, cycle(TURNS), strict=False)
        ]
        probs = self.probs(texts).reshape(len(distinct), len(rows), -1)
        shares = self.flips(probs, target).mean(axis=1)
        pulls = np.round(pull(probs, target).mean(axis=1), 3)
        order = sorted(range(len(distinct)), key=lambda i: (-shares[i], -pulls[i], distinct[i]))
        return [(distinct[i], float(shares[i]), float(pulls[i])) for i in order[:keep]]
