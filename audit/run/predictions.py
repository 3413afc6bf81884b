"""A model's answer for every row of a stored table, as a CSV that a spreadsheet opens: a job of a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.csv_cells import cell_writer, neutral
from audit.predict import Predict
from audit.records import Example, Prediction
from audit.run.holding import HeldModels
from audit.run.prepare import open_checked
from audit.spec import ModelSpec, TableSpec
from audit.store import Job, NewFile, Store
from models.classifier import Classifier

CHUNK = 512
"""Rows between two signs of progress."""
DIGITS = 6


def predict_table(store: Store, job: Job, models: HeldModels, folder: Path) -> dict[str, Any]:
    """Predict the rows of a table and write them into a folder; what is done is told as it goes.

    Args:
        store: where the table is.
        job: its `args` are {"model", "table"} as specs.
        models: gives the model.
        folder: where the file is made; it is the caller's to remove.

    Returns:
        The job's result: {"done", "of", "failed", "files"}.

    Raises:
        TableError, ModelError: the table or the model cannot be used.
    """
    spec = TableSpec.model_validate(job.args["table"])
    classifier = models.get(ModelSpec.model_validate(job.args["model"]))
    table = open_checked(store, spec, classifier)
    total, done, failed = len(table), 0, 0
    name = f"{Path(str(spec.name or job.id)).stem}-predictions.csv"
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8-sig", errors="replace") as file:
        writer = cell_writer(file)
        pairs, groups = table.columns.pair is not None, table.columns.groups
        writer.writerow(map(neutral, _head(classifier, pairs, groups)))
        for examples in table.chunks(CHUNK):
            if not store.update_job(job.id, "running", result={"done": done, "of": total}):
                break  # it was deleted
            predictions = list(Predict().run(classifier, examples, seed=0))
            for cells in _lines(examples, predictions, len(classifier.labels), pairs, groups):
                writer.writerow(map(neutral, cells))
            done, failed = done + len(examples), failed + sum(p.error is not None for p in predictions)
    return {"done": done, "of": total, "failed": failed, "files": [NewFile(name, path)]}


def _head(classifier: Classifier, pairs: bool, groups: Sequence[str]) -> tuple[str, ...]:
    columns = ("line", "text", *(("pair",) if pairs else ()), "label", *groups, "prediction")
    return (*columns, *(f"p_{label}" for label in classifier.labels), "truncated", "error")


def _lines(
    examples: Sequence[Example], predictions: Sequence[Prediction], labels: int, pairs: bool, groups: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """The cells of each row; one that failed has no prediction and no probabilities."""
    for example, found in zip(examples, predictions, strict=True):
        probs: list[float | None] = [round(p, DIGITS) for p in found.probs] or [None] * labels
        own = (example.line, example.text, *((example.pair,) if pairs else ()), example.label)
        parts = (example.groups.get(name, "") for name in groups)
        cut = None if found.error is not None else int(found.truncated)
        yield (*own, *parts, found.predicted, *probs, cut, found.error)
