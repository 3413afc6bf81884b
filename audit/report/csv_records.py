"""The records of each kind as lines of a CSV file: what a kind names for it (`Kind.csv`), else what all records have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from audit.kinds import KINDS, load
from audit.kinds.entry import Kind
from audit.report.model import Report
from audit.score.record_rows import values_of
from models.task import Task

Row = Sequence[Any]
Records = Iterable[tuple[str, Any]]
"""Records of one kind, each with the key of its probe within the run."""
COMMON = 50
"""Where the files of kinds that name none stand among the others."""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A CSV file of a kind's records.

    Attributes:
        name: of the file.
        lines: of the records and the report, the head first; without texts where the report is.
        always: whether a run without such a probe has it too, with a head alone.
        texts: whether only a report with texts has it.
    """

    name: str
    lines: Callable[[Records, Report], Iterator[Row]]
    always: bool = False
    texts: bool = False


def record_tables() -> list[tuple[Kind, RecordTable]]:
    """The files of all kinds in their order."""
    own = [(part.place, kind, load(part.path)) for kind in KINDS.values() for part in kind.csv]
    common = [(COMMON, kind, _common(kind)) for kind in KINDS.values() if not kind.csv]
    return [(kind, table) for _, kind, table in sorted((*own, *common), key=lambda one: one[0])]


def _common(kind: Kind) -> RecordTable:
    lines = _samples if kind.scope == "sample" else partial(_plain, kind=kind)
    return RecordTable(f"{kind.frame}.csv", lines)


def _predictions(records: Records, report: Report) -> Iterator[Row]:
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
    for probe, r in records:
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


def _attacks(records: Records, report: Report) -> Iterator[Row]:
    yield (
        "probe", "row_id", "recipe", "stand_ins", "status", "label", "before", "after", "text", "perturbed_text", "words_changed",
        "words_total", "queries", "similarity", "valid", "error", "note",
    )  # fmt: skip
    task = report.run.task
    for probe, r in records:
        texts = (r.text, r.perturbed_text) if report.texts else (None, None)
        yield (
            probe, r.row_id, r.name, "; ".join(r.stand_ins), r.status, r.label, _answer(r.original_probs, task),
            _answer(r.perturbed_probs, task),
            *texts, r.words_changed, r.words_total, r.queries, r.similarity, r.valid, _said(r.error, report),
            r.note if report.texts else None,
        )  # fmt: skip


def _identities(records: Records, report: Report) -> Iterator[Row]:
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
    for probe, r in records:
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


def _perturbations(records: Records, report: Report) -> Iterator[Row]:
    yield "probe", "perturbation", "row_id", "label", "before", "variant", "changed", "after", "flipped", "error"
    task = report.run.task
    for probe, r in records:
        before = _answer(r.original_probs, task)
        for v in r.variants:
            after = _answer(v.probs, task)
            text, flipped = v.text if report.texts else None, v.changed and not _same(after, before, task)
            yield probe, r.name, r.row_id, r.label, before, text, v.changed, after, flipped, _said(r.error, report)
        if not r.variants:
            yield probe, r.name, r.row_id, r.label, before, None, None, None, None, _said(r.error, report)


def _words(records: Records, _report: Report) -> Iterator[Row]:
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
    for probe, r in records:
        for word in r.words:
            yield (
                probe, r.name, r.row_id, r.target, r.unit, word.segment, word.start, word.end, word.text, word.score, word.error,
                r.converged,
            )  # fmt: skip


def _plain(records: Records, report: Report, kind: Kind) -> Iterator[Row]:
    """Of records about one row each: the columns of their frame; without texts none that may hold a part of one."""
    written = {"row_id", "probe", "name", "label"}
    names = [name for name, type_ in kind.columns.items() if report.texts or type_ not in "stl" or name in written]
    names = [name for name in names if name != "error"]
    yield *names, "error"
    for _, r in records:
        cells = zip(names, values_of(r, {name: kind.columns[name] for name in names}), strict=True)
        yield *(None if getattr(r, name) is None else cell for name, cell in cells), _said(r.error, report)


def _samples(records: Records, report: Report) -> Iterator[Row]:
    """What is about many rows: a line for each number."""
    yield "probe", "name", "subject", "value", "number", "rows", "reference_rows", "note", "error"
    for probe, r in records:
        note, compared = getattr(r, "note", None), getattr(r, "reference_rows", None)
        subject, note = (r.subject, note) if report.texts else (None, None)  # it may quote a text
        for name, number in r.values.items() or [(None, None)]:
            yield probe, r.name, subject, name, number, len(r.rows), compared, note, _said(r.error, report)


def _said(error: str | None, report: Report) -> str | None:
    """An error, which may quote its row; without texts only that there was one."""
    return error if report.texts or error is None else "error"


def _same(first: str | None, second: str | None, task: Task) -> bool:
    return first == second if first is None or second is None else task.same(first, second)


def _answer(probs: Sequence[float], task: Task) -> str | None:
    return task.answer(probs) if len(probs) == len(task.labels) and probs else None


PREDICTIONS = RecordTable("predictions.csv", _predictions, always=True)
ATTACKS = RecordTable("attacks.csv", _attacks, always=True)
PERTURBATIONS = RecordTable("perturbations.csv", _perturbations, always=True)
IDENTITIES = RecordTable("identities.csv", _identities)
WORDS = RecordTable("words.csv", _words, always=True, texts=True)
