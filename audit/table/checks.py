"""Rows held against the header and the columns in use: a quick look at a whole batch, a close one only where needed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from audit.language.translating import tr_later
from audit.table.batches import Batch, Reader
from audit.table.encodings import BAD_BYTE, describe_bad
from audit.table.faults import Fault, FaultLog, excerpt, letters
from audit.table.options import TableOptions
from audit.table.store import Roles, parse_rationale
from audit.table.table import Source

Columns = Sequence[Sequence[str]]
"""Cells by column, in the order of the header; no columns at all when no row is good."""


class RowChecker:
    """Passes good rows on and gives every other row its faults. Blank lines are no rows.

    Attributes:
        place: what lines count, "line" or "row".
        label: name of the label column.
    """

    def __init__(self, reader: Reader, roles: Roles, source: Source, options: TableOptions, log: FaultLog) -> None:
        self._header = [name.strip() for name in reader.header]
        self._suspect = reader.suspect or roles.rationale is not None
        self._encoding = source.encoding
        self.place = reader.place
        self._delimiter = reader.delimiter or ","
        self.label = None if roles.label is None else self._header[roles.label]
        self._roles = roles
        self._used = tuple(
            p
            for p in (roles.text, roles.pair, roles.label, roles.rationale, *(p for _, p in roles.groups))
            if p is not None
        )
        self._texts = tuple(p for p in (roles.text, roles.pair) if p is not None)
        self._max_cell = options.max_cell
        self._quotes = options.quotes
        # else the csv module sees to it
        self._check_length = reader.delimiter is None or csv.field_size_limit() > options.max_cell
        self._log = log
        self._sheet = source.sheet

    def good(self, batch: Batch) -> tuple[Columns, Sequence[int]]:
        """The columns of the rows without fault, with the lines of those rows."""
        if not self._suspect:
            columns = self._sound(batch.rows)
            if columns is not None:
                return columns, batch.lines
        rows: list[Sequence[str]] = []
        lines: list[int] = []
        for row, line in zip(batch.rows, batch.lines, strict=True):
            if not row or (len(row) == 1 < len(self._header) and not row[0].strip()):
                continue  # a blank line
            found = list(self._faults(row, line))
            for fault in found:
                self._log.add(fault)
            if not found:
                rows.append(row)
                lines.append(line)
        return list(zip(*rows, strict=True)), lines

    def _sound(self, rows: Sequence[Sequence[str]]) -> Columns | None:
        """The columns of a batch in which a quick look finds nothing wrong."""
        if set(map(len, rows)) != {len(self._header)}:
            return None
        columns = list(zip(*rows, strict=True))
        if not all(all(map(str.strip, columns[position])) for position in self._texts):
            return None
        if self._check_length and any(max(map(len, columns[position])) > self._max_cell for position in self._used):
            return None
        return columns

    def _faults(self, row: Sequence[str], line: int) -> Iterator[Fault]:
        if len(row) != len(self._header):
            yield self._ragged(row, line)
            return
        for position, cell in enumerate(row):
            if BAD_BYTE.search(cell):
                yield self._fault("undecodable", describe_bad(cell, self._encoding), row, line, position)
            if "\0" in cell:
                message = tr_later(f"the cell holds a NUL character at character {cell.index(chr(0)) + 1}; remove it.")
                yield self._fault("nul", message, row, line, position)
        for position in self._used:
            if len(row[position]) > self._max_cell:
                message = tr_later(
                    f"the cell has {len(row[position]):,} characters, more than {self._max_cell:,}; shorten it."
                )
                yield self._fault("long_cell", message, row, line, position)
        for position in self._texts:
            if not row[position].strip():
                yield self._fault("empty_text", tr_later("the cell is blank; a text is needed."), row, line, position)
        if self._roles.rationale is not None:
            yield from self._rationale_faults(row, line, self._roles.rationale)

    def _rationale_faults(self, row: Sequence[str], line: int, position: int) -> Iterator[Fault]:
        found = parse_rationale(row[position])
        words = len(row[self._roles.text].split())
        if found is None:
            message = tr_later("the rationale is no list of 0 and 1, one for each word of the text.")
            yield self._fault("broken_rationale", message, row, line, position)
        elif found and len(found) != words:
            message = tr_later(f"the rationale has {len(found)} entries, the text {words} words between white space.")
            yield self._fault("broken_rationale", message, row, line, position)

    def _ragged(self, row: Sequence[str], line: int) -> Fault:
        have, want = len(row), len(self._header)
        cells = "cell" if have == 1 else "cells"
        last = line + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
        reach = tr_later(f" (it ends on line {last})") if last > line and self.place == "line" else ""
        message = tr_later(f"the row{reach} has {have} {cells} where the header has {want}")
        if have > want and self._quotes:
            message += tr_later("; put a cell that holds the delimiter in double quotes")
        if reach:
            message += tr_later("; turn quoting off if quotes are letters here (--no-quotes)")
        column = None if have > want else self._header[have]
        return Fault("ragged", message + ".", line, column, excerpt(row, self._delimiter), self.place)

    def _fault(self, kind: str, message: str, row: Sequence[str], line: int, position: int) -> Fault:
        column = self._header[position] or f"#{position + 1}"
        at = None if self._sheet is None else letters(position)
        return Fault(kind, message, line, column, excerpt(row, self._delimiter), self.place, self._sheet, at)
