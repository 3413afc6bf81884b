"""Perturbations: how often a small change of the text flips the prediction, and the worst case over a named set."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure


def perturbations(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Flip rate of every perturbation, rows with any flip, then the worst case over all of them."""
    for probe, rows in frames.perturbations.groupby("probe", sort=True):
        yield from of_perturbation(str(probe), rows, measurer)
    yield from worst_case(frames, measurer)


def of_perturbation(probe: str, rows: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    """The scores of one perturbation's outcomes (frame `perturbations`, one probe)."""
    yield measurer.proportion(
        "error_share", rows["error"], rows["weight"], probe=probe, evidence=rows.loc[rows["error"], "row_id"]
    )
    counted = rows[~rows["error"] & (rows["changed"] > 0)]
    untouched = int(rows.loc[~rows["error"] & (rows["changed"] == 0), "weight"].sum())
    note = f"{untouched} rows that it did not change are left out" if untouched else ""
    most = int(counted["changed"].max()) if len(counted) else 0
    context = {"variants": most}
    evidence = _most_flipped(counted)
    yield measurer.rate(
        "flip_rate",
        counted["flips"],
        counted["changed"],
        counted["weight"],
        probe=probe,
        note=note,
        evidence=evidence,
        context=context,
    )
    if most > 1:
        yield measurer.proportion(
            "flip_any",
            counted["flips"] > 0,
            counted["weight"],
            probe=probe,
            note=f"any of up to {most} variants a row",
            evidence=evidence,
            context=context,
        )


def worst_case(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Rows that keep their prediction under every variant of every perturbation; from two perturbations on."""
    rows = frames.perturbations
    rows = rows[~rows["error"] & (rows["changed"] > 0)]
    names = sorted(set(rows["probe"]))
    if len(names) < 2:
        return
    by_text = rows.groupby("content_id", sort=False).agg(
        row_id=("row_id", "first"), weight=("weight", "first"), flips=("flips", "sum"), variants=("changed", "sum")
    )
    yield measurer.proportion(
        "worst_case_retained",
        by_text["flips"] == 0,
        by_text["weight"],
        probe="perturbations",
        note=f"over {', '.join(names)}; up to {int(by_text['variants'].max())} variants a row",
        evidence=_most_flipped(by_text),
        context={"set": names},
    )


def _most_flipped(rows: pd.DataFrame) -> list[str]:
    flipped = rows[rows["flips"] > 0].sort_values(["flips", "row_id"], ascending=[False, True], kind="stable")
    return list(flipped["row_id"].head(EVIDENCE))
