"""What `explain` counts while rows stream by, and the table of metrics beside floor and ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.explain.metric_cards import CARDS, MetricCard
from audit.records import Attribution
from audit.seeds import row_generator

if TYPE_CHECKING:
    from audit.explain.base import Explainer

LEVEL = 0.95
HEADER = ("metric", "method", "mean", "95% interval", "random", "best found", "of the way", "rows")


@dataclass
class _Method:
    name: str
    rows: int = 0
    errors: int = 0
    first_error: str | None = None
    not_converged: int = 0
    truncated: int = 0
    steps: int = 0
    weights: dict[str, float] = field(default_factory=dict)
    measured: dict[str, dict[str, float]] = field(default_factory=dict)


class Tally:
    """Counts per method; metrics are kept per distinct text, so that duplicates weigh but do not narrow intervals."""

    def __init__(self, explainers: Sequence[Explainer]) -> None:
        self._methods = {explainer.name: _Method(explainer.name) for explainer in explainers}

    def add(self, records: Sequence[Attribution]) -> None:
        """Count one row's records."""
        for record in records:
            one = self._methods[record.name]
            one.rows += 1
            if record.error is not None:
                one.errors += 1
                one.first_error = one.first_error or record.error
                continue
            one.not_converged += not record.converged
            one.truncated += record.truncated
            one.steps += record.steps
            if record.metrics:
                text = record.row_id.split("-", 1)[0]
                one.measured.setdefault(text, dict(record.metrics))
                one.weights[text] = one.weights.get(text, 0.0) + 1.0

    def summary(self, seconds: float) -> dict[str, Any]:
        """The summary as `--json` prints it."""
        return {"seconds": round(seconds, 3), "methods": [_summary(one) for one in self._methods.values()]}

    def table(self) -> tuple[list[list[str]], Sequence[str], str]:
        """Lines, header and title of the metrics for the page."""
        return table_lines([_summary(one) for one in self._methods.values()]), HEADER, "Faithfulness and stability"


def _summary(one: _Method) -> dict[str, Any]:
    good = one.rows - one.errors
    return {
        "method": one.name,
        "rows": one.rows,
        "errors": one.errors,
        "first_error": one.first_error,
        "not_converged": one.not_converged,
        "truncated": one.truncated,
        "steps": round(one.steps / good, 2) if good else 0.0,
        "metrics": {card.name: found for card in CARDS if (found := _measured(one, card)) is not None},
    }


def _measured(one: _Method, card: MetricCard) -> dict[str, Any] | None:
    """Mean of a metric with its interval, its floor and ceiling over the same rows, and how far between them it lies."""
    from audit.score.bootstrap import of_sums, ratio
    from audit.score.definitions import define
    from audit.score.sparse import interval_of

    bounds = [f"{card.name}_random"] * card.floor + [f"{card.name}_best"] * card.ceiling
    texts = [text for text, found in one.measured.items() if {card.name, *bounds} <= set(found)]
    if not texts:
        return None
    values = np.array([[one.measured[text][name] for name in (card.name, *bounds)] for text in texts])
    weights = np.array([one.weights[text] for text in texts])
    sums = np.column_stack([values * weights[:, None], weights])
    means = sums.sum(axis=0) / weights.sum()
    generator = row_generator(0, f"{one.name} {card.name}", "explain summary")
    made = of_sums(sums[:, [0, -1]], ratio, generator)
    low, high = interval_of(made, define(card.name).range, LEVEL) or (np.nan, np.nan)
    found: dict[str, Any] = {"mean": _rounded(means[0]), "low": _rounded(low), "high": _rounded(high)}
    if len(bounds) == 2:
        gap = means[2] - means[1]
        found |= {"random": _rounded(means[1]), "best": _rounded(means[2])}
        found["normalised"] = _rounded((means[0] - means[1]) / gap) if abs(gap) > 1e-3 else None
    return found | {"n": int(weights.sum()), "level": LEVEL, "direction": card.direction}


def table_lines(methods: Sequence[dict[str, Any]]) -> list[list[str]]:
    """One line per metric and method, methods of one metric together."""
    lines = []
    for card in CARDS:
        for one in methods:
            found = one["metrics"].get(card.name)
            if found is not None:
                lines.append([card.name, one["method"], *_cells(found)])
    return lines


def metric_lines(summary: dict[str, Any]) -> list[str]:
    """The table as lines of text with aligned columns."""
    lines = table_lines(summary["methods"])
    if not lines:
        return []
    widths = [max(len(line[i]) for line in (HEADER, *lines)) for i in range(len(HEADER))]
    told = [
        "  ".join(cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(cells)).rstrip()
        for cells in (list(zip(line, widths, strict=True)) for line in (HEADER, *lines))
    ]
    return ["", *told, "", "'of the way' runs from random (0%) to the best found (100%)."]


def _cells(found: dict[str, Any]) -> list[str]:
    interval = "-" if found["low"] is None else f"{found['low']:.3f} to {found['high']:.3f}"
    share = found.get("normalised")
    return [
        f"{found['mean']:.3f}",
        interval,
        f"{found['random']:.3f}" if "random" in found else "-",
        f"{found['best']:.3f}" if "best" in found else "-",
        "-" if share is None else f"{share:.0%}",
        f"{found['n']:,}",
    ]


def _rounded(value: float) -> float | None:
    return round(float(value), 6) + 0.0 if np.isfinite(value) else None
