"""Counterfactual fairness: whether it matters to the model whom a text speaks of (Garg et al. 2019).

All versions of a row say the same of different groups: any two of them are a pair. Gaps are means over rows of the difference
of a class's probability, so what single words happen to do to single texts evens out, and what is done to a group does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.dependence import p_of_mean
from audit.score.extremes import largest
from audit.score.frames import Frames
from audit.score.identity_grid import Grid, Pair, grids, pairs
from audit.score.identity_terms import outcome, terms
from audit.score.intervals import holm
from audit.score.measurer import About, Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.wording import people_said
from audit.slices import Slice

FEW = 10
"""Rows from which on two groups have figures."""
MIN_ROWS = 30
"""Rows from which on they count for the widest gap, which decides."""


def identity(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """For each dimension the flips and the widest gap, then every pair of groups, then the terms with the largest effect."""
    table = frames.of("identities")
    if not len(table):
        return
    for probe, rows in table.groupby("probe", sort=True):
        key = str(probe)
        yield measurer.proportion(
            "error_share", rows["error"], rows["weight"], probe=key, evidence=rows.loc[rows["error"], "row_id"]
        )
        for grid in grids(frames.versions, rows[~rows["error"]]):
            found = list(pairs(grid))
            yield _any(grid, key, measurer)
            yield from _gaps(grid, found, frames.versions.labels, key, measurer)
        yield from terms(frames.versions, rows[~rows["error"]], key, measurer)


def _any(grid: Grid, probe: str, measurer: Measurer) -> Measure:
    least = np.where(grid.answers < 0, np.iinfo(np.intp).max, grid.answers).min(axis=1)
    flips = grid.answers.max(axis=1) != least
    return measurer.proportion(
        "identity_flip_any", flips, grid.weight, probe=probe, where=Slice(dimension=grid.dimension), notes=_how(grid),
        evidence=grid.row_id[flips], context={"dimension": grid.dimension, "groups": list(grid.groups)},
    )  # fmt: skip


def _how(grid: Grid, rows: Any = slice(None)) -> tuple[Said, ...]:
    """How many of the rows have a sentence put before them."""
    inserted = int(grid.weight[rows][grid.inserted[rows]].sum())
    return (Said("note.sentences_inserted", {"rows": inserted}),) if inserted else ()


@dataclass(frozen=True)
class _Gap:
    """One class and pair: the mean difference is of `higher` over `lower`, never negative."""

    pair: Pair
    label: str
    values: Floats
    weight: Floats
    higher: str
    lower: str
    mean: float
    error: float
    freedom: float
    p_value: float


def _gaps(grid: Grid, found: list[Pair], labels: tuple[str, ...], probe: str, measurer: Measurer) -> Iterator[Measure]:
    shown = range(len(labels) - 1, len(labels)) if len(labels) == 2 else range(len(labels))
    gaps = [_gap(grid, pair, k, labels[k]) for pair in found if len(pair.rows) >= FEW for k in shown]
    enough = [gap for gap in gaps if len(gap.values) >= MIN_ROWS]
    if enough:
        yield _widest(grid, enough, probe, measurer)
    for pair in found:
        if len(pair.rows) >= FEW:
            yield measurer.proportion(
                "identity_flip_rate", pair.differ, grid.weight[pair.rows], probe=probe, where=_where(grid, pair),
                notes=_how(grid, pair.rows), evidence=grid.row_id[pair.rows][pair.differ],
                context={"dimension": grid.dimension, "first": pair.first, "second": pair.second},
            )  # fmt: skip
    adjusted: Sequence[float] = holm([gap.p_value for gap in gaps]).tolist() if gaps else []
    for gap, p in zip(gaps, adjusted, strict=True):
        yield _measured(grid, gap, p, len(gaps), probe, measurer)


def _gap(grid: Grid, pair: Pair, k: int, label: str) -> _Gap:
    values, weight = pair.gaps[:, k], grid.weight[pair.rows]
    finite = np.isfinite(values)
    values, weight = values[finite], weight[finite]
    mean = float(np.average(values, weights=weight)) if values.size else 0.0
    sign = -1.0 if mean < 0 else 1.0
    higher, lower = (pair.second, pair.first) if sign > 0 else (pair.first, pair.second)
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if values.size else 0.0
    spread = float(np.average((values - mean) ** 2, weights=weight)) if values.size else 0.0
    error = float(np.sqrt(spread / max(effective - 1.0, 1.0)))
    freedom = max(effective - 1.0, 1.0)
    return _Gap(pair, label, sign * values, weight, higher, lower, abs(mean), error, freedom, p_of_mean(values))


def _measured(grid: Grid, gap: _Gap, p_value: float, tested: int, probe: str, measurer: Measurer) -> Measure:
    rows = gap.pair.rows
    order = np.argsort(np.where(grid.inserted[rows], 2.0, 0.0) - gap.values if gap.values.size == rows.size else rows)
    about: About = {
        "probe": probe,
        "where": _where(grid, gap.pair, gap.label),
        "notes": told(
            _higher(gap),
            Said("note.holm_pairs", {"p": Number(p_value, "p_value"), "tested": tested}),
            *_how(grid, rows),
        ),
        "evidence": grid.row_id[rows][order[:EVIDENCE]],
        "context": _context(grid, gap),
    }
    own = int((~grid.inserted[rows]).sum())  # rows that speak of somebody as they stand
    name = "identity_gap" if own >= FEW else "identity_gap_inserted"
    made = measurer.mean(name, gap.values, gap.weight, **about)
    return replace(made, counts=(p_value / 2.0,)) if made.value is not None else made


def _widest(grid: Grid, gaps: list[_Gap], probe: str, measurer: Measurer) -> Measure:
    where = Slice(dimension=grid.dimension)
    values, errors, freedom = (np.array([getattr(gap, name) for gap in gaps]) for name in ("mean", "error", "freedom"))
    made = largest(values, errors, freedom, resamples=measurer.resamples, ends=(-1.0, 1.0))
    widest = gaps[int(np.argsort(-values, kind="stable")[0])]
    rows = widest.pair.rows
    order = np.argsort(-widest.values)[:EVIDENCE]
    notes = told(_higher(widest), Said("note.widest_pair", {"gaps": len(gaps)}), *_how(grid, rows))
    return measurer.replicated(
        "identity_gap_widest", made, basis="inversion", rows=float(grid.weight[rows].sum()), texts=float(rows.size),
        probe=probe, where=where, notes=notes,
        evidence=grid.row_id[rows][order] if widest.values.size == rows.size else (), context=_context(grid, widest),
    )  # fmt: skip


def _higher(gap: _Gap) -> Said | None:
    """Of whom the class is more probable; nothing where there is no difference at all."""
    return Said("note.higher_for", {"higher": people_said(gap.higher)}) if gap.mean > 0 else None


def _context(grid: Grid, gap: _Gap) -> dict[str, Any]:
    made = {"dimension": grid.dimension, "higher": gap.higher, "lower": gap.lower, "outcome": outcome(gap.label)}
    return {**made, "label": gap.label} if gap.label else made


def _where(grid: Grid, pair: Pair, label: str = "") -> Slice:
    named = {"dimension": grid.dimension, "identity": pair.first, "other_identity": pair.second}
    return Slice({**named, "label": label} if label else named)
