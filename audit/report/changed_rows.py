"""Rows that show what a shortcut does: the text with the one change marked, and the answers before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from audit.changes import changes_between
from audit.kinds import all_of
from audit.records import Example, Record, SurfaceOutcome, WordOutcome, sample_id
from audit.records.word import word_subject
from audit.report.attacked import edits
from audit.report.model import Pointed
from audit.report.pointing import Shows, bare
from audit.results.reading import Results
from audit.scored import Score

MOST = 6
"""Changes of which rows are shown, those that turn most."""


def changed_rows(read: Results, at_most: int) -> Mapping[str, tuple[Pointed, ...]]:
    """Score key -> some rows that its change turned to its class.

    Args:
        read: the run.
        at_most: rows of each.
    """
    found = [score for score in read.scores if score.name in WAYS and score.value]
    found = sorted(found, key=lambda score: (-(score.value or 0.0), score.key))[:MOST] if at_most else []
    made = {score.key: tuple(_first(WAYS[score.name](read, score.probe, score, ()), at_most)) for score in found}
    return {key: rows for key, rows in made.items() if rows}


def _first(made: Iterable[Pointed], at_most: int) -> list[Pointed]:
    rows: dict[str, Pointed] = {}
    for row in made:
        rows.setdefault(row.row_id, row)
        if len(rows) >= at_most:
            break
    return list(rows.values())


def surface_rows(read: Results, probe: str, score: Score, row_ids: Sequence[str]) -> Iterator[Pointed]:
    """Rows that the change of a score turned to its class, with the change.

    Args:
        read: the run.
        probe: key of the one that changed them.
        score: about a change of the surface.
        row_ids: those to look at, in this order; none: all.
    """
    feature, change, label = (score.where.get(name) for name in ("feature", "change", "label"))
    task = read.run.task
    records = read.records(probe, row_ids).values() if row_ids else read.stream(probe)
    for found in all_of(records, SurfaceOutcome):
        for edit in found.edits:
            before, after = edit.against or found.original_probs, edit.probs
            lesser, greater = (after, before) if edit.step == "less" else (before, after)
            if (edit.feature, edit.change) != (feature, change) or label in task.parts(task.answer(lesser)):
                continue
            if label in task.parts(task.answer(greater)):
                yield _changed(
                    Example(found.row_id, found.text, found.pair, found.label), found, edit.text, before=task.answer(before),
                    before_confidence=task.sure(before), after=task.answer(after), after_confidence=task.sure(after),
                )  # fmt: skip


def word_rows(read: Results, probe: str, score: Score, row_ids: Sequence[str]) -> Iterator[Pointed]:
    """Rows that the word of a score turned to its class when it was put in, with the word; arguments as of `surface_rows`."""
    key = sample_id(word_subject(str(score.where.get("word")), str(score.where.get("label"))))
    for record in all_of(read.records(probe, [key]).values(), WordOutcome):
        turned = {trial.row_id: trial for trial in record.trials if trial.way == "inserted" and trial.turned}
        for row_id in row_ids or turned:
            example, trial = read.examples.get(row_id), turned.get(row_id)
            if example is not None and trial is not None:
                text = _put_in(example.text, record.word, trial.start)
                yield _changed(
                    example, record, text, before=trial.answer, before_confidence=trial.sure, after=record.label,
                    after_confidence=trial.after,
                )  # fmt: skip


def _put_in(text: str, word: str, at: int) -> str:
    head, tail = text[:at], text[at:]
    left = " " if head and not head[-1].isspace() else ""
    right = " " if tail and tail[0].isalnum() else ""
    return f"{head}{left}{word}{right}{tail}"


def _changed(example: Example, record: Record, text: str, **came_of_it: Any) -> Pointed:
    changed = edits(example.text, text, changes_between(example.text, text))
    return bare(example, probe=record.probe, name=record.name, edits=changed, **came_of_it)


WAYS: Mapping[str, Shows] = {"shortcut_turned": surface_rows, "word_turned": word_rows}
"""Scores whose rows the chapter shows, and how they are found."""
