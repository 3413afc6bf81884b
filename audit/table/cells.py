"""Typed values (JSON, Parquet) as the cells a person would have written, or the reason why there is no such cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from audit.language.translating import tr_later
from audit.table.encodings import MARK_ERRORS
from models.label_sets import NONE, SIGN

Role = Literal["text", "group", "label", "rationale", "unsure"]
"""What a column is for; `unsure` is a rationale by its name only, which may be something else."""

ALLOWED: dict[Role, str] = {
    "text": tr_later("a text is needed"),
    "group": tr_later("a group is a text, a number, a truth value, a date or a time"),
    "label": tr_later("a label is a text, a number, a truth value, a date or a time, or a list of them"),
    "rationale": tr_later("a rationale is a list of 0 and 1"),
}
SHOWN = 40


class Number(float):
    """A number of JSON, with the digits it was written with."""

    written: str

    def __new__(cls, written: str) -> Number:
        """A number from its digits, which stay with it."""
        made = super().__new__(cls, written)
        made.written = written
        return made


class NoCell(Exception):
    """A value that is nothing for its column; the message says what it is."""


def cell_of(value: Any, role: Role | None = None) -> str:
    """The cell for a value: missing ones (null, not-a-number) are blank, numbers and truth values as JSON writes them.

    Args:
        value: what JSON or Arrow gives.
        role: what the column is for; None: only to be shown, so anything goes.

    Raises:
        NoCell: a value that the role does not take.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors=MARK_ERRORS)
    if role == "text":
        raise NoCell(_shown(value))
    plain = _plain(value)
    if plain is not None:
        return plain
    if isinstance(value, list | tuple) and role in {"label", "rationale", "unsure"}:
        return _labels(value) if role == "label" else _marks(value)
    if role in {"label", "group"}:
        raise NoCell(_shown(value))
    return _shown(value, None)


def _plain(value: Any) -> str | None:
    """A single value as text; None where it is made of several."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.written
    if isinstance(value, float):
        return "" if value != value else repr(float(value))  # noqa: PLR0124  (not-a-number)
    if isinstance(value, Decimal):
        return "" if value.is_nan() else format(value, "f")
    if isinstance(value, int | date | datetime | time | timedelta | UUID):
        return str(value)
    return None


def _labels(values: Sequence[Any]) -> str:
    """Labels of a list, joined as in a cell of several; an empty list says that none is right, as null does not."""
    if not values:
        return NONE
    found = [value if isinstance(value, str) else _plain(value) for value in values]
    if not all(found):
        raise NoCell(_shown(values))
    if len(set(found)) < len(found):  # a mark for each label of the model, most likely: [0, 0, 1]
        raise NoCell(tr_later(f"{_shown(values)}, the same label twice; list each label that is right, once"))
    named = [label for label in found if label is not None]
    return named[0] if len(named) == 1 else SIGN.join(n.replace("\\", "\\\\").replace(SIGN, "\\" + SIGN) for n in named)


def _marks(values: Sequence[Any]) -> str:
    """A list of 0 and 1 (also as truth values), others as they are."""
    if all(isinstance(value, bool | int | float) and value in {0, 1} for value in values):
        return " ".join(str(int(value)) for value in values)
    return _shown(values, None)


def _shown(value: Any, most: int | None = SHOWN) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:most]
