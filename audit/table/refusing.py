"""Files that are no table at all, told by their first bytes before anything of them is kept."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from audit.errors import TableError
from audit.language.translating import tr_later
from audit.table.faults import FaultLog, StopReading
from audit.table.opening import preview
from audit.table.options import TableOptions
from audit.table.scan import HEAD, FileScan, identify
from audit.table.sheets import MOST_SHEETS

HOPELESS = frozenset({"binary", "broken_excel", "broken_parquet", "empty_file", "spreadsheet", "wrong_format"})
"""Faults of a whole file that no choice of how to read it mends."""


def require_table(source: Path | BinaryIO, name: str) -> None:
    """Refuse what is empty, binary, not what its name says, or has no row; faults of rows are no reason.

    Args:
        source: a path or an open file, which is left where it was.
        name: what the user calls it.

    Raises:
        TableError: it is none; one sentence.
    """
    head, whole = _head(source)
    scan = FileScan(hashlib.sha256(head).hexdigest(), len(head), head, utf8=False, nul=b"\0" in head, long_line=False)
    log = FaultLog(keep=1)
    try:
        identify(name, scan, log)
    except StopReading as stopped:
        raise TableError(str(stopped)) from None
    if whole:
        _require_row(head, name)


def _head(source: Path | BinaryIO) -> tuple[bytes, bool]:
    """The first bytes of a file, and whether they are all of it."""
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                found = file.read(HEAD + 1)
        except OSError as error:
            raise TableError(tr_later(f"{source} cannot be read: {error.strerror or error}.")) from None
    else:
        place = source.tell()
        source.seek(0)
        found = source.read(HEAD + 1)
        source.seek(place)
    return found[:HEAD], len(found) <= HEAD


def _require_row(content: bytes, name: str) -> None:
    with tempfile.NamedTemporaryFile(prefix="assay-table-") as file:
        file.write(content)
        file.flush()
        found = preview(file.name, rows=1, name=name)
        others = [sheet for sheet in found.source.sheets if sheet != found.source.sheet]
        if not found.rows and any(
            preview(file.name, TableOptions(sheet=one), rows=1, name=name).rows for one in others[:MOST_SHEETS]
        ):
            return  # a title page or notes come first: which sheet holds the table is asked where the table is shown
    hopeless = next((fault for fault in found.faults if fault.kind in HOPELESS), None)
    if hopeless is not None:
        raise TableError(str(hopeless))
    if found.header and not found.rows and not found.faults:
        raise TableError(tr_later(f"{name} has a header but no rows."))
