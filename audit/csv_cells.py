"""CSV for spreadsheets, the same for pages and reports: no text can become a formula or break out of its cell."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

SIGNS = "=+-@"
"""A cell that begins with one of these, in any width and after anything that is not seen, may be run."""
LINE_END = "\r\n"
"""With it the writer quotes every cell that holds a carriage return or a line feed; with another it would not."""

_UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))


def neutral(value: Any) -> Any:
    """A cell as it is written: text that a spreadsheet would take for a formula gets an apostrophe in front.

    Numbers stay numbers, None and not-a-number are empty; NUL, which no cell can hold, is left out.
    """
    if not isinstance(value, str):
        return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
    text = value.replace("\0", "")
    return f"'{text}" if _risky(text) else text


def cell_writer(file: Any) -> Any:
    """A `csv.writer` for cells made by `neutral`; open the file with `newline=""`."""
    return csv.writer(file, lineterminator=LINE_END)


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets need it), header first."""
    out = io.StringIO(newline="")
    writer = cell_writer(out)
    writer.writerow([neutral(name) for name in columns])
    writer.writerows([neutral(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _risky(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    seen = next((c for c in text if unicodedata.category(c) not in _UNSEEN and not _blank(c)), "")
    return bool(seen) and unicodedata.normalize("NFKC", seen)[:1] in SIGNS


def _blank(character: str) -> bool:
    return character in "\u034f\u115f\u1160\u2800\u3164\uffa0"
