"""Which columns of a table an audit compares its results by: those of the Data page, or others for this audit alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.errors import TableError
from audit.language.translating import tr
from audit.spec import TableSpec
from dashboard.forms.table_check import columns_of, header_of
from dashboard.page.text import one_line


def choose_groups(place: Any, table: TableSpec, *, before: Mapping[str, Any]) -> TableSpec:
    """Let the user choose them.

    Args:
        place: where the box stands; there is none for a table that cannot be read or has no further column.
        table: as the Data page has it.
        before: the table in the spec of the run to begin with, whose groups come first where it is the same table.
    """
    try:
        columns, header = columns_of(table), header_of(table)
    except TableError:
        return table
    used = {columns[role] for role in ("text", "label", "pair", "rationale")}
    offered = [name for name in dict.fromkeys(header) if name not in used]
    if not offered:
        return table
    first = before.get("groups") or () if before.get("path") == table.path else columns["groups"]
    kept = [name for name in first if name in offered]
    chosen = place.multiselect(
        tr("Groups"), offered, kept, key=f"audit-groups-{table.path[:12]}-{table.sheet or ''}", format_func=lambda n: one_line(n, 60),
        placeholder=tr("No column"), select_all=False,
        help=tr("Columns to compare results by, such as a region: a group needs 30 audited rows for figures of its own."),
    )  # fmt: skip
    return table if tuple(chosen) == tuple(columns["groups"]) else table.model_copy(update={"groups": tuple(chosen)})


def same_groups(reference: TableSpec, table: TableSpec) -> TableSpec:
    """A table to compare with, whose groups are the columns that were chosen for the audited one, as far as it has them."""
    try:
        there, wanted = header_of(reference), columns_of(table)["groups"]
    except TableError:  # said where the table was chosen
        return reference
    groups = tuple(name for name in wanted if name in there)
    return reference if groups == reference.groups else reference.model_copy(update={"groups": groups})
