"""What a record is in its frame: what its kind says by a function of its own, else its fields by the names of the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from typing import Any

from audit.kinds import load
from audit.kinds.entry import Kind
from audit.records import Record
from models.task import Task

Line = tuple[tuple[Any, ...], Mapping[str, float]]
"""A line of a frame: its values in the order of the columns, and numbers under names of their own."""

_ABSENT: Mapping[str, Any] = {"s": "", "t": "", "l": (), "?": False, "d": float("nan"), "f": float("nan")}
"""What stands where a record has None, by the column's type; elsewhere -1."""


def rows_of(record: Record, kind: Kind, task: Task) -> Iterable[Line]:
    """What a record is in the frame of its kind, one line or several."""
    if kind.rows:
        found: Iterable[Line] = load(kind.rows)(record, task)
        return found
    return ((values_of(record, kind.columns), numbers_of(record)),)


def answer_of(probs: Sequence[float], task: Task) -> str:
    """What a model says by these probabilities; "" without any."""
    return task.answer(probs) if len(probs) == len(task.labels) else ""


def values_of(record: Record, columns: Mapping[str, str]) -> tuple[Any, ...]:
    """The record's fields and properties by the names of the columns, see `audit.score.arrays.Columns`.

    `error` is whether there is one; of what is several things, a whole number is how many, a string all of them joined, and
    `l` each by itself; what is None is empty, not-a-number or -1.

    Raises:
        AttributeError: the record has nothing by the name of a column.
    """
    return tuple(_cell(record, name, kind) for name, kind in columns.items())


def numbers_of(record: Record) -> Mapping[str, float]:
    """The numbers that it has under names of its own (`values`), each a column where any record has it."""
    found: Mapping[str, float] = getattr(record, "values", {})
    return found


def _cell(record: Record, name: str, kind: str) -> Any:
    value = getattr(record, name)
    if name == "error":
        return value is not None
    if value is None:
        return _ABSENT.get(kind, -1)
    if kind == "l":
        return tuple(map(str, value))
    if kind in "st":
        return value if isinstance(value, str) else ", ".join(map(str, value))
    if isinstance(value, Sized):
        return len(value)
    return float(value) if kind in "df" else bool(value) if kind == "?" else int(value)
