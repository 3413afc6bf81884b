"""What a record about a word is in its frame: a line for each of its trials."""

from __future__ import annotations

from collections.abc import Iterator

from audit.records import WordOutcome
from audit.score.record_rows import Line
from models.task import Task


def trial_rows(record: WordOutcome, _task: Task) -> Iterator[Line]:
    """One line per trial of a word, and one without a trial for a word that has none."""
    common = (
        record.error is not None,
        record.probe,
        record.name,
        record.subject,
        record.word,
        record.label,
        record.texts,
    )
    for trial in record.trials:
        numbers = {
            "inserted": float(trial.way == "inserted"), "change": trial.after - trial.before, "turned": float(trial.turned),
            "like": _number(trial.like), "like_turned": _number(trial.like_turned),
        }  # fmt: skip
        yield (trial.row_id, *common), numbers
    if not record.trials:
        yield (record.row_id, *common), {}


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
