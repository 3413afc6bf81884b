"""What the changes of one row's surface come to in numbers, each under a name that says which change and class it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

import numpy as np

from audit.records import SurfaceOutcome
from audit.score.record_rows import Line
from models.task import Task

Quantity = Literal["gain", "turned", "had", "asked"]


def column(quantity: Quantity, feature: str, change: str, label: int = -1) -> str:
    """The name of a number of the frame `shortcuts`.

    Args:
        quantity: `gain`, mean change of the class's probability by more of the feature; `turned`, decisions that more of
            the feature turns to the class; `had`, those that are for it already; `asked`, changes made, whatever the class.
        feature, change: see `audit.behave.shortcuts.features`.
        label: place of the class among the labels.
    """
    return f"{quantity}:{feature}:{change}" if label < 0 else f"{quantity}:{feature}:{change}:{label}"


def changes_of(columns: list[str]) -> list[tuple[str, str]]:
    """Every feature and change that a frame's columns are about, in their order."""
    named = (name.split(":") for name in columns if name.startswith("asked:"))
    return [(feature, change) for _, feature, change in named]


def surface_rows(record: SurfaceOutcome, task: Task) -> tuple[Line]:
    """What the changes of a row's surface did, by numbers of their own."""
    named = (record.row_id, record.error is not None, record.probe, record.name)
    return (((*named, record.label or "", len(record.edits)), numbers_of_edits(record, task)),)


def numbers_of_edits(record: SurfaceOutcome, task: Task) -> Mapping[str, float]:
    """The numbers of one record, by `column`; `turned` and `had` only where they are not 0.

    A change with more of the feature gains what it adds, one with less what it takes away. Another number in a number's
    place is neither: it gains a class only from rows that the model did not give to it.
    """
    gains: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    found: dict[str, float] = defaultdict(float)
    for edit in record.edits:
        lesser = np.asarray(edit.against or record.original_probs, dtype=np.float64)
        greater = np.asarray(edit.probs, dtype=np.float64)
        if edit.step == "less":
            lesser, greater = greater, lesser
        had, has = np.asarray(task.holds(lesser), dtype=bool), np.asarray(task.holds(greater), dtype=bool)
        gain = np.where(had, np.nan, greater - lesser) if edit.step == "other" else greater - lesser
        gains[edit.feature, edit.change].append(gain)
        found[column("asked", edit.feature, edit.change)] += 1.0
        for label in np.flatnonzero(had):
            found[column("had", edit.feature, edit.change, int(label))] += 1.0
        for label in np.flatnonzero(has & ~had):
            found[column("turned", edit.feature, edit.change, int(label))] += 1.0
    for (feature, change), several in gains.items():
        for place, value in enumerate(np.mean(several, axis=0)):
            if np.isfinite(value):
                found[column("gain", feature, change, place)] = float(value)
    return dict(found)
