"""Rows that show what a shortcut does: the text with the one change marked, and the answers before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from audit.changes import changes_between
from audit.kinds import as_a
from audit.records import Example, SurfaceOutcome, WordOutcome, sample_id
from audit.report.attacked import edits
from audit.report.model import Pointed
from audit.results.reading import Results
from audit.scored import Score
from models.task import Task

SHOWN = {"shortcut_turned": "change", "word_turned": "word"}
"""Scores whose rows a report shows, and the column of their slice that tells which change it is."""
MOST = 6
"""Changes of which rows are shown, those that turn most."""


def changed_rows(read: Results, at_most: int) -> Mapping[str, tuple[Pointed, ...]]:
    """Score key -> some rows that its change turned to its class.

    Args:
        read: the run.
        at_most: rows of each.
    """
    found = [score for score in read.scores if score.name in SHOWN and score.value]
    found = sorted(found, key=lambda score: (-(score.value or 0.0), score.key))[:MOST] if at_most else []
    made = {score.key: tuple(rows_of(read, score, (), at_most)) for score in found}
    return {key: rows for key, rows in made.items() if rows}


def rows_of(read: Results, score: Score, row_ids: Sequence[str], at_most: int) -> list[Pointed]:
    """Rows that the change of a score turned to its class.

    Args:
        read: the run.
        score: about a change of the surface, or a word.
        row_ids: those to look at, the best first; none: all.
        at_most: rows.
    """
    made = _of_word(read, score) if "word" in score.where else _of_surface(read, score, row_ids)
    rows: dict[str, Pointed] = {}
    for row in made:
        rows.setdefault(row.row_id, row)
        if not row_ids and len(rows) >= at_most:
            break
    return [rows[row_id] for row_id in row_ids or rows if row_id in rows][:at_most]


def _of_surface(read: Results, score: Score, row_ids: Sequence[str]) -> Iterator[Pointed]:
    feature, change, label = (score.where.get(name) for name in ("feature", "change", "label"))
    task = read.run.task
    records = (
        read.records(score.probe, row_ids).values()
        if row_ids
        else (record for _, record in read.store.iter_records(read.run.id, score.probe))
    )
    for record in records:
        found = as_a(record, SurfaceOutcome)
        for edit in found.edits if found is not None else ():
            if (edit.feature, edit.change) != (feature, change) or found is None:
                continue
            before, after = edit.against or found.original_probs, edit.probs
            lesser, greater = (after, before) if edit.step == "less" else (before, after)
            if label not in task.parts(task.answer(lesser)) and label in task.parts(task.answer(greater)):
                example = Example(found.row_id, found.text, found.pair, found.label)
                yield _pointed(example, score, edit.text, before, after, task)


def _of_word(read: Results, score: Score) -> Iterator[Pointed]:
    key = sample_id(f"{score.where['word']} \u2192 {score.where['label']}")
    record = as_a(read.records(score.probe, [key]).get(key), WordOutcome)
    for trial in record.trials if record is not None else ():
        example = read.examples.get(trial.row_id)
        if record is None or example is None or trial.way != "inserted" or not trial.turned:
            continue
        head, tail = example.text[: trial.start], example.text[trial.start :]
        left = " " if head and not head[-1].isspace() else ""
        right = " " if tail and tail[0].isalnum() else ""
        text = f"{head}{left}{record.word}{right}{tail}"
        yield Pointed(
            example.row_id, example.text, example.label, example.pair, score.probe, record.name, before=trial.answer,
            before_confidence=trial.sure, after=record.label, after_confidence=trial.after,
            edits=edits(example.text, text, changes_between(example.text, text)),
        )  # fmt: skip


def _pointed(
    example: Example, score: Score, text: str, before: Sequence[float], after: Sequence[float], task: Task
) -> Pointed:
    return Pointed(
        example.row_id, example.text, example.label, example.pair, score.probe, "surface", before=task.answer(before),
        before_confidence=task.sure(before), after=task.answer(after), after_confidence=task.sure(after),
        edits=edits(example.text, text, changes_between(example.text, text)),
    )  # fmt: skip
