"""A model's answer for every row of a stored table, as CSV and as an Excel workbook: a job of a worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.csv_cells import cell_writer, neutral
from audit.plain_numbers import PlainColumns
from audit.predict import Predict
from audit.records import Example, Prediction
from audit.results.row_table import table_names
from audit.run.holding import HeldModels
from audit.run.prepare import open_checked
from audit.spec import ModelSpec, TableSpec
from audit.store import Job, NewFile, Store
from audit.table import AuditTable
from audit.table.joining import other_columns
from audit.table.options import Columns, TableOptions
from audit.xlsx_cells import BookWriter

CHUNK = 512
"""Rows between two signs of progress."""
DIGITS = 6


def predict_table(store: Store, job: Job, models: HeldModels, folder: Path) -> dict[str, Any]:
    """Predict the rows of a table and write them into a folder, beside all that the table says of them.

    What is done is told as it goes. A column of the table's own with nothing but plain numbers is one of numbers in the workbook.

    Args:
        store: where the table is.
        job: its `args` are {"model", "table"} as specs.
        models: gives the model.
        folder: where the files are made; it is the caller's to remove.

    Returns:
        The job's result: {"done", "of", "failed", "files"}.

    Raises:
        TableError, ModelError: the table or the model cannot be used.
    """
    spec = TableSpec.model_validate(job.args["table"])
    classifier = models.get(ModelSpec.model_validate(job.args["model"]))
    table = open_checked(store, spec, classifier)
    total, done, failed = len(table), 0, 0
    name = f"{Path(str(spec.name or job.id)).stem}-predictions"
    own = ("line", "text", *(("pair",) if table.columns.pair is not None else ()), "label", *table.columns.groups)
    answers = ("prediction", *(f"p_{label}" for label in classifier.labels), "truncated", "error")
    in_file = (table.columns.text, table.columns.pair, table.columns.label, *table.columns.groups)
    numbers = _numbers(table, TableOptions.of(spec), in_file)
    csv_path, xlsx_path, book = folder / "predictions.csv", folder / "predictions.xlsx", BookWriter()
    with (
        other_columns(table.source.path, TableOptions.of(spec), in_file, name=table.source.name) as (others, rows),
        csv_path.open("w", newline="", encoding="utf-8-sig", errors="replace") as file,
    ):
        head = (*own, *table_names(list(others), [*own, *answers]), *answers)
        writer = cell_writer(file)
        writer.writerow(map(neutral, head))
        book.start_sheet("Predictions", head)
        for examples in table.chunks(CHUNK):
            if not store.update_job(job.id, "running", result={"done": done, "of": total}):
                break  # it was deleted
            predictions = list(Predict().run(classifier, examples, seed=0))
            beside = _beside(examples, rows, len(others))
            for cells in _lines(examples, predictions, beside, len(classifier.labels), table.columns, numbers):
                writer.writerow(map(neutral, cells))
                book.append(cells)
            done, failed = done + len(examples), failed + sum(p.error is not None for p in predictions)
    with xlsx_path.open("wb") as out:
        book.save(out)
    files = [NewFile(f"{name}.csv", csv_path), NewFile(f"{name}.xlsx", xlsx_path)]
    return {"done": done, "of": total, "failed": failed, "files": files}


def _numbers(
    table: AuditTable, options: TableOptions, in_file: Sequence[str | None]
) -> tuple[PlainColumns, PlainColumns]:
    """Which of the groups and which of the other columns are plain numbers in every row that is predicted."""
    with other_columns(table.source.path, options, in_file, name=table.source.name) as (names, rows):
        groups, others = PlainColumns(len(table.columns.groups)), PlainColumns(len(names))
        for examples in table.chunks(CHUNK):
            for example, cells in zip(examples, _beside(examples, rows, len(names)), strict=True):
                groups.add(_parts(example, table.columns))
                others.add(cells)
    return groups, others


def _parts(example: Example, columns: Columns) -> tuple[str, ...]:
    """The groups of a row, in the order of the columns."""
    return tuple(example.groups.get(name, "") for name in columns.groups)


def _beside(
    examples: Sequence[Example], rows: Iterator[tuple[int, tuple[str, ...]]], width: int
) -> Iterator[tuple[str | None, ...]]:
    """The other cells of each row, shape (n, width): both are in the order of the file, which has rows that were left out."""
    for example in examples:
        cells = next((cells for line, cells in rows if line == example.line), None)
        yield (None,) * width if cells is None else cells


def _lines(
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    beside: Iterable[tuple[str | None, ...]],
    labels: int,
    columns: Columns,
    numbers: tuple[PlainColumns, PlainColumns],
) -> Iterator[tuple[Any, ...]]:
    """The cells of each row; one that failed has no prediction and no probabilities."""
    of_groups, of_others = numbers
    for example, found, others in zip(examples, predictions, beside, strict=True):
        probs: list[float | None] = [round(p, DIGITS) for p in found.probs] or [None] * labels
        own = (example.line, example.text, *((example.pair,) if columns.pair is not None else ()), example.label)
        parts = of_groups.marked(_parts(example, columns))
        cut = None if found.error is not None else int(found.truncated)
        yield (*own, *parts, *of_others.marked(others), found.predicted, *probs, cut, found.error)
