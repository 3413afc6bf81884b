"""Rows that a finding points to: how one is made of a record about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from audit.records import Example, Record
from audit.report.model import Pointed
from audit.results.reading import Results
from audit.scored import Score
from models.task import Task

Shows = Callable[[Results, str, Score, Sequence[str]], Iterator[Pointed]]
"""What `Kind.shows` names: of a run, by one of its probes, for a score, rows of those with these ids."""


def bare(example: Example, **more: Any) -> Pointed:
    """The row as it is, with what is known besides."""
    return Pointed(row_id=example.row_id, label=example.label, text=example.text, pair=example.pair, **more)


def of_rows(
    made: Callable[[Any, Example, Score, Task], Pointed | None],
) -> Shows:
    """Each row by the record about it.

    Args:
        made: of a record, the row, the score and the task, what is shown; None where that is nothing.
    """

    def rows(read: Results, probe: str, score: Score, row_ids: Sequence[str]) -> Iterator[Pointed]:
        for row_id, record in read.records(probe, row_ids).items():
            example = read.examples.get(row_id)
            shown = made(record, example, score, read.run.task) if example is not None else None
            if shown is not None:
                yield shown

    return rows


def about(record: Record, task: Task) -> dict[str, Any]:
    """Whose record it is, and what the model says of the row as it is."""
    told: dict[str, Any] = {"probe": record.probe, "name": record.name, "error": record.error}
    if record.original_probs:
        told |= {
            "before": task.answer(record.original_probs),
            "before_confidence": task.sure(record.original_probs),
        }
    return told
