"""Groups of rows named by the table: accuracy, true and false positive rates, and the gap between best and worst."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Number, Said, Value, told
from audit.score.frames import Frames
from audit.score.group_columns import MOST_GROUPS, Grouping, columns_of
from audit.score.measurer import About, Measurer, absent, difference
from audit.score.measures import Measure
from audit.score.overlapping import by_chance, of_shares, widest_of_overlapping
from audit.score.performance import labelled, memberships, surest_errors
from audit.score.widest import widest_gap
from audit.slices import Slice, of_group

MIN_ROWS = 30
"""A group with fewer rows gets no figures."""

NAMED = 5
"""Left-out groups that a note names, the largest; the rest are counted."""

MAX_CLASSES = 5
"""Rates per class are given for models with at most so many classes; of two classes for the last one only."""


def groups(frames: Frames, measurer: Measurer, *, min_rows: int = MIN_ROWS) -> Iterator[Measure]:
    """The scores of every group of every group column; the gap's note names the groups that are too small for any."""
    rows = labelled(frames)
    if rows.empty:
        return
    for grouping in columns_of(frames):
        yield from _of_column(grouping, rows, frames, measurer, min_rows)


def _of_column(
    grouping: Grouping, rows: pd.DataFrame, frames: Frames, measurer: Measurer, min_rows: int
) -> Iterator[Measure]:
    name, sizes = grouping.name, grouping.sizes(rows)
    large = sizes[sizes >= min_rows]
    if len(large) > MOST_GROUPS:
        many = Said("note.many_groups", {"groups": len(large), "most": MOST_GROUPS})
        yield absent("accuracy_gap", many, where=of_group(name), context={"group": name})
        return
    if len(sizes) == 1:
        yield absent("accuracy_gap", Said("note.one_value"), where=of_group(name), context={"group": name})
    notes = _left_out(sizes[sizes < min_rows], min_rows)
    found: list[Measure] = []
    masks = {str(value): grouping.inside(rows, str(value)) for value in large.index}
    for value, mask in masks.items():
        part, inside = of_group(name, value), rows[mask]
        context = {"group": name, "value": value}
        accuracy = measurer.proportion(
            "group_accuracy",
            inside["correct"],
            inside["weight"],
            where=part,
            evidence=surest_errors(inside),
            context=context,
        )
        found.append(accuracy)
        yield accuracy
        yield from _rates(inside, frames, part, context, measurer)
    if len(found) > 1:
        shared = _Shared(rows, np.column_stack(list(masks.values()))) if grouping.overlapping else None
        yield _gap(name, found, notes, measurer, shared)
    elif len(sizes) > 1:
        few = Said("note.one_group" if found else "note.no_group", {"needed": min_rows})
        yield absent("accuracy_gap", few, where=of_group(name), notes=notes, context={"group": name})


def _left_out(small: pd.Series, min_rows: int) -> tuple[Said, ...]:
    """Which groups got no figures and why, the largest named; nothing for none."""
    if small.empty:
        return ()
    ranked = sorted(small.items(), key=lambda item: (-item[1], str(item[0])))
    named = tuple(
        Said("note.group", {"value": f"{value!s:.40}", "rows": round(rows)}) for value, rows in ranked[:NAMED]
    )
    values: dict[str, Value] = {"needed": min_rows, "rows": round(small.sum()), "groups": named}
    if len(ranked) > NAMED:
        return (Said("note.groups_left_out_more", {**values, "more": len(ranked) - NAMED}),)
    return (Said("note.groups_left_out", values),)


def _rates(
    inside: pd.DataFrame, frames: Frames, part: Slice, context: dict[str, str], measurer: Measurer
) -> Iterator[Measure]:
    if len(frames.labels) > MAX_CLASSES:
        return
    truth, predicted = memberships(inside, frames)
    weights, ids = inside["weight"].to_numpy(), inside["row_id"].to_numpy()
    either = len(frames.labels) == 2 and not frames.task.several  # what is true of the one is false of the other
    for index in range(1 if either else 0, len(frames.labels)):
        label = frames.labels[index]
        of, put = truth[:, index], predicted[:, index]
        about = {**context, "label": label}
        where = Slice(part, label=label)
        if of.any():
            yield measurer.proportion(
                "group_tpr", put[of], weights[of], where=where, evidence=ids[of & ~put], context=about
            )
        if not of.all():
            yield measurer.proportion(
                "group_fpr", put[~of], weights[~of], where=where, evidence=ids[~of & put], context=about
            )


@dataclass(frozen=True)
class _Shared:
    """Rows of groups that may share some: `inside` (n, k) says which are in which."""

    rows: pd.DataFrame
    inside: NDArray[np.bool_]


def _gap(
    name: str, found: list[Measure], notes: tuple[Said, ...], measurer: Measurer, shared: _Shared | None
) -> Measure:
    """Best minus worst: Newcombe's interval of two groups; of more, one that knows the two were picked by looking.

    Of groups that share rows, one that knows how far these move both.
    """
    by_value = sorted(found, key=lambda measure: (measure.value or 0.0, measure.key))
    worst, best = by_value[0], by_value[-1]
    context = {"group": name, "worst": worst.context["value"], "best": best.context["value"]}
    about: About = {"where": of_group(name), "evidence": worst.evidence, "context": context}
    rows = int(np.sum([m.n for m in found]))
    picked: dict[str, Value] = {"best": context["best"], "worst": context["worst"]}
    if shared is not None:
        return _gap_of_shared(found, shared, picked, notes, about, measurer)
    if len(found) == 2:
        low, high = (worst.counts[0], worst.counts[1]), (best.counts[0], best.counts[1])
        about["notes"] = told(Said("note.best_worst", picked), *notes)
        return replace(difference("accuracy_gap", low, high, **about), n=rows)
    shares = np.array([measure.value or 0.0 for measure in found])
    trials = np.array([measure.counts[1] for measure in found])
    generator = measurer.generator("accuracy_gap", about)
    made = widest_gap(shares, trials, generator, resamples=measurer.resamples)
    pairs, seen = len(found) * (len(found) - 1) // 2, Number(float(np.ptp(shares)), "points")
    widest = Said("note.widest", {**picked, "gaps": pairs, "gap": seen})
    about["notes"] = told(widest, Said("note.chance_off"), *notes)
    return measurer.replicated("accuracy_gap", made, basis="inversion", rows=rows, texts=float(trials.sum()), **about)


def _gap_of_shared(
    found: list[Measure], shared: _Shared, picked: dict[str, Value], notes: tuple[Said, ...], about: About, measurer: Measurer
) -> Measure:  # fmt: skip
    some = shared.inside.any(axis=1)
    hits, weights = (shared.rows[column].to_numpy(dtype=np.float64)[some] for column in ("correct", "weight"))
    inside = shared.inside[some].astype(np.float64)
    generator, pairs = measurer.generator("accuracy_gap", about), len(found) * (len(found) - 1) // 2
    made = widest_of_overlapping(*of_shares(hits, weights, inside), generator, resamples=measurer.resamples)
    several = int((inside.sum(axis=1) > 1).sum())
    p = Number(by_chance(hits, weights, inside, generator), "p_value")
    gap: dict[str, Value] = {**picked, "gaps": pairs, "gap": Number(made.value, "points")}
    about["notes"] = told(Said("note.widest", gap), Said("note.in_several", {"texts": several, "p": p}), *notes)
    rows = float(weights.sum())
    return measurer.replicated("accuracy_gap", made, rows=rows, **about)
