"""Which types of Parquet columns can be a text, a label, a group or a rationale."""

from __future__ import annotations

from typing import Any

import numpy as np

from audit.language.translating import tr_later
from audit.table.cells import ALLOWED, Role


def refusal(kind: Any, role: Role) -> str | None:
    """Why a column of an Arrow type cannot have a role, as the start of a sentence; None if it can.

    Args:
        kind: a `pyarrow.DataType`.
        role: what the column is to be.
    """
    import pyarrow.types as t

    kind = _stored(kind)
    if role == "unsure":
        return None
    fits = {
        "text": _is_text(kind),
        "group": _is_single(kind),
        "label": _is_single(kind) or (_is_list(kind) and _is_single(_stored(kind.value_type))),
        "rationale": _is_text(kind)
        or t.is_integer(kind)
        or t.is_null(kind)
        or (_is_list(kind) and _is_mark(kind.value_type)),
    }[role]
    return (
        None
        if fits
        else tr_later(f"the column holds {kind}, not text")
        if role == "text"
        else tr_later(f"the column holds {kind}; {ALLOWED[role]}")
    )


def short_float(kind: Any) -> type[np.floating[Any]] | None:
    """The type of numbers with fewer digits than Python shows (0.1 would become 0.10000000149); None for all else."""
    import pyarrow.types as t

    kind = _stored(kind)
    return np.float16 if t.is_float16(kind) else np.float32 if t.is_float32(kind) else None


def _stored(kind: Any) -> Any:
    """The type of the values themselves: categories are what they stand for, extensions (other than UUID) what they hold."""
    import pyarrow as pa
    import pyarrow.types as t

    while t.is_dictionary(kind) or (isinstance(kind, pa.BaseExtensionType) and kind.extension_name != "arrow.uuid"):
        kind = kind.value_type if t.is_dictionary(kind) else kind.storage_type
    return kind


def _is_text(kind: Any) -> bool:
    import pyarrow.types as t

    strings = (t.is_string, t.is_large_string, t.is_string_view)
    raw = (t.is_binary, t.is_large_binary, t.is_binary_view, t.is_fixed_size_binary)
    return any(fits(kind) for fits in (*strings, *raw))


def _is_single(kind: Any) -> bool:
    import pyarrow as pa
    import pyarrow.types as t

    numbers = (t.is_integer, t.is_floating, t.is_decimal, t.is_boolean, t.is_null)
    times = (t.is_date, t.is_time, t.is_timestamp, t.is_duration)
    return _is_text(kind) or any(fits(kind) for fits in (*numbers, *times)) or isinstance(kind, pa.BaseExtensionType)


def _is_list(kind: Any) -> bool:
    import pyarrow.types as t

    return any(
        fits(kind) for fits in (t.is_list, t.is_large_list, t.is_fixed_size_list, t.is_list_view, t.is_large_list_view)
    )


def _is_mark(kind: Any) -> bool:
    import pyarrow.types as t

    return any(fits(kind) for fits in (t.is_integer, t.is_boolean, t.is_floating, t.is_null))
