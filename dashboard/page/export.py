"""Tables as CSV and as Excel that a spreadsheet cannot be tricked with: what would be read as a formula is shown as text."""

from __future__ import annotations

import io
from itertools import chain
from typing import Any

from audit.csv_cells import to_csv
from audit.xlsx_cells import write_book

MIME_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def frame_csv(frame: Any) -> bytes:
    """A DataFrame without its index, as `to_csv`."""
    return to_csv([str(name) for name in frame.columns], frame.itertuples(index=False, name=None))


def frame_xlsx(frame: Any, name: str) -> bytes:
    """A DataFrame without its index as a workbook of one sheet of this name, see `audit.xlsx_cells`."""
    out = io.BytesIO()
    cells = frame.astype(object).where(frame.notna(), None)
    head = [str(name) for name in frame.columns]
    write_book(out, [(name, chain([head], cells.itertuples(index=False, name=None)))])
    return out.getvalue()
