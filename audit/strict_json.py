"""JSON as the standard has it: no NaN and no Infinity, neither written nor read, because nothing but Python knows them."""

from __future__ import annotations

import json
import math
from typing import Any

from audit.errors import AuditError


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
        ValueError: it is not JSON, or holds NaN or Infinity.
    """
    return json.loads(text, parse_constant=_refused)


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number in JSON; write null where there is none")


def _not_a_number(data: Any, place: str) -> str | None:
    if isinstance(data, float) and not math.isfinite(data):
        return f"{place or 'it'} ({data})"
    parts: Any = ()
    if isinstance(data, dict):
        parts = ((f"{place}.{key}" if place else str(key), item) for key, item in data.items())
    elif isinstance(data, (list, tuple)):
        parts = ((f"{place}[{number}]", item) for number, item in enumerate(data))
    return next((found for at, item in parts if (found := _not_a_number(item, at)) is not None), None)
