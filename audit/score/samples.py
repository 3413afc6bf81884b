"""Scores of what probes found about many rows together: the numbers a record gives the basis of an interval for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from audit.score.bootstrap import Replicates, as_stored
from audit.score.frames import Frames, Told
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.slices import ALL_ROWS, Slice

SUBJECT = "subject"
"""Column of the slice of a score that is about one of several things a probe found."""


def samples(frames: Frames, _measurer: Measurer) -> Iterator[Measure]:
    """A measure of every estimate, in the order of probe, subject and name: Wilson's interval of counts, or percentiles."""
    weights = dict(zip(frames.examples["row_id"], frames.examples["weight"], strict=True))
    for told in sorted(frames.estimates, key=lambda one: (one.probe, one.subject, one.name)):
        rows = sum(int(weights.get(row_id, 1)) for row_id in told.rows)
        yield _measure(told, rows or round(told.estimate.trials))  # texts of the probe's own are no rows of the table


def _measure(told: Told, rows: int) -> Measure:
    estimate = told.estimate
    where = Slice({SUBJECT: told.subject}) if told.subject else ALL_ROWS
    about: Any = {"probe": told.probe, "where": where, "evidence": told.rows[:EVIDENCE]}
    if estimate.replicates:
        values = as_stored(np.asarray(estimate.replicates, dtype=np.float64))
        made = Replicates(told.value, values, estimate.units)
        return Measure(told.name, told.value, rows, "bootstrap", replicates=made, **about)
    return Measure(told.name, told.value, rows, "wilson", (estimate.hits, estimate.trials), **about)
