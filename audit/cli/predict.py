"""`python -m audit predict`: a model's prediction for every row of a table, and its accuracy when there are labels."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from audit.cli.common import (
    FAILED,
    BaseOption,
    CsvOption,
    DelimiterOption,
    DeviceOption,
    EncodingOption,
    JsonOption,
    KeepGoodOption,
    LabelOption,
    LimitOption,
    MapOption,
    ModelOption,
    NoQuotesOption,
    PairOption,
    TextOption,
    emit_json,
    progress,
    stderr,
    stdout,
)

if TYPE_CHECKING:
    from audit.records import Example, Prediction
    from audit.table import AuditTable
    from models.classifier import Classifier

CHUNK = 2_048  # rows in flight
BULK = 1_000  # from this many rows on the exported engine pays for its start
ERRORS_SHOWN = 10
LEVEL = 0.95

OutOption = Annotated[Path, typer.Option("--out", help="File to write: .csv, .jsonl or .parquet.")]


def predict(
    model: ModelOption,
    csv: CsvOption,
    out: OutOption,
    text: TextOption = None,
    label: LabelOption = None,
    pair: PairOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    no_quotes: NoQuotesOption = False,
    label_map: MapOption = None,
    keep_good: KeepGoodOption = False,
    limit: LimitOption = None,
    base: BaseOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Predict every row of a table and write row_id, text, label, prediction, p_<label> ... and truncated.

    Columns are found by their names unless named here; `--label -` looks for no label. With labels, prints the accuracy
    with its 95% interval. Any fault of the table stops it, all of them listed, unless --keep-good.
    """
    from audit.cli.prediction_files import check_output, prediction_writer
    from audit.cli.tables import accept, for_model
    from audit.predict import Predict
    from audit.table import TableOptions, open_table
    from models import load

    check_output(out, csv)
    options = TableOptions(
        text=text, label=label, pair=pair, encoding=encoding, delimiter=delimiter, quotes=not no_quotes, limit=limit
    )
    table = open_table(csv, options)
    if not len(table):
        accept(table, keep_good=keep_good)
    engine: Literal["auto", "torch"] = "auto" if len(table) >= BULK else "torch"
    classifier = load(model, base=base, device=device, engine=engine)
    table = for_model(table, classifier, label_map, keep_good=keep_good)
    tally, started = Tally(), time.monotonic()
    writer = prediction_writer(out, classifier.labels, pairs=table.columns.pair is not None)
    with writer, progress(f"Predicting {table.source.name}", len(table)) as advance:
        for examples in table.chunks(CHUNK):
            predictions = list(Predict().run(classifier, examples, seed=0))
            writer.write(examples, predictions)
            tally.add(examples, predictions)
            advance(len(examples))
    summary = summarise(tally, table, classifier, out, time.monotonic() - started)
    warn_of(tally, classifier)
    if as_json:
        emit_json(summary)
    else:
        for line in sentences(summary):
            stdout.print(line)
    if tally.errors:
        raise typer.Exit(FAILED)


@dataclass
class Tally:
    """What is counted while rows stream by."""

    rows: int = 0
    labelled: int = 0
    correct: int = 0
    truncated: int = 0
    predicted: dict[str, int] = field(default_factory=dict)
    errors: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, examples: list[Example], predictions: list[Prediction]) -> None:
        """Count some rows; those that failed count as errors only."""
        for example, prediction in zip(examples, predictions, strict=True):
            self.rows += 1
            if prediction.error is not None or prediction.predicted is None:
                self.errors.append((example.line, prediction.error or "no prediction"))
                continue
            self.truncated += prediction.truncated
            self.predicted[prediction.predicted] = self.predicted.get(prediction.predicted, 0) + 1
            if example.label is not None:
                self.labelled += 1
                self.correct += prediction.predicted == example.label


def summarise(tally: Tally, table: AuditTable, classifier: Classifier, out: Path, seconds: float) -> dict[str, Any]:
    """The summary as `--json` prints it."""
    from audit.score.intervals import share_interval, share_method

    accuracy = None
    if tally.labelled:
        low, high = share_interval(tally.correct, tally.labelled, LEVEL)
        value = round(tally.correct / tally.labelled, 6)
        accuracy = {
            "value": value, "low": round(low, 6), "high": round(high, 6), "level": LEVEL, "n": tally.labelled,
            "correct": tally.correct, "method": share_method(tally.labelled),
        }  # fmt: skip
    return {
        "out": str(out),
        "rows": tally.rows,
        "accuracy": accuracy,
        "predictions": {label: tally.predicted[label] for label in sorted(tally.predicted)},
        "truncated": tally.truncated,
        "errors": len(tally.errors),
        "model": {
            "name": classifier.name, "fingerprint": classifier.fingerprint, "labels": list(classifier.labels),
            "device": classifier.device, "dtype": classifier.dtype, "engine": classifier.engine,
        },
        "table": {
            "name": table.source.name, "sha256": table.source.sha256, "fingerprint": table.fingerprint,
            "text": table.columns.text, "label": table.columns.label, "pair": table.columns.pair,
            "encoding": table.source.encoding, "delimiter": table.source.delimiter, "quotes": table.source.quotes,
            "label_map": table.mapping.changed() if table.mapping is not None else {}, "faults": table.fault_counts,
            "unlabelled": table.unlabelled, "warnings": list(table.warnings),
        },
        "seconds": round(seconds, 3),
    }  # fmt: skip


def warn_of(tally: Tally, classifier: Classifier) -> None:
    """On stderr: texts that were cut, rows that failed."""
    if tally.truncated:
        stderr.print(
            f"Warning: {tally.truncated:,} of {tally.rows:,} texts are longer than the model's limit of "
            f"{classifier.max_tokens} tokens; it saw only their start (column truncated).",
            style="yellow",
            markup=False,
        )
    for line, error in tally.errors[:ERRORS_SHOWN]:
        stderr.print(f"Error: line {line}: {error}", style="red")
    if len(tally.errors) > ERRORS_SHOWN:
        stderr.print(f"... and {len(tally.errors) - ERRORS_SHOWN:,} more rows failed.", style="red")


def sentences(summary: dict[str, Any]) -> list[str]:
    """The summary for a reader."""
    accuracy = summary["accuracy"]
    lines = [f"{summary['rows']:,} rows predicted in {summary['seconds']:.1f} s, written to {summary['out']}"]
    if accuracy is None:
        shares = sorted(summary["predictions"].items(), key=lambda item: -item[1])[:ERRORS_SHOWN]
        lines.append("no labels; predictions: " + ", ".join(f"{label} {count:,}" for label, count in shares))
    else:
        lines.append(
            f"accuracy {accuracy['value']:.1%} (95% interval {accuracy['low']:.1%} to {accuracy['high']:.1%}; "
            f"{accuracy['correct']:,} of {accuracy['n']:,} labelled rows right)"
        )
    return lines
