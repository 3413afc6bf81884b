"""Whether a column of the table (a source, a language, a channel) predicts the answer beyond the label: nothing is changed.

Rows of the same label are compared: how much more often those with a value get a class than those without it, put together
over the labels with the weights of Mantel and Haenszel (Greenland & Robins 1985), tested by Cochran (1954) and Mantel and
Haenszel (1959).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.group_columns import columns_of
from audit.score.groups import MIN_ROWS
from audit.score.intervals import benjamini_hochberg
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.performance import labelled, memberships
from audit.slices import of_group

MOST_VALUES = 50
"""A column with more values of enough rows is no source or language, and is left out."""


@dataclass(frozen=True)
class Contrast:
    """One value of a column against the others, for one class.

    Attributes:
        column, value, label: which.
        sums: (n, 4 * labels) what each text adds to the rows with the value, those of them given the class, the rows without
            it, those of them given the class; for each label of the data.
        p_value: two-sided, of no difference.
        moved: positions of rows with the value that were given the class and do not have it.
    """

    column: str
    value: str
    label: str
    sums: Floats
    p_value: float
    moved: np.ndarray

    @property
    def difference(self) -> float:
        """How much more often the class is given to rows with the value."""
        return float(risk_difference(self.sums.sum(axis=0)[None])[0])


def columns_of_table(frames: Frames, measurer: Measurer, probe: str) -> Iterator[Measure]:
    """For every value of every group column with enough rows, the class it gains most; nothing without labels."""
    rows = labelled(frames)
    if rows.empty or not frames.groups:
        return
    found: dict[tuple[str, str], list[Contrast]] = {}
    for contrast in _contrasts(rows, frames):
        found.setdefault((contrast.column, contrast.value), []).append(contrast)
    tested = [one.p_value for some in found.values() for one in some]
    adjusted = iter(benjamini_hochberg(tested)) if tested else iter(())
    for (column, value), some in found.items():
        with_q = [(one, float(next(adjusted))) for one in some]
        best, q_value = max(with_q, key=lambda pair: pair[0].difference)
        yield measurer.sums(
            "column_effect", best.sums, risk_difference, rows=float(rows["weight"].sum()), probe=probe,
            where=of_group(column, value, label=best.label),
            notes=told(Said("note.of_columns", {"q": Number(q_value, "p_value"), "tested": len(tested)})),
            evidence=rows["row_id"].to_numpy()[best.moved[:EVIDENCE]],
            context={"group": column, "value": value, "label": best.label, "q_value": q_value},
        )  # fmt: skip


def risk_difference(totals: Floats) -> Floats:
    """Mantel and Haenszel's difference of shares from (c, 4 * labels) sums as in `Contrast`, (c,)."""
    with_value, given, without, given_without = (totals.reshape(len(totals), -1, 4)[:, :, i] for i in range(4))
    rows = with_value + without
    both = (with_value > 0) & (without > 0)
    share = np.where(both, given / np.maximum(with_value, 1e-12) - given_without / np.maximum(without, 1e-12), 0.0)
    weight = np.where(both, with_value * without / np.maximum(rows, 1e-12), 0.0)
    total = weight.sum(axis=1)
    return np.where(total > 0, (weight * share).sum(axis=1) / np.maximum(total, 1e-12), np.nan)


def mantel_haenszel(totals: Floats) -> float:
    """Two-sided p that no label's rows are given the class more often with the value, from (4 * labels,) sums."""
    with_value, given, without, given_without = totals.reshape(-1, 4).T
    rows, hits = with_value + without, given + given_without
    some = rows > 1
    expected = with_value[some] * hits[some] / rows[some]
    variance = (
        with_value[some] * without[some] * hits[some] * (rows[some] - hits[some]) / (rows[some] ** 2 * (rows[some] - 1))
    ).sum()
    if variance < 1e-12:
        return 1.0
    return float(2.0 * ndtr(-abs((given[some] - expected).sum()) / np.sqrt(variance)))


def _contrasts(rows: pd.DataFrame, frames: Frames) -> Iterator[Contrast]:
    codes, names = pd.factorize(rows["label"], sort=True)
    weight = rows["weight"].to_numpy(dtype=np.float64)
    truth, given = memberships(rows, frames)
    often = [
        place for place in range(given.shape[1]) if MIN_ROWS <= weight[given[:, place]].sum() <= weight.sum() - MIN_ROWS
    ]
    for grouping in columns_of(frames):
        column, sizes = grouping.name, grouping.sizes(rows)
        large = sizes[(sizes >= MIN_ROWS) & (sizes <= weight.sum() - MIN_ROWS)]
        if len(large) > MOST_VALUES:
            continue
        for value in large.index:
            inside = grouping.inside(rows, str(value))
            for place in often:
                sums = _sums(codes, len(names), inside, given[:, place], weight)
                p_value = mantel_haenszel(sums.sum(axis=0))
                if not np.isfinite(risk_difference(sums.sum(axis=0)[None])[0]):
                    continue  # no label has rows with the value and rows without it
                moved = np.flatnonzero(inside & given[:, place] & ~truth[:, place])
                yield Contrast(column, str(value), frames.labels[place], sums, p_value, moved)


def _sums(codes: np.ndarray, labels: int, inside: np.ndarray, given: np.ndarray, weight: Floats) -> Floats:
    sums = np.zeros((len(codes), 4 * labels))
    at = np.arange(len(codes))
    sums[at, 4 * codes + np.where(inside, 0, 2)] = weight
    sums[at, 4 * codes + np.where(inside, 1, 3)] = weight * given
    return sums
