"""Rates of groups beside accuracy: who is put into a class, how rightly, and how far the groups are apart.

Definitions as fairlearn's: selection rate, demographic parity ratio (four-fifths rule) and equalised odds difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Said
from audit.score.bootstrap import Replicates, confidence_distribution
from audit.score.extremes import largest, largest_of
from audit.score.frames import Frames
from audit.score.group_columns import MOST_GROUPS, Grouping, groupings
from audit.score.groups import MAX_CLASSES, MIN_ROWS
from audit.score.measurer import Measurer, absent
from audit.score.measures import Measure
from audit.score.performance import memberships, surest_errors
from audit.score.shared_rows import OfClass, SharedRows
from audit.score.widest import widest_gap
from audit.slices import Slice

MIN_OF_CLASS = 20
"""Rows of the class, and rows of other classes, from which on a group counts for equalised odds."""


def group_rates(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """For every grouping the rates of its groups, and what they come to together."""
    rows = frames.predictions[~frames.predictions["error"]]
    if rows.empty or not len(frames.examples):
        return
    for grouping in groupings(frames):
        yield from _of_grouping(grouping, rows, frames, measurer)


def _of_grouping(grouping: Grouping, rows: pd.DataFrame, frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    sizes = grouping.sizes(rows)
    large = [str(group) for group in sizes.index if sizes[group] >= MIN_ROWS]
    if grouping.kind == "column" and len(large) > MOST_GROUPS:
        many = Said("note.many_groups", {"groups": len(large), "most": MOST_GROUPS})
        yield absent("selection_ratio", many, where=grouping.whole, context={"group": grouping.name})
        return
    if not large:
        return
    masks = {group: grouping.inside(rows, group) for group in large}
    inside = {group: rows[mask] for group, mask in masks.items()}
    shared = SharedRows(rows, masks) if grouping.overlapping else None
    if grouping.kind != "column":  # of columns `audit.score.groups` says the accuracy
        yield from _accuracies(grouping, inside, measurer, shared)
    if len(frames.labels) > MAX_CLASSES:
        return
    either = len(frames.labels) == 2 and not frames.task.several
    for k in range(1 if either else 0, len(frames.labels)):
        yield from _of_class(grouping, inside, k, frames, measurer, shared)


def _accuracies(
    grouping: Grouping, inside: dict[str, pd.DataFrame], measurer: Measurer, shared: SharedRows | None
) -> Iterator[Measure]:
    found = []
    for group, part in inside.items():
        known = part[part["correct"] >= 0]
        if known["weight"].sum() >= MIN_ROWS:
            measure = measurer.proportion(
                "group_accuracy", known["correct"], known["weight"], where=grouping.parts[group], evidence=surest_errors(known),
                context={"group": grouping.name, "value": group},
            )  # fmt: skip
            found.append(measure)
            yield measure
    if grouping.kind == "crossed" and len(found) > 1:
        shares, trials = np.array([m.value or 0.0 for m in found]), np.array([m.counts[1] for m in found])
        about: Any = {
            "where": grouping.whole,
            "context": _ends(grouping.name, [m.context["value"] for m in found], shares),
        }
        generator = measurer.generator("crossed_accuracy_gap", about)
        if shared is not None:
            groups, judged = _names(found), shared.correct >= 0
            made = shared.gap(shared.correct, judged, groups, generator, measurer.resamples)
            yield measurer.replicated("crossed_accuracy_gap", made, rows=shared.weight_of(groups), **about)
            return
        made = widest_gap(shares, trials, generator, resamples=measurer.resamples)
        rows = float(np.sum([m.n for m in found]))
        yield measurer.replicated(
            "crossed_accuracy_gap", made, basis="inversion", rows=rows, texts=float(trials.sum()), **about
        )


def _of_class(
    grouping: Grouping, inside: dict[str, pd.DataFrame], k: int, frames: Frames, measurer: Measurer, shared: SharedRows | None
) -> Iterator[Measure]:  # fmt: skip
    label = frames.labels[k]
    selected: list[Measure] = []
    odds: dict[str, list[Measure]] = {"tpr": [], "fpr": []}
    for group, part in inside.items():
        truth, put = (found[:, k] for found in memberships(part, frames))
        weights, ids = part["weight"].to_numpy(), part["row_id"].to_numpy()
        about: Any = {
            "where": Slice(grouping.parts[group], label=label),
            "context": {"group": grouping.name, "value": group, "label": label},
        }
        selected.append(measurer.proportion("group_selection_rate", put, weights, evidence=ids[put], **about))
        yield selected[-1]
        known = (part["correct"] >= 0).to_numpy(dtype=bool)
        if (known & put).any():
            of = known & put
            yield measurer.proportion("group_precision", truth[of], weights[of], evidence=ids[of & ~truth], **about)
        for rate, of, wrong in (("tpr", known & truth, ~put), ("fpr", known & ~truth, put)):
            if of.any():
                measure = measurer.proportion(f"group_{rate}", put[of], weights[of], evidence=ids[of & wrong], **about)
                if grouping.kind != "column":
                    yield measure
                if measure.n >= MIN_OF_CLASS:
                    odds[rate].append(measure)
    if grouping.kind == "column":
        if shared is None:
            yield from _together(grouping, label, selected, odds, measurer)
        else:
            yield from _of_shared(grouping, label, selected, odds, measurer, shared.of_class(frames, k))


def _together(
    grouping: Grouping, label: str, selected: Sequence[Measure], odds: dict[str, list[Measure]], measurer: Measurer
) -> Iterator[Measure]:
    where = Slice(grouping.whole, label=label)
    if len(selected) > 1:
        shares = np.array([m.value or 0.0 for m in selected])
        about: Any = {"where": where, "context": {**_ends(grouping.name, _names(selected), shares), "label": label}}
        trials = np.array([m.counts[1] for m in selected])
        made = _ratio(shares, trials, measurer.resamples)
        rows = float(np.sum([m.n for m in selected]))
        if made is not None:
            yield measurer.replicated(
                "selection_ratio", made, basis="inversion", rows=rows, texts=float(trials.sum()), **about
            )
    ranges = [(rate, found) for rate, found in odds.items() if len(found) > 1]
    if len(ranges) == 2:
        parts, seen = [], []
        for rate, found in ranges:
            shares, trials = np.array([m.value or 0.0 for m in found]), np.array([m.counts[1] for m in found])
            key: Any = {"where": where, "probe": rate}
            parts.append(
                widest_gap(shares, trials, measurer.generator("equalised_odds", key), resamples=measurer.resamples)
            )
            seen.append((float(np.ptp(shares)), rate, _ends(grouping.name, _names(found), shares)))
        _, rate, ends = max(seen, key=lambda one: one[0])
        rows = float(np.sum([m.n for _, found in ranges for m in found]))
        context = {**ends, "label": label, "rate": rate}
        yield measurer.replicated(
            "equalised_odds_difference", largest_of(parts, resamples=measurer.resamples), basis="inversion", rows=rows, texts=rows,
            where=where, context=context,
        )  # fmt: skip


def _of_shared(
    grouping: Grouping, label: str, selected: Sequence[Measure], odds: dict[str, list[Measure]], measurer: Measurer, shared: OfClass
) -> Iterator[Measure]:  # fmt: skip
    """What `_together` says of groups that share no row, of those that may."""
    where, every = Slice(grouping.whole, label=label), np.ones(len(shared.put), dtype=bool)
    if len(selected) > 1:
        groups, shares = _names(selected), np.array([m.value or 0.0 for m in selected])
        about: Any = {"where": where, "context": {**_ends(grouping.name, groups, shares), "label": label}}
        made = shared.rows.ratio(
            shared.put, every, groups, measurer.generator("selection_ratio", about), measurer.resamples
        )
        if made is not None:
            yield measurer.replicated("selection_ratio", made, rows=shared.rows.weight_of(groups), **about)
    ranges = [(rate, found) for rate, found in odds.items() if len(found) > 1]
    if len(ranges) == 2:
        parts, seen = [], []
        for rate, found in ranges:
            of = shared.known & (shared.truth if rate == "tpr" else ~shared.truth)
            key: Any = {"where": where, "probe": rate}
            generator = measurer.generator("equalised_odds", key)
            parts.append(shared.rows.gap(shared.put, of, _names(found), generator, measurer.resamples))
            shares = np.array([m.value or 0.0 for m in found])
            seen.append((float(np.ptp(shares)), rate, _ends(grouping.name, _names(found), shares)))
        _, rate, ends = max(seen, key=lambda one: one[0])
        rows = shared.rows.weight_of([name for _, found in ranges for name in _names(found)])
        yield measurer.replicated(
            "equalised_odds_difference", largest_of(parts, resamples=measurer.resamples), rows=rows, where=where,
            context={**ends, "label": label, "rate": rate},
        )  # fmt: skip


def _names(found: Sequence[Measure]) -> list[str]:
    return [str(measure.context["value"]) for measure in found]


def _ends(name: str, groups: Sequence[str], shares: NDArray[np.float64]) -> dict[str, str]:
    order = np.argsort(shares, kind="stable")
    return {"group": name, "best": groups[order[-1]], "worst": groups[order[0]]}


def _ratio(shares: NDArray[np.float64], trials: NDArray[np.float64], resamples: int) -> Replicates | None:
    """The smallest share over the largest: of every two groups the logarithm of their ratio (Katz 1978), the largest of all.

    Half a row more on either side keeps it finite (Walter 1975), and the variance takes another half, so that it is not 0 where
    every row is in the class; none where no group has a row in it.
    """
    if shares.max() <= 0:
        return None
    hits, n = shares * trials + 0.5, trials + 0.5
    logs, variance = np.log(hits / n), 1.0 / hits - 1.0 / (n + 0.5)
    high, low = np.nonzero(~np.eye(len(shares), dtype=bool))
    values, errors = logs[high] - logs[low], np.sqrt(variance[high] + variance[low])
    made = largest(values, errors, np.full(values.size, np.inf), resamples=resamples)
    ends = np.exp(-np.maximum(made.values, 0.0))[::-1]  # the largest of all ratios is 1 or more
    return confidence_distribution(float(shares.min() / shares.max()), ends)
