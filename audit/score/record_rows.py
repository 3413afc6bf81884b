"""What a record is in its frame, for kinds that say no more of it than the names and types of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any

from audit.records import Record

_ABSENT: Mapping[str, Any] = {"s": "", "t": "", "l": (), "?": False, "d": float("nan"), "f": float("nan")}
"""What stands where a record has None, by the column's type; elsewhere -1."""


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
