"""What the user may set about a table, and what its columns are for."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from audit.table_choices import TableReading

NO_COLUMN = "-"
"""As a column's name: there is none, do not look for one."""

MAX_CELL = 131_072
"""Characters of the longest cell; the csv module's own limit, which is one per process and left alone."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


class TableOptions(TableReading):
    """How to read a table, and how much of it.

    Attributes:
        limit: stop after that many good rows; what follows is not read.
        max_rows: more rows than this are a fault.
        max_cell: characters of the longest cell, at most 131,072.
        max_faults: how many faults are kept; all are counted.
    """

    limit: int | None = None
    max_rows: int = 5_000_000
    max_cell: int = Field(default=MAX_CELL, gt=0, le=MAX_CELL)
    max_faults: int = 1_000


@dataclass(frozen=True, slots=True)
class Columns:
    """The header's names of the columns in use. `text` is None only where no text column was found."""

    text: str | None
    label: str | None = None
    pair: str | None = None
    groups: tuple[str, ...] = ()
    rationale: str | None = None
