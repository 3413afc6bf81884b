"""Writing predictions as CSV, Excel, JSON Lines or Parquet, a chunk at a time; the file appears when it is whole.

Texts are written exactly as they are, for programs to read back; exports for a spreadsheet are made elsewhere.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from audit.errors import InputError
from audit.records import Example, Prediction
from audit.strict_json import dumps
from audit.xlsx_cells import BookWriter
from models.writing import WholeFile, told

DIGITS = 6


def prediction_writer(path: Path, labels: Sequence[str], *, pairs: bool) -> PredictionWriter:
    """The writer for a path's ending; the columns are row_id, text, (pair,) label, prediction, p_<label> ..., truncated.

    Raises:
        InputError: the ending is none of .csv, .xlsx, .jsonl, .parquet.
    """
    columns = ("row_id", "text", *(("pair",) if pairs else ()), "label", "prediction")
    columns = (*columns, *(f"p_{label}" for label in labels), "truncated")
    return _kind(path)(path, columns, pairs)


def check_output(path: Path, source: Path) -> None:
    """Refuse a place that cannot be written to before anything long is started.

    Raises:
        InputError: the ending is not known, the folder does not exist, or the file is the input itself.
    """
    _kind(path)
    if path.resolve() == source.resolve():
        raise InputError(f"--out {path} is the input file; name another.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"There is no folder {path.parent} for --out; make it first.")
    if path.is_dir():
        raise InputError(f"--out {path} is a folder; name a file.")


class PredictionWriter(ABC):
    """A context manager: the file takes its name on a clean exit, and is removed otherwise."""

    def __init__(self, path: Path, columns: Sequence[str], pairs: bool) -> None:
        self._path, self._columns, self._pairs = path, tuple(columns), pairs

    def __enter__(self) -> Self:
        try:
            self._made = WholeFile(self._path)
        except OSError as error:
            raise InputError(f"{self._path} cannot be written: {error.strerror or error}.") from error
        try:
            with told(self._path):
                self._open(self._made.part)
        except BaseException:
            self._made.drop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                with told(self._path):
                    self._close()
                self._made.keep()
            else:
                with suppress(OSError):  # the error that is on its way says more
                    self._close()
        finally:
            self._made.drop()

    def write(self, examples: Sequence[Example], predictions: Sequence[Prediction]) -> None:
        """Add rows. A row that failed has no prediction and no probabilities."""
        with told(self._path):
            self._write([self._row(e, p) for e, p in zip(examples, predictions, strict=True)])

    def _row(self, example: Example, prediction: Prediction) -> tuple[Any, ...]:
        n_labels = len(self._columns) - 5 - self._pairs
        probs: list[float | None] = [round(p, DIGITS) for p in prediction.probs]
        probs = probs or [None] * n_labels  # a row that failed
        pair = (example.pair,) if self._pairs else ()
        truncated = prediction.truncated if prediction.error is None else None
        return (example.row_id, example.text, *pair, example.label, prediction.predicted, *probs, truncated)

    @abstractmethod
    def _open(self, path: Path) -> None: ...

    @abstractmethod
    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None: ...

    @abstractmethod
    def _close(self) -> None: ...


class _Lines(PredictionWriter):
    _file: TextIO

    def _open(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")

    def _close(self) -> None:
        self._file.close()


class CsvWriter(_Lines):
    """UTF-8, comma, quotes only where needed, `\\n` at the end of a row; missing values are empty cells."""

    def _open(self, path: Path) -> None:
        super()._open(path)
        self._write([self._columns])

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._file.writelines(",".join(map(_cell, row)) + "\n" for row in rows)


class JsonlWriter(_Lines):
    """One object a line; missing values are null."""

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._file.writelines(
            dumps(dict(zip(self._columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows
        )


class ParquetWriter(PredictionWriter):
    """Strings, doubles and a boolean; a row group per chunk."""

    def _open(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        text = set(self._columns[: 4 + self._pairs])
        types = {name: pa.string() if name in text else pa.float64() for name in self._columns} | {
            "truncated": pa.bool_()
        }
        self._schema = pa.schema(list(types.items()))
        self._file = pq.ParquetWriter(path, self._schema)

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        import pyarrow as pa

        columns = list(zip(*rows, strict=True)) or [()] * len(self._columns)
        self._file.write_table(
            pa.table([pa.array(c, t.type) for c, t in zip(columns, self._schema, strict=True)], self._schema)
        )

    def _close(self) -> None:
        self._file.close()


class ExcelWriter(PredictionWriter):
    """One sheet; texts as texts, and nothing is a formula. A text longer than a cell of Excel is cut and says so."""

    def _open(self, path: Path) -> None:
        self._path_of_part = path
        self._book = BookWriter()
        self._book.start_sheet("Predictions", self._columns)

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            self._book.append(row)

    def _close(self) -> None:
        with self._path_of_part.open("wb") as file:
            self._book.save(file)


WRITERS: dict[str, type[PredictionWriter]] = {
    ".csv": CsvWriter, ".xlsx": ExcelWriter, ".jsonl": JsonlWriter, ".parquet": ParquetWriter,
}  # fmt: skip


def _kind(path: Path) -> type[PredictionWriter]:
    kind = WRITERS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"--out {path} ends in '{path.suffix}'; it must end in {', '.join(WRITERS)}.")
    return kind


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if any(c in text for c in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
