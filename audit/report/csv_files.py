"""A run as CSV files for a spreadsheet: no cell can become a formula; read record by record, memory stays flat."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audit.csv_cells import cell_writer, neutral
from audit.errors import ReportError
from audit.kinds.entry import Kind
from audit.plain_numbers import PlainColumns
from audit.records import Example
from audit.report.csv_records import Row, record_tables
from audit.report.model import Report
from audit.results.reading import Results
from audit.results.row_table import COLUMN, beside_rows, table_names
from audit.slices import GROUP
from audit.store import Store
from models.writing import whole_file

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_csv(store: Store, report: Report, out: Path) -> list[Path]:
    """Write every table into a folder, or as one zip when `out` ends in .zip.

    Returns:
        The files written.

    Raises:
        ReportError: the place cannot be written.
        DiskError: the disk refuses; a file that could not be finished is not there.
    """
    try:
        if out.suffix.lower() == ".zip":
            with whole_file(out) as part:
                _write_zip(store, report, part)
            return [out]
        made = []
        for name, rows in tables(store, report):
            with whole_file(out / name) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
                _write(file, rows)
            made.append(out / name)
        return made
    except OSError as error:
        raise ReportError(f"The CSV files cannot be written to {out} ({error.strerror}).") from None


def tables(store: Store, report: Report) -> Iterator[tuple[str, Iterator[Row]]]:
    """(file name, rows with the head first) of every table, in order; without texts where the report is."""
    yield "run.csv", _run(report)
    yield "scores.csv", _scores(report)
    yield "findings.csv", _findings(report)
    yield "definitions.csv", _definitions(report)
    if report.notes:
        yield "notes.csv", _notes(report)
    yield "rows.csv", _rows(store, report)
    found = {example.row_id: example.line for example in store.iter_examples(report.run.id)}
    for name, rows in _of_records(store, report):
        yield name, _with_lines(rows, found)


def _of_records(store: Store, report: Report) -> Iterator[tuple[str, Iterator[Row]]]:
    """The tables of records, about a row of the upload each or about the sample."""
    for kind, table in record_tables():
        wanted = table.always or any(probe.kind == kind.name for probe in report.probes)
        if wanted and (report.texts or not table.texts):
            yield table.name, table.lines(_of_kind(store, report, kind), report)


def _with_lines(rows: Iterator[Row], found: Mapping[str, int | None]) -> Iterator[Row]:
    """The rows of a table with the line of the upload behind each row id; as they are where they have none."""
    head = next(rows)
    if "row_id" not in head:
        yield head
        yield from rows
        return
    at = list(head).index("row_id") + 1
    yield [*head[:at], "line", *head[at:]]
    for row in rows:
        yield [*row[:at], found.get(row[at - 1]), *row[at:]]


def _write_zip(store: Store, report: Report, out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables(store, report):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="", write_through=False)
                _write(text, rows)
                text.flush()
                text.detach()


def _write(file: Any, rows: Iterable[Row]) -> None:
    writer = cell_writer(file)
    for row in rows:
        writer.writerow([neutral(int(cell) if isinstance(cell, bool) else cell) for cell in row])


def _run(report: Report) -> Iterator[Row]:
    yield "name", "value"
    for name, value in asdict(report.run).items():
        yield name, "|".join(map(str, value)) if isinstance(value, tuple) else value


def _scores(report: Report) -> Iterator[Row]:
    names = (
        "name",
        "probe",
        "other_probe",
        "slice",
        "value",
        "low",
        "high",
        "level",
        "n",
        "unit",
        "direction",
        "method",
        "definition",
        "note",
        "key",
    )
    yield names
    for score in report.scores:
        yield [getattr(score, name) for name in names]


def _findings(report: Report) -> Iterator[Row]:
    yield (
        "id", "asked", "verdict", "severity", "title", "score", "value", "low", "high", "n", "threshold", "adjusted_level",
        "n_to_settle", "why", "next_step", "note", "evidence",
    )  # fmt: skip
    for f in report.findings:
        yield (
            f.id, f.asked, f.verdict, f.severity, f.title, f.score.key, f.score.value, f.score.low, f.score.high, f.score.n,
            f.threshold, f.adjusted_level, f.n_to_settle, f.why, f.next_step, f.note, "|".join(f.evidence),
        )  # fmt: skip


def _notes(report: Report) -> Iterator[Row]:
    yield "about", "subject", "note", "who", "written_at"
    for note in report.notes:
        yield note.about, note.subject, note.note, note.who, note.written_at


def _definitions(report: Report) -> Iterator[Row]:
    names = ("key", "title", "text", "source", "family", "direction", "unit", "version")
    yield names
    for definition in report.definitions:
        yield [getattr(definition, name) for name in names]


def _rows(store: Store, report: Report) -> Iterator[Row]:
    """The rows with their groups and, in a report with texts, the other columns of their table; plain numbers marked as such."""
    run = store.run(report.run.id)
    lines = [e.line for e in store.iter_examples(run.id) if e.line is not None] if report.texts else []
    others, groups = beside_rows(store, run, lines), Results(store, run).groups
    head = ["row_id", "line", "weight", "text", "pair", "label"]
    yield [*head, *table_names([*(GROUP + name for name in groups), *(COLUMN + name for name in others.names)], head)]
    weights, none = store.weights(run.id), (None,) * len(others.names)

    def own(e: Example) -> tuple[str | None, ...]:
        beside = none if e.line is None else others.cells.get(e.line, none)
        return (*(e.groups.get(name) for name in groups), *beside)

    numbers = PlainColumns(len(groups) + len(others.names))
    for e in store.iter_examples(run.id):
        numbers.add(own(e))
    for e in store.iter_examples(run.id):
        text, pair = (e.text, e.pair) if report.texts else (None, None)
        yield [e.row_id, e.line, weights.get(e.content_id, 1), text, pair, e.label, *numbers.marked(own(e))]


def _of_kind(store: Store, report: Report, kind: Kind) -> Iterator[tuple[str, Any]]:
    """(key of the probe, record) of every record of a kind."""
    for probe in report.probes:
        if probe.done and probe.kind == kind.name:
            yield from store.iter_records(report.run.id, probe.probe)
