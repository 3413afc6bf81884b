"""`python -m audit predict`: a model's prediction for every row of a table, and its accuracy when there are labels."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from audit.cli.common import (
    FAILED,
    BaseOption,
    CsvOption,
    DeviceOption,
    JsonOption,
    LevelOption,
    LimitOption,
    ModelOption,
    UngroupedTable,
    emit_json,
    progress,
    stderr,
    stdout,
)
from audit.cli.score_lines import note_lines, score_json, score_table
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from models.telling import again

if TYPE_CHECKING:
    from audit.records import Example, Prediction
    from audit.scored import Score
    from audit.table import AuditTable
    from models.classifier import Classifier
    from models.task import Task

CHUNK = 2_048  # rows in flight
BULK = 1_000  # from this many rows on the exported engine pays for its start
ERRORS_SHOWN = 10

OutOption = Annotated[Path, typer.Option("--out", help="File to write: .csv, .xlsx, .jsonl or .parquet.")]


def predict(
    *,
    model: ModelOption,
    csv: CsvOption,
    out: OutOption,
    choices: UngroupedTable,
    limit: LimitOption = None,
    base: BaseOption = None,
    device: DeviceOption = None,
    level: LevelOption = 0.95,
    as_json: JsonOption = False,
) -> None:
    """Predict every row of a table and write row_id, text, label, prediction, p_<label> ... and truncated.

    Columns are found by their names unless named here; `--label -` looks for no label. With labels, prints accuracy and
    macro-F1 with their intervals, as an audit of these rows has them. Any fault of the table stops it, all of them
    listed, unless --keep-good.
    """
    from audit.cli.measured import Measuring
    from audit.cli.prediction_files import check_output, prediction_writer
    from audit.cli.tables import accept, for_model
    from audit.predict import Predict
    from audit.score.performance import performance
    from audit.score.scoring import measure_families
    from audit.table import TableOptions, open_table
    from models import load

    check_output(out, csv)
    table = open_table(csv, TableOptions.of(choices, limit=limit))
    if not len(table):
        accept(table, keep_good=choices.keep_good)
    engine: Literal["auto", "torch"] = "auto" if len(table) >= BULK else "torch"
    classifier = load(model, base=base, device=device, engine=engine)
    table = for_model(table, classifier, choices)
    counts, measuring, started = Counts(classifier.task), Measuring(classifier), time.monotonic()
    writer = prediction_writer(out, classifier.labels, pairs=table.columns.pair is not None)
    with writer, progress(tr("Predicting {name}", name=table.source.name), len(table)) as advance:
        for examples in table.chunks(CHUNK):
            predictions = list(Predict().run(classifier, examples, seed=0))
            writer.write(examples, predictions)
            counts.add(examples, predictions)
            measuring.add_rows(examples)
            for prediction in predictions:
                measuring.add(prediction)
            advance(len(examples))
    seconds = time.monotonic() - started
    scores = measure_families(measuring.frames(), [performance]).scores(level)
    summary = summarise(counts, scores, table, classifier, out, seconds)
    warn_of(counts, classifier)
    if as_json:
        emit_json(summary)
    else:
        tell(summary, [score for score in scores if not score.slice])
    if counts.errors:
        raise typer.Exit(FAILED)


@dataclass
class Counts:
    """What is counted while rows stream by, and is no score."""

    task: Task
    rows: int = 0
    correct: int = 0
    truncated: int = 0
    predicted: Counter[str] = field(default_factory=Counter)
    errors: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, examples: list[Example], predictions: list[Prediction]) -> None:
        """Count some rows; those that failed count as errors only."""
        for example, prediction in zip(examples, predictions, strict=True):
            self.rows += 1
            if prediction.error is not None or prediction.predicted is None:
                self.errors.append((example.line, prediction.error or tr_later("no prediction")))
                continue
            self.truncated += prediction.truncated
            self.predicted[prediction.predicted] += 1
            self.correct += example.label is not None and self.task.right(prediction.predicted, example.label)


def summarise(
    counts: Counts, scores: Sequence[Score], table: AuditTable, classifier: Classifier, out: Path, seconds: float
) -> dict[str, Any]:
    """The summary as `--json` prints it."""
    accuracy = next((score_json(score) for score in scores if score.key == "accuracy"), None)
    return {
        "out": str(out),
        "rows": counts.rows,
        "accuracy": None if accuracy is None else accuracy | {"correct": counts.correct},
        "scores": [score_json(score) for score in scores],
        "predictions": dict(sorted(counts.predicted.items())),
        "truncated": counts.truncated,
        "errors": len(counts.errors),
        "model": {
            "name": classifier.name, "fingerprint": classifier.fingerprint, "labels": list(classifier.labels),
            "device": classifier.device, "dtype": classifier.dtype, "engine": classifier.engine,
        },
        "table": {
            "name": table.source.name, "sha256": table.source.sha256, "fingerprint": table.fingerprint,
            "text": table.columns.text, "label": table.columns.label, "pair": table.columns.pair,
            **table.source.read_with(),
            "label_map": table.mapping.changed() if table.mapping is not None else {}, "faults": table.fault_counts,
            "unlabelled": table.unlabelled, "warnings": list(table.warnings),
        },
        "seconds": round(seconds, 3),
    }  # fmt: skip


def warn_of(counts: Counts, classifier: Classifier) -> None:
    """On stderr: texts that were cut, rows that failed."""
    if counts.truncated:
        stderr.print(
            tr_n(
                "Warning: {n} of {rows} texts is longer than the model's limit of {max_tokens} tokens; "
                "it saw only its start (column truncated).",
                "Warning: {n} of {rows} texts are longer than the model's limit of {max_tokens} tokens; "
                "it saw only their start (column truncated).",
                counts.truncated,
                rows=counts.rows,
                max_tokens=classifier.max_tokens,
            ),
            style="yellow",
            markup=False,
        )
    for line, error in counts.errors[:ERRORS_SHOWN]:
        stderr.print(tr("Error: line {line}: {error}", line=line or 0, error=again(error)), style="red")
    if len(counts.errors) > ERRORS_SHOWN:
        more = len(counts.errors) - ERRORS_SHOWN
        stderr.print(tr_n("... and {n} more row failed.", "... and {n} more rows failed.", more), style="red")


def tell(summary: dict[str, Any], scores: Sequence[Score]) -> None:
    """The summary for a reader."""
    stdout.print(
        tr_n(
            "{n} row predicted in {seconds}, written to {out}",
            "{n} rows predicted in {seconds}, written to {out}",
            summary["rows"],
            seconds=numbers().duration(summary["seconds"], fine=True),
            out=summary["out"],
        )
    )
    if scores:
        stdout.print(score_table(scores))
        for line in (
            tr(
                "{correct} of {n} labelled rows right",
                correct=summary["accuracy"]["correct"],
                n=summary["accuracy"]["n"],
            ),
            *note_lines(scores),
        ):
            stdout.print(line)
        return
    labelled = summary["rows"] > summary["table"]["unlabelled"]
    why = tr("no accuracy, for every labelled row failed") if labelled else tr("no labels")
    shares = Counter(summary["predictions"]).most_common(ERRORS_SHOWN)
    stdout.print(
        tr("{why}; predictions: {counts}", why=why, counts=", ".join(f"{label} {count:,}" for label, count in shares))
        if shares
        else why
    )
