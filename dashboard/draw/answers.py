"""Answers of a run's model in tables and filters: the rows whose answer holds a label, a word for none of them."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from audit.language.answers import answer_words
from audit.language.translating import tr
from audit.stored import Run
from dashboard.page.state import store
from dashboard.page.text import one_line
from models.label_sets import NONE

COLUMNS = ("label", "predicted", "flipped_to")
MOST = 10_000
"""Sets of labels that one question to the database names, the most frequent first."""


def labelled(run: Run) -> bool:
    """Whether a run's rows have true labels, as far as is known: before its end it is taken to have some."""
    scores = store().scores(run.id)
    return not scores or any(score.name == "accuracy" for score in scores)


def choices(run: Run) -> list[str]:
    """What a filter by label offers besides the blank: the labels, and none of them where that is an answer."""
    return [*run.labels, *([NONE] if run.task.several and NONE not in run.labels else [])]


def choice_words(run: Run, label: str) -> str:
    """A choice as people read it."""
    none = label == NONE and label not in run.labels
    return tr("none of the labels") if none else one_line(label, 80) or tr("Any")


def holding(
    run: Run, probe: str, column: Literal["label", "predicted"], label: str | None
) -> str | tuple[str, ...] | None:
    """What `RecordFilter` takes for the rows whose answer, or label, holds a label; None where there is no choice."""
    task = run.task
    if not label or not task.several:
        return label or None
    wanted = {label} if label in task.labels else set()
    found = store().value_counts(run.id, probe, column)
    held = (value for value in found if (wanted <= set(task.parts(value)) if wanted else not task.parts(value)))
    return tuple(held)[:MOST]


def readable(run: Run, page: pd.DataFrame) -> pd.DataFrame:
    """A page of records with its answers as people read them."""
    task = run.task
    if not task.several:
        return page
    said = {
        name: page[name].map(lambda value: answer_words(value, task) if isinstance(value, str) else value)
        for name in COLUMNS
        if name in page
    }
    return page.assign(**said)
