"""Tables as CSV that a spreadsheet cannot be tricked with: a cell that would be read as a formula is shown as text."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(value: Any) -> Any:
    """Text that starts like a formula gets an apostrophe; numbers and other text stay as they are."""
    if isinstance(value, str) and value.lstrip(" \u00a0\u3000").startswith(_STARTS):
        return "'" + value
    return value


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets need it), header first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in columns])
    writer.writerows([neutral(_cell(value)) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def frame_csv(frame: Any) -> bytes:
    """A DataFrame without its index, as `to_csv`."""
    return to_csv([str(name) for name in frame.columns], frame.itertuples(index=False, name=None))


def _cell(value: Any) -> Any:
    empty = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if empty else value
