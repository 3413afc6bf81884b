"""Parquet, a few hundred rows at a time; only the columns in use are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from audit.table.batches import SIZE, Batch, Used
from audit.table.encodings import MARK_ERRORS
from audit.table.faults import Fault, FaultLog


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
            message = f"{name} is damaged: {_short(error)}; write or download it again."
            raise log.stop(Fault("broken_parquet", message)) from error
        self.header: list[str] = list(self._file.schema_arrow.names)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def batches(self, used: Used) -> Iterator[Batch]:
        """All rows; null is an empty cell, numbers and booleans are written as JSON."""
        import pyarrow as pa

        self._check_types(used)
        wanted = [name for i, name in enumerate(self.header) if i in used.positions]
        line = 1
        try:
            for part in self._file.iter_batches(batch_size=SIZE, columns=wanted):
                cells = {name: _cells(part.column(name)) for name in wanted}
                empty = [""] * part.num_rows
                columns = [cells.get(name, empty) for name in self.header]
                rows = [list(row) for row in zip(*columns, strict=True)]
                yield Batch(rows, list(range(line, line + len(rows))))
                line += len(rows)
        except (pa.ArrowException, OSError) as error:
            message = f"the file is damaged from here on: {_short(error)}; write or download it again."
            raise self._log.stop(Fault("broken_parquet", message, line, place="row")) from error

    def _check_types(self, used: Used) -> None:
        for position in sorted(used.texts):
            kind = str(self._file.schema_arrow.field(position).type)
            if "string" not in kind and "binary" not in kind:
                message = f"the column holds {kind}, not text; choose another (--text)."
                raise self._log.stop(Fault("not_text", message, column=self.header[position]))


def _cells(values: Any) -> list[str]:
    try:
        return [_cell(value) for value in values.to_pylist()]
    except UnicodeDecodeError:  # Arrow does not check that its strings are UTF-8
        import pyarrow as pa

        return [_cell(value) for value in values.cast(pa.binary()).to_pylist()]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors=MARK_ERRORS)
    return json.dumps(value, ensure_ascii=False, default=str)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__
