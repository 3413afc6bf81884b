"""A run as CSV files for a spreadsheet: no cell can become a formula; read record by record, memory stays flat."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from audit.csv_cells import cell_writer, neutral
from audit.errors import ReportError
from audit.kinds import KINDS
from audit.kinds.entry import Kind
from audit.kinds.identity import IDENTITY
from audit.plain_numbers import PlainColumns
from audit.records import AttackOutcome, Attribution, Example, IdentityOutcome, PerturbationOutcome, Prediction
from audit.report.model import Report
from audit.results.reading import Results
from audit.results.row_table import COLUMN, beside_rows, table_names
from audit.score.record_rows import values_of
from audit.slices import GROUP
from audit.store import Store
from models.task import Task
from models.writing import whole_file

_EPOCH = (1980, 1, 1, 0, 0, 0)

Row = Sequence[Any]
R = TypeVar("R")


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
    yield "predictions.csv", _predictions(store, report)
    yield "attacks.csv", _attacks(store, report)
    yield "perturbations.csv", _perturbations(store, report)
    if any(probe.kind == IDENTITY.name for probe in report.probes):
        yield "identities.csv", _identities(store, report)
    for kind in KINDS.values():
        if kind.record not in _OWN and any(probe.kind == kind.name for probe in report.probes):
            lines = _samples if kind.scope == "sample" else _plain
            yield f"{kind.frame}.csv", lines(store, report, kind)
    if report.texts:
        yield "words.csv", _words(store, report)


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


def _predictions(store: Store, report: Report) -> Iterator[Row]:
    yield (
        "probe",
        "row_id",
        "predicted",
        "confidence",
        "tokens",
        "kept",
        "error",
        *(f"p({label})" for label in report.run.labels),
    )
    task = report.run.task
    for probe, r in _of_kind(store, report, Prediction):
        yield (
            probe,
            r.row_id,
            r.predicted,
            task.sure(r.probs) if r.probs else None,
            r.tokens,
            r.kept,
            _said(r.error, report),
            *r.probs,
        )


def _attacks(store: Store, report: Report) -> Iterator[Row]:
    yield (
        "probe", "row_id", "recipe", "stand_ins", "status", "label", "before", "after", "text", "perturbed_text", "words_changed",
        "words_total", "queries", "similarity", "valid", "error", "note",
    )  # fmt: skip
    task = report.run.task
    for probe, r in _of_kind(store, report, AttackOutcome):
        texts = (r.text, r.perturbed_text) if report.texts else (None, None)
        yield (
            probe, r.row_id, r.name, "; ".join(r.stand_ins), r.status, r.label, _answer(r.original_probs, task),
            _answer(r.perturbed_probs, task),
            *texts, r.words_changed, r.words_total, r.queries, r.similarity, r.valid, _said(r.error, report),
            r.note if report.texts else None,
        )  # fmt: skip


def _identities(store: Store, report: Report) -> Iterator[Row]:
    """A line for each version of each text; of one without any, a line that says so."""
    task, texts = report.run.task, report.texts
    yield (
        "probe",
        "name",
        "row_id",
        "label",
        "dimension",
        "group_of_text",
        "group",
        "terms",
        "inserted",
        "before",
        "after",
        "flipped",
        "version",
        "error",
    )
    for probe, r in _of_kind(store, report, IdentityOutcome):
        before = task.answer(r.original_probs) if r.original_probs else None
        head = (probe, r.name, r.row_id, r.label)
        if not r.versions:
            yield *head, None, None, None, None, None, before, None, None, None, _said(r.error, report)
        for one in r.versions:
            after = task.answer(one.probs)
            terms = ", ".join(one.terms) if texts else None
            flipped = before is not None and not task.same(after, before)
            yield (
                *head, one.dimension, one.before, one.group, terms, one.inserted, before, after, flipped, one.text if texts else None,
                None,
            )  # fmt: skip


def _perturbations(store: Store, report: Report) -> Iterator[Row]:
    yield "probe", "perturbation", "row_id", "label", "before", "variant", "changed", "after", "flipped", "error"
    task = report.run.task
    for probe, r in _of_kind(store, report, PerturbationOutcome):
        before = _answer(r.original_probs, task)
        for v in r.variants:
            after = _answer(v.probs, task)
            text, flipped = v.text if report.texts else None, v.changed and not _same(after, before, task)
            yield probe, r.name, r.row_id, r.label, before, text, v.changed, after, flipped, _said(r.error, report)
        if not r.variants:
            yield probe, r.name, r.row_id, r.label, before, None, None, None, None, _said(r.error, report)


def _words(store: Store, report: Report) -> Iterator[Row]:
    yield (
        "probe",
        "method",
        "row_id",
        "target",
        "unit",
        "segment",
        "start",
        "end",
        "word",
        "score",
        "error_bar",
        "converged",
    )
    for probe, r in _of_kind(store, report, Attribution):
        for word in r.words:
            yield (
                probe, r.name, r.row_id, r.target, r.unit, word.segment, word.start, word.end, word.text, word.score, word.error,
                r.converged,
            )  # fmt: skip


_OWN = (Prediction, AttackOutcome, PerturbationOutcome, IdentityOutcome, Attribution)
"""Records that have a table, or parts in one, of their own."""


def _plain(store: Store, report: Report, kind: Kind) -> Iterator[Row]:
    """Of records about one row each: the columns of their frame; without texts none that may hold a part of one."""
    written = {"row_id", "probe", "name", "label"}
    names = [name for name, type_ in kind.columns.items() if report.texts or type_ not in "stl" or name in written]
    names = [name for name in names if name != "error"]
    yield *names, "error"
    for _, r in _of_kind(store, report, kind.record):
        cells = zip(names, values_of(r, {name: kind.columns[name] for name in names}), strict=True)
        yield *(None if getattr(r, name) is None else cell for name, cell in cells), _said(r.error, report)


def _samples(store: Store, report: Report, kind: Kind) -> Iterator[Row]:
    """What is about many rows: a line for each number."""
    yield "probe", "name", "subject", "value", "number", "rows", "reference_rows", "note", "error"
    for probe, r in _of_kind(store, report, kind.record):
        note, compared = getattr(r, "note", None), getattr(r, "reference_rows", None)
        subject, note = (r.subject, note) if report.texts else (None, None)  # it may quote a text
        for name, number in r.values.items() or [(None, None)]:
            yield probe, r.name, subject, name, number, len(r.rows), compared, note, _said(r.error, report)


def _said(error: str | None, report: Report) -> str | None:
    """An error, which may quote its row; without texts only that there was one."""
    return error if report.texts or error is None else "error"


def _of_kind(store: Store, report: Report, record: type[R]) -> Iterator[tuple[str, R]]:
    """(key of the probe, record) of every record of a class."""
    for probe in report.probes:
        if probe.done and KINDS[probe.kind].record is record:
            yield from store.iter_records(report.run.id, probe.probe)  # type: ignore[misc]


def _same(first: str | None, second: str | None, task: Task) -> bool:
    return first == second if first is None or second is None else task.same(first, second)


def _answer(probs: Sequence[float], task: Task) -> str | None:
    return task.answer(probs) if len(probs) == len(task.labels) and probs else None
