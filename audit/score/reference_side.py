"""The reference table's rows as columns: a line for each, and beside them what no column holds."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from audit.records.reference import ReferenceRows
from audit.score.arrays import Columns, Matrix, Vectors
from audit.score.text_marks import Marks
from models.task import Task


@dataclass(frozen=True)
class ReferenceSide:
    """What is known of the reference table besides the frame `references`.

    Attributes:
        probs: (references, labels) what the model says. vectors: (references, width) where rows lie; no columns where the model
            does not show it. Both are aligned with the frame.
        words, languages: in how many of the reference rows taken, and in how many of the audited rows, each stands.
        taken, total: rows taken, and rows of the table.
        audited: audited rows that words and languages were counted in.
        marks: of the references' texts, aligned with the frame; None where they were not read, see `with_reference_marks`.
    """

    probs: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    vectors: NDArray[np.floating] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float16))
    words: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    languages: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    taken: int = 0
    total: int = 0
    marks: Marks | None = None

    @property
    def audited(self) -> int:
        """How many audited rows words and languages were counted in."""
        return sum(self.languages[1].values())


class ReferenceColumns:
    """Takes records one by one."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._probs, self._vectors = Matrix(len(task.labels)), Vectors()
        self._counted: dict[str, tuple[Mapping[str, int], Mapping[str, int]]] = {}
        self._taken = self._total = 0

    def add(self, rows: Columns, record: ReferenceRows) -> None:
        """Take one: a line of the frame for each row."""
        if record.error is not None:
            return
        self._taken, self._total = record.taken, record.total
        if record.part != "rows":
            self._counted[record.part] = (record.counts, record.audited)
            return
        shape = (len(record.texts), len(self._task.labels))
        probs = np.frombuffer(base64.b64decode(record.probs), dtype="<f4").reshape(shape)
        for i, row in enumerate(probs):
            self._probs.add(row.tolist())
            known: Sequence[float] = row.astype(float).tolist()
            rows.add(
                (
                    record.row_id, False, record.probe, record.name, f"{record.first + i:09d}", record.lines[i], record.texts[i],
                    record.labels[i], self._task.answer(known), self._task.sure(known), record.lengths[i],
                )
            )  # fmt: skip
            vector = (record.vectors[i], record.scales[i]) if record.vectors else ("", 1.0)
            self._vectors.add(*vector)

    def side(self, kept: NDArray[np.intp]) -> ReferenceSide:
        """Everything taken in, in the order of the frame."""
        none: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
        return ReferenceSide(
            self._probs.array()[kept],
            self._vectors.array()[kept],
            self._counted.get("words", none),
            self._counted.get("languages", none),
            self._taken,
            self._total,
        )
