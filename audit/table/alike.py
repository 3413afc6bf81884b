"""Whether two tables can be compared: what one has a column for, the other needs too."""

from __future__ import annotations

from audit.errors import TableError
from audit.language.translating import tr
from audit.table.options import Columns

FEWEST = 20
"""Rows of a reference table, at least, to say whether others are like them."""


def require_enough_rows(rows: int, reference: str) -> None:
    """Refuse a reference table of which nothing can be said.

    Raises:
        TableError: it has fewer rows than that; one sentence.
    """
    if rows < FEWEST:
        said = tr(
            "The reference table {reference} has {rows} rows that can be used, and at least {least} are needed to say whether "
            "others are like them; give a longer one, or audit without.",
            reference=reference, rows=rows, least=FEWEST,
        )  # fmt: skip
        raise TableError(said)


def require_same_columns(theirs: Columns, ours: Columns, *, reference: str, table: str) -> None:
    """Refuse a reference table that lacks a column which the audited table has, or has second texts where that has none.

    Args:
        theirs, ours: columns of the reference table and of the audited one.
        reference, table: what the two are called.

    Raises:
        TableError: it does; one sentence.
    """
    names = {"reference": reference, "table": table}
    if theirs.pair is not None and ours.pair is None:
        said = tr(
            "The reference table {reference} has second texts (column {column}) and the audited table {table} has none; give "
            "tables of the same columns.",
            column=theirs.pair, **names,
        )  # fmt: skip
        raise TableError(said)
    needed = [(ours.label, theirs.label), (ours.pair, theirs.pair)]
    needed += [(group, group if group in theirs.groups else None) for group in ours.groups]
    lacking = [column for column, there in needed if column is not None and there is None]
    if lacking:
        said = tr(
            "The reference table {reference} has nothing for these columns of the audited table {table}: {columns}; add them, "
            "or leave them out of both.",
            columns=", ".join(lacking), **names,
        )  # fmt: skip
        raise TableError(said)
