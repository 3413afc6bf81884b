"""Which run, on what, by which probes, and what it does not cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.task import Task, task_of


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which run, on what, by whom, with which outcome. `date` is when it finished (else began, else was asked for)."""

    id: str
    name: str
    suite: str
    status: str
    date: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    who: str
    verdict: str | None
    note: str
    error: str | None
    imported: bool
    origin: str
    reproducible: bool
    seed: int
    level: float
    model: str
    model_fingerprint: str | None
    labels: tuple[str, ...]
    table: str
    table_fingerprint: str | None
    rows_total: int | None
    rows_sampled: int | None
    rows_weight: int
    spec_hash: str
    result_hash: str | None
    policy_hash: str
    reviews_hash: str
    head: str | None = None
    thresholds: tuple[float, ...] = ()
    policy_chosen: bool = False

    @property
    def task(self) -> Task:
        """What the answers of the model are."""
        return task_of(self.head, self.labels, self.thresholds)


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What somebody wrote about the run (`subject` is empty), one of its rows (the row's id) or findings (the finding's id)."""

    about: str
    subject: str
    note: str
    who: str
    written_at: str


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """One probe of the run. `status` planned or skipped (then `reason`); `done` counts records, `errors` failed rows."""

    probe: str
    kind: str
    name: str
    version: int
    params: Mapping[str, Any]
    status: str
    reason: str
    rows: int
    done: int
    errors: int
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Something the audit does not cover: `kind` is a key of the catalog's `limits`, `values` fill its sentence."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How many rows carry a label in the data and are given it by the model; None without labels or predictions."""

    label: str
    data: int | None
    model: int | None


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The audited table."""

    rows: int
    texts: int
    labelled: int
    labels: tuple[LabelCount, ...]
    groups: tuple[str, ...]
    characters_median: float
    characters_longest: int


@dataclass(frozen=True, slots=True)
class DefinitionText:
    """What a score means, from the one catalog."""

    key: str
    title: str
    text: str
    source: str
    family: str
    direction: str
    unit: str
    version: int
