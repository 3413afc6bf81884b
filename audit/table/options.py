"""What the user may set about a table, and what its columns are for."""

from __future__ import annotations

from dataclasses import dataclass

NO_COLUMN = "-"
"""As a column's name: there is none, do not look for one."""

MAX_CELL = 131_072
"""Characters of the longest cell; the csv module's own limit, which is one per process and left alone."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How to read a table. What is None is found out, and what had to be guessed becomes a warning.

    Attributes:
        text, label, pair, rationale: column names, trimmed and case-folded for matching; "-" means none.
        groups: names of group columns; they are never found by themselves unless called `group` or `group:...`.
        encoding: any text encoding Python knows.
        delimiter: `,` `;` `|` or a tab (also by name: comma, semicolon, pipe, tab).
        quotes: whether a cell may stand in double quotes, and then hold delimiters and line ends; else quotes are letters
            and every line is a row (CSV only).
        sheet: name of the sheet to read (Excel only); None: the first that is not hidden and holds something.
        header: whether the first row has the names of the columns; else it is data, and they are called `column 1`,
            `column 2` ... (CSV and Excel only).
        limit: stop after that many good rows; what follows is not read.
        max_rows: more rows than this are a fault.
        max_cell: characters of the longest cell, at most 131,072.
        max_faults: how many faults are kept; all are counted.
    """

    text: str | None = None
    label: str | None = None
    pair: str | None = None
    groups: tuple[str, ...] = ()
    rationale: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quotes: bool = True
    sheet: str | None = None
    header: bool = True
    limit: int | None = None
    max_rows: int = 5_000_000
    max_cell: int = MAX_CELL
    max_faults: int = 1_000

    def __post_init__(self) -> None:
        if not 0 < self.max_cell <= MAX_CELL:
            raise ValueError(f"max_cell is {self.max_cell}; it must lie in 1 to {MAX_CELL}.")


@dataclass(frozen=True, slots=True)
class Columns:
    """The header's names of the columns in use. `text` is None only where no text column was found."""

    text: str | None
    label: str | None = None
    pair: str | None = None
    groups: tuple[str, ...] = ()
    rationale: str | None = None
