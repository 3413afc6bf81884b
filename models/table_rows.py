"""Tables of other formats than CSV, for training: this package reads CSV alone, and asks whoever reads the others.

The package of the audits does, with the checks of its own tables; it is looked up by `READER` when a file of another format is
first named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

READER = "audit.table.training:labelled_rows"
"""What reads them, a function like `TableRows`, as `module:name`."""
ENDINGS = (".xlsx", ".parquet", ".pq", ".jsonl", ".ndjson", ".xls", ".xlsm", ".xlsb", ".ods")
"""Endings of files that are asked of it; the last four to be told what to save them as."""

Numbered = tuple[int, dict[str, str]]
"""The number a row has in its file, and its cells by the names that were asked for."""


class TableRows(Protocol):
    """Reads a table row by row."""

    def __call__(
        self,
        path: Path,
        columns: Sequence[str],
        *,
        sheet: str | None,
        header: bool,
        encoding: str | None,
        keep_good: bool,
    ) -> Iterator[Numbered]:
        """Yield each row that has something in it.

        Args:
            path: the file.
            columns: the label's name, or the text's and the label's.
            sheet: of a workbook; None for the first in sight.
            header: whether the first row has the names; else they are `column 1`, `column 2` ...
            encoding: of JSON Lines, where it is not UTF-8.
            keep_good: leave rows with a fault out.

        Raises:
            models.errors.TrainingError: the file cannot be read, lacks a column, or has a fault; with its place.
        """
        ...


def reader_of(path: Path) -> TableRows | None:
    """What reads a file of this name; None for one that is read as CSV."""
    if path.suffix.lower() not in ENDINGS:
        return None
    module, _, name = READER.partition(":")
    found: TableRows = getattr(import_module(module), name)
    return found
