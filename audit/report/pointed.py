"""The rows that findings point to, each with what was done to it and what came of it: the change, the label, the flip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from audit.changes import changes_between
from audit.kinds import as_a
from audit.records import (
    AttackOutcome,
    Attribution,
    Example,
    IdentityOutcome,
    PerturbationOutcome,
    Prediction,
    Record,
)
from audit.report.attacked import edits
from audit.report.changed_rows import rows_of
from audit.report.explained import in_place
from audit.report.model import Pointed
from audit.report.versions import furthest, said_of
from audit.results.reading import Results
from audit.scored import Finding, Score
from models.task import Task

SEVERAL = {"attacks": "attack", "perturbations": "perturbation"}
"""What stands for the probe of a score over several probes, and their kind."""


CHANGED = ("shortcut", "word")
"""Kinds whose records hold many changes of a row, of which a score's slice tells one."""


def pointed(read: Results, findings: Iterable[Finding], at_most: int) -> Mapping[str, tuple[Pointed, ...]]:
    """Finding id -> the first of its rows, as far as they are still there.

    Args:
        read: the run.
        findings: those to show rows of; at_most: rows of each.
    """
    kinds = {probe.probe: probe.kind for probe in read.probes}
    made = {}
    for finding in findings:
        if finding.score.where.keys() & {"change", "word"} and kinds.get(finding.score.probe) in CHANGED:
            if finding.verdict != "PASS" and (rows := rows_of(read, finding.score, finding.evidence, at_most)):
                made[finding.id] = tuple(rows)
            continue
        ids = finding.evidence[:at_most] if finding.verdict != "PASS" else ()
        by_probe = [read.records(probe, ids) for probe in _probes(kinds, finding.score.probe)] if ids else []
        of_rows = ((row_id, [found[row_id] for found in by_probe if row_id in found]) for row_id in ids)
        if found := [
            row for row_id, records in of_rows if (row := _row(read, row_id, records, finding.score)) is not None
        ]:
            made[finding.id] = tuple(found)
    return made


def _probes(kinds: Mapping[str, str], probe: str) -> list[str]:
    """Keys of the probes whose records show a score's rows: its own, all of those it is over, else the predictions."""
    if probe in kinds:
        return [probe]
    kind = SEVERAL.get(probe, "prediction")
    return [key for key, of in kinds.items() if of == kind]


def _row(read: Results, row_id: str, records: Iterable[Record], about: Score) -> Pointed | None:
    """What the first record says that turned the answer, else what the first of them says of the row."""
    example = read.examples.get(row_id)
    if example is None:
        return None
    first = None
    for record in records:
        said = as_a(record, IdentityOutcome)
        made = _said_of(said, example, about, read.run.task) if said else _said(record, example, read.run.task)
        if made is not None and made.after is not None:
            return made
        first = first or made
    return first or _bare(example)


def _bare(example: Example, **more: Any) -> Pointed:
    return Pointed(row_id=example.row_id, label=example.label, text=example.text, pair=example.pair, **more)


def _said(record: Record, example: Example, task: Task) -> Pointed | None:
    if (asked := as_a(record, Prediction)) is not None:
        sure = task.sure(asked.probs) if asked.probs else None
        return _bare(example, before=asked.predicted, before_confidence=sure, error=asked.error)
    if (why := as_a(record, Attribution)) is not None:
        words = [word for word in why.words if word.segment == 0]
        largest = max((abs(word.score) for word in why.words), default=0.0)
        return _bare(
            example, probe=why.probe, name=why.name, before=why.target, words=in_place(why.text, words),
            unit=why.unit, largest=largest, truncated=why.truncated, error=why.error,
        )  # fmt: skip
    if (attacked := as_a(record, AttackOutcome)) is not None:
        return _attacked(attacked, example, task)
    changed = as_a(record, PerturbationOutcome)
    return _perturbed(changed, example, task) if changed is not None else None


def _said_of(record: IdentityOutcome, example: Example, about: Score, task: Task) -> Pointed:
    """The row said of the two groups that the score is about, or of the two that the model tells apart most."""
    told: dict[str, Any] = {"probe": record.probe, "name": record.name, "error": record.error}
    dimension, named = str(about.where.get("dimension") or ""), str(about.where.get("identity") or "").split(" / ")
    two = (named[0], named[1]) if len(named) == 2 else furthest(record, dimension)
    found = said_of(record, dimension, *two, task) if two else None
    if found is None:
        return _bare(example, **told)
    return _bare(
        example, **told, before=found.first_answer, before_confidence=task.sure(found.first_probs), after=found.second_answer,
        after_confidence=task.sure(found.second_probs), edits=found.edits,
    )  # fmt: skip


def _attacked(record: AttackOutcome, example: Example, task: Task) -> Pointed:
    about: dict[str, Any] = {"probe": record.probe, "name": record.name, "error": record.error}
    if not record.original_probs:
        return _bare(example, **about)
    about |= {"before": task.answer(record.original_probs), "before_confidence": task.sure(record.original_probs)}
    if record.status != "success" or record.perturbed_text is None or not record.perturbed_probs:
        return _bare(example, **about)
    return _bare(
        example, **about, after=task.answer(record.perturbed_probs), after_confidence=task.sure(record.perturbed_probs),
        edits=edits(record.text, record.perturbed_text, record.changes), similarity=record.similarity,
    )  # fmt: skip


def _perturbed(record: PerturbationOutcome, example: Example, task: Task) -> Pointed:
    about: dict[str, Any] = {"probe": record.probe, "name": record.name, "error": record.error}
    if not record.original_probs:
        return _bare(example, **about)
    before = task.answer(record.original_probs)
    about |= {"before": before, "before_confidence": task.sure(record.original_probs)}
    for variant in record.variants:
        if variant.changed and variant.probs and not task.same(task.answer(variant.probs), before):
            return _bare(
                example, **about, after=task.answer(variant.probs), after_confidence=task.sure(variant.probs),
                edits=edits(record.text, variant.text, variant.changes or changes_between(record.text, variant.text)),
            )  # fmt: skip
    return _bare(example, **about)
