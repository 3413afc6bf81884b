"""Parquet, a few hundred rows at a time; only the columns in use are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np

from audit.language.translating import tr_later
from audit.table.batches import SIZE, Batch, Used
from audit.table.cells import ALLOWED, NoCell, Role, cell_of
from audit.table.encodings import MARK_ERRORS
from audit.table.faults import Fault, FaultLog
from audit.table.parquet_types import refusal, short_float


class ParquetReader:
    """Header and rows of one Parquet file. Lines are rows, counted from 1."""

    suspect: bool = True  # strings may hold NUL
    place: Literal["line", "row"] = "row"
    delimiter: str | None = None

    def __init__(self, path: Path, name: str, log: FaultLog) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._log = log
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            message = tr_later(f"{name} is damaged: {_short(error)}; write or download it again.")
            raise log.stop(Fault("broken_parquet", message)) from error
        self.header: list[str] = list(self._file.schema_arrow.names)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def remarks(self) -> Iterator[str]:
        """None: types say what a file holds."""
        return iter(())

    def batches(self, used: Used) -> Iterator[Batch]:
        """All rows; null and not-a-number are empty cells, numbers and truth values are written as JSON."""
        import pyarrow as pa

        self._check_types(used)
        positions = sorted(used.positions)
        every = len(positions) == len(self.header)  # a name that occurs twice can only be read with all columns
        wanted = None if every else [self.header[position] for position in positions]
        line = 1
        try:
            for part in self._file.iter_batches(batch_size=SIZE, columns=wanted):
                columns = {p: part.column(p if every else self.header[p]) for p in positions}
                lines = range(line, line + part.num_rows)
                line += part.num_rows
                batch = self._batch(columns, used, lines)
                if batch.rows:
                    yield batch
        except (pa.ArrowException, OSError) as error:
            message = tr_later(f"the file is damaged from here on: {_short(error)}; write or download it again.")
            raise self._log.stop(Fault("broken_parquet", message, line, place="row")) from error

    def _batch(self, columns: dict[int, Any], used: Used, lines: range) -> Batch:
        """Rows without those that hold what cannot be read: each is a fault."""
        cells = {position: _cells(values, used.roles.get(position)) for position, values in columns.items()}
        bad: set[int] = set()
        for position, found in cells.items():
            role = used.roles.get(position)
            for i, cell in enumerate(found):
                if isinstance(cell, NoCell):
                    message = tr_later(f"the cell holds {cell}; {ALLOWED[role or 'label']}.")
                    self._log.add(Fault("wrong_type", message, lines[i], self.header[position], place="row"))
                    bad.add(i)
        empty = [""] * len(lines)
        every = [cells.get(position, empty) for position in range(len(self.header))]
        rows = [[str(cell) for cell in row] for i, row in enumerate(zip(*every, strict=True)) if i not in bad]
        return Batch(rows, [line for i, line in enumerate(lines) if i not in bad])

    def _check_types(self, used: Used) -> None:
        """One fault for the first column whose type nobody could read as what it is to be."""
        for position, role in sorted(used.roles.items()):
            why = refusal(self._file.schema_arrow.field(position).type, role)
            if why is not None:
                kind = "not_text" if role == "text" else "wrong_type"
                choice = {
                    "text": " (--text)",
                    "label": tr_later(" (--label), '-' means none"),
                    "group": "",
                    "rationale": "",
                }
                message = tr_later(f"{why}; choose another{choice[role]}.")
                raise self._log.stop(Fault(kind, message, column=self.header[position]))


def _cells(values: Any, role: Role | None) -> list[str | NoCell]:
    short = short_float(values.type)
    if short is not None:  # with the digits its own precision has
        found = [value if value is None else short(value) for value in _python(values)]
        return ["" if value is None or np.isnan(value) else str(value) for value in found]
    return [_cell(value, role) for value in _python(values)]


def _cell(value: Any, role: Role | None) -> str | NoCell:
    if isinstance(value, NoCell):
        return value if role is not None else f"({value})"
    try:
        return cell_of(value, role)
    except NoCell as found:
        return found


def _python(values: Any) -> list[Any]:
    """An Arrow array as Python's values; one by one where some cannot be had."""
    if hasattr(values, "dictionary_decode"):
        values = values.dictionary_decode()
    try:
        found: list[Any] = values.to_pylist()
    except (
        ValueError,
        OverflowError,
        LookupError,
    ):  # bytes that are no UTF-8, times no calendar has, zones nobody knows
        found = [_one(value) for value in values]
    return found


def _one(value: Any) -> Any:
    try:
        return value.as_py()
    except UnicodeDecodeError:  # Arrow does not check that its strings are UTF-8
        buffer = getattr(value, "as_buffer", None)
        return (
            NoCell(tr_later(f"{value.type} that is no UTF-8"))
            if buffer is None
            else buffer().to_pybytes().decode("utf-8", MARK_ERRORS)
        )
    except (ValueError, OverflowError, LookupError):
        return NoCell(tr_later(f"a {value.type} that no calendar has"))


def _short(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__
