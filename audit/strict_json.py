"""JSON as the standard has it: no NaN and no Infinity, neither written nor read, and no half of a character."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from audit.errors import AuditError
from models.halves import holds_half
from models.translating import tr_later

_LARGE = re.compile(r"[0-9][eE]\+?[0-9]{2}|[0-9]{19}")
_LARGE_BYTES = re.compile(_LARGE.pattern.encode())
"""What a number must have that no float, or no database, holds; reading every number with care takes several times as long."""
LARGEST = 2**63
"""Whole numbers lie below it: a record's go into arrays and columns that hold no larger ones."""


def dumps(data: Any, **how: Any) -> str:
    """JSON text; options as for `json.dumps`.

    Raises:
        AuditError: it holds a number that is none; says where.
    """
    try:
        return json.dumps(data, allow_nan=False, **how)
    except ValueError as error:
        place = _not_a_number(data, "")
        if place is None:
            raise
        raise AuditError(
            f"The result cannot be written as JSON: {place} is not a number. This is a fault of Assay; please report it."
        ) from error


def loads(text: str | bytes) -> Any:
    """The data of JSON text.

    Raises:
        ValueError: it is not JSON, or too deep, or holds NaN, Infinity, a number that is too large for one, or half a character.
    """
    try:
        if (_LARGE if isinstance(text, str) else _LARGE_BYTES).search(text):  # type: ignore[arg-type]  # each for its own kind
            found = json.loads(text, parse_constant=_refused, parse_float=_finite, parse_int=_storable)
        else:
            found = json.loads(text, parse_constant=_refused)
    except RecursionError:
        raise ValueError(tr_later("lists or objects stand within each other too deep")) from None
    if holds_half(found, text):
        raise ValueError(tr_later("an escape such as \\ud800 alone is half a character, which no text has"))
    return found


def part(data: Any, *path: str) -> Mapping[str, Any]:
    """A part of nested data, empty where it is not there or is something else."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(tr_later(f"{text[:40]} is too large for a number"))
    return value


def _storable(text: str) -> int:
    value = int(text) if len(text) < 40 else LARGEST
    if not -LARGEST <= value < LARGEST:
        raise ValueError(tr_later(f"{text[:40]} is too large for a whole number"))
    return value


def _refused(constant: str) -> Any:
    raise ValueError(tr_later(f"{constant} is no number in JSON; write null where there is none"))


def _not_a_number(data: Any, place: str) -> str | None:
    if isinstance(data, float) and not math.isfinite(data):
        return f"{place or 'it'} ({data})"
    parts: Any = ()
    if isinstance(data, dict):
        parts = ((f"{place}.{key}" if place else str(key), item) for key, item in data.items())
    elif isinstance(data, (list, tuple)):
        parts = ((f"{place}[{number}]", item) for number, item in enumerate(data))
    return next((found for at, item in parts if (found := _not_a_number(item, at)) is not None), None)
