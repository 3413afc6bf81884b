"""Which sheet of a workbook an audit reads, where it is another one than the Data page has: chosen for this audit alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.errors import TableError
from audit.language.translating import tr
from audit.spec import TableSpec
from dashboard.forms.table_check import sheets_of


def has_sheets(table: TableSpec) -> bool:
    """Whether a table is one of several sheets of a workbook; of one that cannot be read nobody knows."""
    try:
        return len(sheets_of(table)[1]) > 1
    except TableError:
        return False


def choose_sheet(
    place: Any, table: TableSpec, *, key: str, before: Mapping[str, Any], but: TableSpec | None = None
) -> TableSpec:
    """Let the user take another sheet of a table's workbook; its columns and labels are those chosen for the table.

    Args:
        place: where the box stands; there is none for a table without other sheets.
        table: as the Data page has it.
        key: of the box.
        before: the table in the spec of the run to begin with, whose sheet comes first.
        but: a table that is not to be chosen again: its sheet is left out where it is of the same workbook.
    """
    if not has_sheets(table):
        return table
    read, sheets = sheets_of(table)
    taken = sheets_of(but)[0] if but is not None and but.path == table.path else None
    listed = [sheet for sheet in sheets if sheet != taken]
    first = before.get("sheet") if before.get("path") == table.path else read
    chosen = str(
        place.selectbox(
            tr("Sheet"), listed, listed.index(first) if first in listed else 0, key=f"{key}-{table.path[:12]}",
            help=tr("Of the workbook, for this audit alone: it is read with the columns that were chosen for the table."),
        )
    )  # fmt: skip
    return table if chosen == read else table.alike(table.path, table.name, chosen)
