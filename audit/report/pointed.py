"""The rows that findings point to, each with what was done to it and what came of it: the change, the label, the flip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from audit.kinds import KINDS, load
from audit.kinds.entry import Kind
from audit.records import Example, Prediction
from audit.report.model import Pointed
from audit.report.pointing import Shows, bare, of_rows
from audit.results.reading import Results
from audit.scored import Finding, Score
from models.task import Task

OF_ONE_CHANGE = frozenset({"change", "word"})
"""Columns of the slice of a score about one change, which turned some of its rows and not the others."""


def pointed(read: Results, findings: Iterable[Finding], at_most: int) -> Mapping[str, tuple[Pointed, ...]]:
    """Finding id -> the first of its rows, as far as they are still there.

    Args:
        read: the run.
        findings: those to show rows of; at_most: rows of each.
    """
    made = {}
    for finding in findings:
        if finding.verdict != "PASS" and (found := _rows(read, finding.score, finding.evidence[:at_most])):
            made[finding.id] = tuple(found)
    return made


def _rows(read: Results, score: Score, row_ids: Sequence[str]) -> list[Pointed]:
    """Each row by what first shows that the answer turned, else by the first of them; as it is where nothing shows anything."""
    shown: dict[str, Pointed] = {}
    for probe, kind in _probes(read, score.probe) if row_ids else ():
        shows: Shows | None = load(kind.shows) if kind.shows else None
        for row in shows(read, probe, score, row_ids) if shows else ():
            if row.row_id not in shown or (shown[row.row_id].after is None and row.after is not None):
                shown[row.row_id] = row
    if shown and score.where.keys() & OF_ONE_CHANGE:
        return [shown[row_id] for row_id in row_ids if row_id in shown]
    texts = read.examples
    return [shown.get(row_id) or bare(texts[row_id]) for row_id in row_ids if row_id in texts]


def _probes(read: Results, probe: str) -> list[tuple[str, Kind]]:
    """The probes whose records show a score's rows, with their kinds: its own, all of those it is over, else the predictions."""
    own = [(one.probe, KINDS[one.kind]) for one in read.probes]
    if mine := [(key, kind) for key, kind in own if key == probe]:
        return mine
    over = next((kind for kind in KINDS.values() if kind.frame == probe), KINDS["prediction"])
    return [(key, kind) for key, kind in own if kind is over]


def _answered(record: Prediction, example: Example, _score: Score, task: Task) -> Pointed:
    sure = task.sure(record.probs) if record.probs else None
    return bare(
        example, before=record.predicted, before_confidence=sure, truncated=record.truncated, error=record.error
    )


ANSWERED = of_rows(_answered)
"""What the model says of each row."""
