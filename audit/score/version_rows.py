"""Versions of texts said of other groups as columns: one line for each, and one for the text as typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.records import IdentityOutcome
from audit.score.arrays import Columns, Matrix
from models.task import Task

MAX_CLASSES = 5
"""Models with at most so many classes have a gap towards each; others one, towards the answer to the text as typed."""

_SCHEMA = {"owner": "i", "dimension": "s", "group": "s", "terms": "s", "answer": "s", "inserted": "?", "own": "?"}
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Versions:
    """Lines of some rows.

    Attributes:
        lines: owner (position among the rows that were kept), dimension, group, terms (those in it, joined by `split`),
            answer, inserted (a sentence was put before the text), own (the text as typed).
        probs: of each line, (lines, classes); (lines, 1) where there are too many, of the text's own answer.
        labels: the classes that `probs` has columns of; one empty name for the text's own answer.
    """

    lines: pd.DataFrame
    probs: NDArray[np.float32]
    labels: tuple[str, ...]

    @staticmethod
    def split(terms: str) -> list[str]:
        """The terms of a line."""
        return terms.split(_BETWEEN) if terms else []


class VersionRows:
    """Takes records one by one."""

    def __init__(self, task: Task) -> None:
        """Begin with nothing."""
        self._task = task
        self._few = len(task.labels) <= MAX_CLASSES
        self._lines = Columns(_SCHEMA)
        self._probs = Matrix(len(task.labels) if self._few else 1)

    def add(self, owner: int, record: IdentityOutcome) -> None:
        """Append the versions of one row, and behind them the row itself in each dimension in which it has any."""
        if not record.versions:
            return
        own = self._task.answer(record.original_probs)
        index = self._task.labels.index(own) if own in self._task.labels else -1
        told = {(m.dimension, m.group): m.terms for m in record.mentions}
        for version in record.versions:
            about = (owner, version.dimension, version.group, _joined(version.terms))
            self._add((*about, self._task.answer(version.probs), version.inserted, False), version.probs, index)
        for dimension, group in dict.fromkeys((v.dimension, v.before) for v in record.versions if v.before):
            terms = _joined(told.get((dimension, group), ()))
            self._add((owner, dimension, group, terms, own, False, True), record.original_probs, index)

    def _add(self, values: Sequence[object], probs: Sequence[float], index: int) -> None:
        self._lines.add(values)
        self._probs.add(probs if self._few else (probs[index] if index >= 0 else float("nan"),))

    def frame(self, kept: NDArray[np.intp]) -> Versions:
        """The lines of the rows that were kept; `kept[i]` is the old number of the row now numbered i."""
        lines, probs = self._lines.frame(), self._probs.array()
        size = int(max(lines["owner"].max() if len(lines) else -1, kept.max(initial=-1))) + 1
        renumbered = np.full(size, -1, dtype=np.int32)
        renumbered[kept] = np.arange(kept.size, dtype=np.int32)
        owner = renumbered[lines["owner"].to_numpy()]
        order = np.argsort(owner, kind="stable")
        order = order[owner[order] >= 0]
        lines = lines.assign(owner=owner).take(order).reset_index(drop=True)
        return Versions(lines, probs[order], self._task.labels if self._few else ("",))


def _joined(terms: Sequence[str]) -> str:
    return _BETWEEN.join(term.lower() for term in terms)
