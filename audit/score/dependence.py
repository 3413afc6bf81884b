"""Dependence on what should not matter: how far a change of the surface alone moves the answers, and to which class.

Of each change the class that gains most is told. Whether it gains at all is tested for every change and class (Student's
t over distinct texts), corrected by Benjamini and Hochberg (1995) over all of them, so that looking for the class that
gains most finds nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.columns import columns_of_table
from audit.score.frames import Frames
from audit.score.intervals import benjamini_hochberg
from audit.score.lengths import length_slope
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.surface_rows import changes_of, column
from audit.slices import Slice
from audit.words import named_by

TELLING = frozenset({("length", "cutting"), ("emoji", "own_emoji")})
"""Changes that take something away, or may: their effect is told, and no share of decisions turned."""
SAYS_NOTHING = frozenset(
    {"neutral", "none", "other", "others", "neither", "irrelevant", "unrelated", "中性", "其他", "无关"}
)
"""Names of classes for texts that say nothing of the others: neutral sentences speak for them by their meaning."""
LEAST_TEXTS = 10
"""A change is told of from so many texts on that offer it."""


@dataclass(frozen=True)
class Gain:
    """What more of a feature does for one class.

    Attributes:
        label: the class.
        rows: positions of the texts that offer the change.
        change: mean change of the class's probability in each, (n,).
        turned, asked: decisions turned to the class of those open to it, in each, (n,).
        p_value: two-sided, of no change.
    """

    label: str
    rows: np.ndarray
    change: Floats
    turned: Floats
    asked: Floats
    p_value: float

    @property
    def mean(self) -> float:
        """The mean change."""
        return float(self.change.mean())


def dependence(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Effect and share of decisions turned for every change of the surface, then the columns of the table and its lengths."""
    for probe, rows in frames.of("shortcuts").groupby("probe", sort=True):
        yield measurer.proportion(
            "error_share", rows["error"], rows["weight"], probe=str(probe), evidence=rows.loc[rows["error"], "row_id"]
        )
        yield from _of_probe(str(probe), rows[~rows["error"]].reset_index(drop=True), frames, measurer)
        yield from length_slope(frames, measurer, str(probe))
        yield from columns_of_table(frames, measurer, str(probe))


def _of_probe(probe: str, rows: pd.DataFrame, frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    found = {}
    for feature, change in changes_of(list(rows.columns)):
        gains = [g for g in _gains(rows, feature, change, frames.labels) if not _meant(feature, change, g.label)]
        if gains:
            found[feature, change] = gains
    tested = [gain.p_value for gains in found.values() for gain in gains]
    adjusted = iter(benjamini_hochberg(tested)) if tested else iter(())
    weights = rows["weight"].to_numpy(dtype=np.float64)
    for (feature, change), gains in found.items():
        with_q = [(gain, float(next(adjusted))) for gain in gains]
        best, q_value = max(with_q, key=lambda pair: pair[0].mean)
        yield from _measures(probe, feature, change, best, q_value, len(tested), rows, weights, measurer)


def _meant(feature: str, change: str, label: str) -> bool:
    """Whether a change says by its meaning what a class stands for: neutral sentences put to a text, and a class `neutral`."""
    return (feature, change) == ("length", "padding") and bool(named_by(label) & SAYS_NOTHING)


def _gains(rows: pd.DataFrame, feature: str, change: str, labels: tuple[str, ...]) -> Iterator[Gain]:
    asked = _numbers(rows, column("asked", feature, change))
    for place, label in enumerate(labels):
        gain = _numbers(rows, column("gain", feature, change, place), missing=np.nan)
        offered = np.flatnonzero(np.isfinite(gain))
        if offered.size < LEAST_TEXTS:
            continue
        turned = _numbers(rows, column("turned", feature, change, place))[offered]
        still = (asked - _numbers(rows, column("had", feature, change, place)))[offered]
        yield Gain(label, offered, gain[offered], turned, still, p_of_mean(gain[offered]))


def _numbers(rows: pd.DataFrame, name: str, missing: float = 0.0) -> Floats:
    if name not in rows:
        return np.full(len(rows), missing)
    return np.asarray(np.nan_to_num(rows[name].to_numpy(dtype=np.float64), nan=missing), dtype=np.float64)


def p_of_mean(values: Floats) -> float:
    """Two-sided p of a mean of 0 (Student's t); where all values are alike, that all have the same sign; 1 for fewer than 2."""
    if values.size < 2:
        return 1.0
    error = float(values.std(ddof=1)) / np.sqrt(values.size)
    mean = abs(float(values.mean()))
    if error < 1e-12:
        return float(2.0 ** (1 - values.size)) if mean > 1e-9 else 1.0
    return float(2.0 * stdtr(values.size - 1.0, -mean / error))


def _measures(
    probe: str,
    feature: str,
    change: str,
    gain: Gain,
    q_value: float,
    tested: int,
    rows: pd.DataFrame,
    weights: Floats,
    measurer: Measurer,
) -> Iterator[Measure]:
    where = Slice(feature=feature, change=change, label=gain.label)
    notes = told(Said("note.of_features", {"q": Number(q_value, "p_value"), "tested": tested}))
    context = {"feature": feature, "change": change, "label": gain.label, "q_value": q_value}
    order = np.lexsort((rows["row_id"].to_numpy()[gain.rows], -gain.change, -gain.turned))[:EVIDENCE]
    evidence = rows["row_id"].to_numpy()[gain.rows[order]]
    weight = weights[gain.rows]
    about = {"probe": probe, "where": where, "notes": notes, "evidence": evidence, "context": context}
    if gain.change.any():  # of a change that the model cannot see there is nothing to estimate
        yield measurer.mean("shortcut_effect", gain.change, weight, **about)  # type: ignore[arg-type]
    if (feature, change) not in TELLING:
        yield measurer.rate("shortcut_turned", gain.turned, gain.asked, weight, **about)  # type: ignore[arg-type]
