"""How far explanations can be trusted: metrics beside their floor and ceiling, agreement, stability, plausibility."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.definitions import define
from audit.score.frames import Frames
from audit.score.measurer import Measurer, absent
from audit.score.measures import EVIDENCE, Measure

FLOOR, CEILING = "_random", "_best"
"""A metric `m` has its floor in `m_random` and its ceiling in `m_best` of the same row."""

LEAST_GAP = 1e-3
"""A ceiling this close to the floor leaves nothing to normalise by."""


def faithfulness(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Every metric of every method, with floor and ceiling, convergence, and the agreement between methods."""
    for probe, rows in frames.attributions.groupby("probe", sort=True):
        yield from of_method(str(probe), rows, frames.metrics, measurer)
    yield from agreements(frames, measurer)


def of_method(probe: str, rows: pd.DataFrame, metrics: tuple[str, ...], measurer: Measurer) -> Iterator[Measure]:
    """The scores of one method's explanations (frame `attributions`, one probe)."""
    yield measurer.proportion(
        "error_share", rows["error"], rows["weight"], probe=probe, evidence=rows.loc[rows["error"], "row_id"]
    )
    good = rows[~rows["error"]]
    unsettled = good.loc[~good["converged"], "row_id"]
    yield measurer.proportion("converged_share", good["converged"], good["weight"], probe=probe, evidence=unsettled)
    for name in metrics:
        if name.endswith((FLOOR, CEILING, "_n")) or not np.isfinite(good[name]).any():
            continue
        yield _mean(probe, name, good, measurer)
        if {name + FLOOR, name + CEILING} <= set(metrics):
            yield _normalised(probe, name, good, measurer)


def bounds(frames: Frames) -> pd.DataFrame:
    """Means of each metric with floor and ceiling: columns probe, name, metric, value, floor, ceiling, normalised, n.

    All three over the rows that have all three. Metrics without bounds have not-a-number there.
    """
    lines = []
    for key, rows in frames.attributions.groupby(["probe", "name"], sort=True):
        good = rows[~rows["error"]]
        for name in frames.metrics:
            if name.endswith((FLOOR, CEILING, "_n")):
                continue
            columns = [name, *(c for c in (name + FLOOR, name + CEILING) if c in good)]
            kept = good[np.isfinite(good[columns]).all(axis=1)]
            if kept.empty:
                continue
            means = {c: float(np.average(kept[c], weights=kept["weight"])) for c in columns}
            value, floor, ceiling = (means.get(c, np.nan) for c in (name, name + FLOOR, name + CEILING))
            gap = ceiling - floor
            share = (value - floor) / gap if abs(gap) > LEAST_GAP else np.nan
            lines.append((*key, name, value, floor, ceiling, share, int(kept["weight"].sum())))
    return pd.DataFrame(lines, columns=["probe", "name", "metric", "value", "floor", "ceiling", "normalised", "n"])


