"""What `explain` says of each method: counts of its rows, and its scores beside floor and ceiling."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.cli.measured import Measuring
from audit.cli.score_lines import (
    Cells,
    note_lines,
    score_cells,
    score_heads,
    score_json,
    score_table,
    side_by_side,
)
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later
from audit.score.definitions import define
from audit.score.faithfulness import bounds, faithfulness
from audit.score.scoring import measure_families

if TYPE_CHECKING:
    from rich.table import Table

    from audit.explain.base import Explainer
    from audit.records import Attribution, Example
    from audit.score.measures import Measures
    from audit.scored import Score
    from models.classifier import Classifier

TITLE = tr_later("Faithfulness and stability")
FLOOR, CEILING = tr_later("random"), tr_later("best found")
LEGEND = tr_later("'normalised' runs from random (0) to the best found (1).")


@dataclass
class _Counts:
    rows: int = 0
    errors: int = 0
    first_error: str | None = None
    not_converged: int = 0
    truncated: int = 0
    steps: int = 0

    def add(self, record: Attribution) -> None:
        self.rows += 1
        if record.error is not None:
            self.errors += 1
            self.first_error = self.first_error or record.error
            return
        self.not_converged += not record.converged
        self.truncated += record.truncated
        self.steps += record.steps

    def summary(self, method: str) -> dict[str, Any]:
        good = self.rows - self.errors
        return {
            "method": method,
            "rows": self.rows,
            "errors": self.errors,
            "first_error": self.first_error,
            "not_converged": self.not_converged,
            "truncated": self.truncated,
            "steps": round(self.steps / good, 2) if good else 0.0,
        }


class Explaining:
    """Takes in the records of row after row; `explained` is what they come to."""

    def __init__(self, classifier: Classifier, explainers: Sequence[Explainer]) -> None:
        self._counts = {explainer.name: _Counts() for explainer in explainers}
        self._measuring = Measuring(classifier)

    def add(self, example: Example, records: Sequence[Attribution]) -> None:
        """Take in one row and its records, one by each method."""
        self._measuring.add_rows([example])
        for record in records:
            self._counts[record.name].add(record)
            self._measuring.add(record)

    def explained(self, *, seed: int, level: float) -> Explained:
        """Counts and scores so far; the scores are those an audit of these rows has."""
        frames = self._measuring.frames()
        beside = {(str(line["probe"]), str(line["metric"])): line for line in bounds(frames).to_dict("records")}
        counts = [one.summary(name) for name, one in self._counts.items()]
        return Explained(counts, measure_families(frames, [faithfulness], seed=seed), beside, level)


@dataclass(frozen=True)
class Explained:
    """What a command that explains has to say.

    Attributes:
        counts: of each method, in the order they were asked for.
        measures: scores of all methods at any level.
        beside: means of floor and ceiling by method and metric, over the same rows as the metric's.
        level: confidence level of the intervals.
    """

    counts: Sequence[Mapping[str, Any]]
    measures: Measures
    beside: Mapping[tuple[str, str], Mapping[Hashable, Any]]
    level: float

    @property
    def measured(self) -> bool:
        """Whether explanations carry metrics."""
        return bool(self.beside)

    def summary(self) -> dict[str, Any]:
        """Methods and scores as `--json` prints them."""
        scores = self.measures.scores(self.level)
        own = {(score.probe, score.name): score for score in scores if not score.other_probe}
        methods: list[dict[str, Any]] = [{**one, "metrics": {}} for one in self.counts]
        for one in methods:
            found = [(metric, line) for (method, metric), line in self.beside.items() if method == one["method"]]
            one["metrics"] = {metric: _metric(own, one["method"], metric, line) for metric, line in found}
        return {"methods": methods, "scores": [score_json(score) for score in scores]}

    def lines(self) -> tuple[list[list[str]], list[str]]:
        """The scores as cells of a table, methods of one score together, and the heads of its columns."""
        scores = side_by_side(self.measures.scores(self.level))
        return score_cells(scores, self._bounds()), score_heads(scores, self._bounds())

    def table(self) -> Table:
        """The same for the terminal."""
        return score_table(side_by_side(self.measures.scores(self.level)), self._bounds())

    def notes(self) -> list[str]:
        """What must be known besides, where the columns of floor and ceiling do not say it already."""
        told = {(method, name) for method, metric in self.beside for name in (metric, f"{metric}_normalised")}
        plain = (
            replace(m, notes=()) if m.value is not None and (m.probe, m.name) in told else m for m in self.measures
        )
        legend = [tr(LEGEND)] if any(m.name.endswith("_normalised") for m in self.measures) else []
        return legend + note_lines(side_by_side(measure.score(self.level) for measure in plain))

    def _bounds(self) -> Cells:
        """Floor and ceiling of each score that has them, by its key."""
        columns: dict[str, dict[str, str]] = {FLOOR: {}, CEILING: {}}
        for measure in self.measures:
            line = self.beside.get((measure.probe, measure.name))
            for head, end in ((FLOOR, "floor"), (CEILING, "ceiling")):
                if line is not None and np.isfinite(line[end]):
                    columns[head][measure.key] = numbers().number(line[end], define(measure.name).unit)
        return {tr(head): cells for head, cells in columns.items() if cells}


def _metric(
    own: Mapping[tuple[str, str], Score], method: str, metric: str, line: Mapping[Hashable, Any]
) -> dict[str, Any]:
    """One metric of one method: its mean with interval, floor and ceiling, and its place between them."""
    score = own[method, metric]
    found: dict[str, Any] = {"mean": score.value, "low": score.low, "high": score.high}
    for name, end in (("random", "floor"), ("best", "ceiling")):
        found |= {name: line[end]} if np.isfinite(line[end]) else {}
    place = own.get((method, f"{metric}_normalised"))
    if place is not None:
        found |= {"normalised": place.value, "normalised_low": place.low, "normalised_high": place.high}
    found = {name: None if value is None else round(float(value), 6) + 0.0 for name, value in found.items()}
    return found | {
        "n": score.n, "level": score.level, "method": score.method, "direction": score.direction, "note": score.note,
    }  # fmt: skip
