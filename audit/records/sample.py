"""What is found about many rows together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.records.base import OfSample


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the interval of one number about many rows follows from, at any level: a share's counts, or resampled values.

    `hits` of `trials` independent texts, for a number that is their share; else `replicates`, the number in each of many
    resamples, and `units`, how many independent texts were resampled.
    """

    hits: float = 0.0
    trials: float = 0.0
    replicates: tuple[float, ...] = ()
    units: int = 0


@dataclass(frozen=True, slots=True)
class SampleOutcome(OfSample):
    """What one probe found about many rows together: a statistic of them, a phrase that moves them, a part of them.

    `subject` is which of its findings this is, empty where it has but one; `values` are its numbers by name; `rows` are the
    ids of the audited rows it rests on, and `reference_rows` counts those of the reference table. `row_id`, under which it
    is kept among the records of rows, follows from the subject and says nothing of its text.

    A value with an entry in `estimates` is a score of the run: it has an interval, and a policy can set a threshold on it.
    What such scores are called and mean, their unit and better direction, the probe's class says by `scores`, a tuple of
    `audit.score.definitions.Definition`.
    """

    name: str
    values: Mapping[str, float]
    rows: tuple[str, ...]
    seed: int
    subject: str = ""
    reference_rows: int = 0
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