def agreements(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Mean Spearman correlation of each pair of methods over the rows both explained towards the same target."""
    table = frames.attributions
    methods = sorted(set(table.loc[~table["error"], "probe"]))
    for first, second in combinations(methods, 2):
        pairs = rank_correlations(frames, first, second)
        if pairs.empty:
            yield absent("method_agreement", Said("note.none_in_common"), probe=first, other_probe=second)
            continue
        lowest = pairs.sort_values(["correlation", "row_id"], kind="stable")["row_id"]
        yield measurer.mean(
            "method_agreement",
            pairs["correlation"],
            pairs["weight"],
            probe=first,
            other_probe=second,
            evidence=lowest.head(EVIDENCE),
            context={"first": first, "second": second},
        )


def rank_correlations(frames: Frames, first: str, second: str) -> pd.DataFrame:
    """Spearman correlation of two methods' word scores, row by row.

    Columns row_id, weight, correlation, words; only rows that both explained towards the same target over the same
    number of words, at least two, with scores that are not all equal.
    """
    table = frames.attributions
    sizes = np.diff(frames.word_bounds)
    lines = table.assign(position=np.arange(len(table)), size=sizes)[~table["error"]]
    columns = ["content_id", "target", "position", "size", "row_id", "weight"]
    both = lines.loc[lines["probe"] == first, columns].merge(
        lines.loc[lines["probe"] == second, columns[:4]], on=["content_id", "target", "size"], suffixes=("", "_second")
    )
    both = both[both["size"] > 1].reset_index(drop=True)
    size = both["size"].to_numpy()
    pair = np.repeat(np.arange(len(both)), size)  # (words of all pairs)
    within = np.arange(pair.size) - np.repeat(np.cumsum(size) - size, size)
    centred = []
    for column in ("position", "position_second"):
        at = frames.word_bounds[both[column].to_numpy(dtype=np.intp)]
        centred.append(frames.ranks[np.repeat(at, size) + within] - np.repeat((size + 1) / 2.0, size))
    a, b = centred
    covariance, one, two = (np.bincount(pair, values, len(both)) for values in (a * b, a * a, b * b))
    with np.errstate(invalid="ignore", divide="ignore"):
        both["correlation"] = covariance / np.sqrt(one * two)
    kept: pd.DataFrame = both[np.isfinite(both["correlation"])].rename(columns={"size": "words"})
    found: pd.DataFrame = kept[["row_id", "weight", "correlation", "words"]].reset_index(drop=True)
    return found


def _mean(probe: str, name: str, rows: pd.DataFrame, measurer: Measurer) -> Measure:
    found = define(name)
    worst = rows[np.isfinite(rows[name])].sort_values(
        [name, "row_id"], ascending=[found.direction != "lower_is_better", True], kind="stable"
    )
    notes: tuple[Said, ...] = ()
    both = [column for column in (name + FLOOR, name + CEILING) if column in rows]
    kept = rows[np.isfinite(rows[[name, *both]]).all(axis=1)] if both else rows
    if both and len(kept):
        means = [float(np.average(kept[column], weights=kept["weight"])) for column in both]
        notes = tuple(
            Said("note.random_orders" if column.endswith(FLOOR) else "note.best_found", {"mean": Number(mean, "plain")})
            for column, mean in zip(both, means, strict=True)
        )
    return measurer.mean(
        name, kept[name], kept["weight"], probe=probe, notes=notes, evidence=worst["row_id"].head(EVIDENCE)
    )


def _normalised(probe: str, name: str, rows: pd.DataFrame, measurer: Measurer) -> Measure:
    """(mean - mean floor) / (mean ceiling - mean floor) over the rows that have all three."""
    columns = [name, name + FLOOR, name + CEILING]
    kept = rows[np.isfinite(rows[columns]).all(axis=1)]
    key = f"{name}_normalised"
    if kept.empty:
        return absent(key, Said("note.no_bounds"), probe=probe)
    weights = kept["weight"].to_numpy(dtype=np.float64)
    sums = np.column_stack([kept[columns].to_numpy() * weights[:, None], weights])
    means = sums.sum(axis=0) / weights.sum()
    if abs(means[2] - means[1]) <= LEAST_GAP:
        return absent(key, Said("note.no_room"), probe=probe)

    def normalise(resampled: Floats) -> Floats:
        gap = resampled[:, 2] - resampled[:, 1]
        with np.errstate(invalid="ignore", divide="ignore"):
            share: Floats = np.where(
                np.abs(gap) > LEAST_GAP * resampled[:, 3], (resampled[:, 0] - resampled[:, 1]) / gap, np.nan
            )
        return share

    own, floor, ceiling = (Number(float(mean), "plain") for mean in means[:3])
    notes = (
        Said("note.random_orders", {"mean": floor}),
        Said("note.best_found", {"mean": ceiling}),
        Said("note.this_method", {"mean": own}),
    )
    return measurer.sums(key, sums, normalise, rows=weights.sum(), probe=probe, notes=notes)
