"""Perturbations: how often a small change of the text flips the prediction, and the worst case over a named set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from audit.language.probes import called
from audit.language.written import SETTING
from audit.said import Number, Said, Value, told
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.reference import usual_flips, usual_worst_case

SURE = 0.7
"""Confidence in the original's prediction from which the model was sure of a text."""


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
    left_out = Said("note.unchanged", {"rows": untouched}) if untouched else None
    most = int(counted["changed"].max()) if len(counted) else 0
    evidence, context = _most_flipped(counted), {"variants": most}
    notes = told(left_out, _unsure(counted), usual_flips(probe, most))
    yield _rate("flip_rate", probe, counted, measurer, notes=notes, evidence=evidence, context=context)
    sure = counted["confidence"] >= SURE
    if sure.any() and not sure.all():
        for name, part in (("flip_rate_sure", counted[sure]), ("flip_rate_unsure", counted[~sure])):
            yield _rate(name, probe, part, measurer, evidence=_most_flipped(part), context=context)
    if most > 1:
        yield measurer.proportion(
            "flip_any",
            counted["flips"] > 0,
            counted["weight"],
            probe=probe,
            notes=(Said("note.any_variant", {"variants": most}),),
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
        row_id=("row_id", "first"), weight=("weight", "first"), flips=("flips", "sum"), changed=("changed", "sum"),
        confidence=("confidence", "first"),
    )  # fmt: skip
    k, each = int(by_text["changed"].max()), _share(by_text)
    yield measurer.proportion(
        "worst_case_retained",
        by_text["flips"] == 0,
        by_text["weight"],
        probe="perturbations",
        notes=told(
            Said(
                "note.over_variants", {"probes": tuple(called(key, frames.names[key]) for key in names), "variants": k}
            ),
            Said("note.one_variant", {"share": Number(each)}),
            _unsure(by_text),
            usual_worst_case(names, k),
        ),
        evidence=_most_flipped(by_text),
        context={"set": names, "variants": k, "each": each},
    )


def _rate(name: str, probe: str, rows: pd.DataFrame, measurer: Measurer, **about: Any) -> Measure:
    return measurer.rate(name, rows["flips"], rows["changed"], rows["weight"], probe=probe, **about)


def _share(rows: pd.DataFrame) -> float:
    return float((rows["flips"] * rows["weight"]).sum() / (rows["changed"] * rows["weight"]).sum())


def _unsure(rows: pd.DataFrame) -> Said | None:
    """Of the flips, how many are of texts the model was unsure of to begin with."""
    flips = rows["flips"] * rows["weight"]
    total = int(flips.sum())
    unsure = int(flips[rows["confidence"] < SURE].sum())
    values: dict[str, Value] = {"unsure": unsure, "flips": total, "confidence": Number(SURE, f"{SETTING}share")}
    return Said("note.unsure_flips", values) if total else None


def _most_flipped(rows: pd.DataFrame) -> list[str]:
    flipped = rows[rows["flips"] > 0].sort_values(["flips", "row_id"], ascending=[False, True], kind="stable")
    return list(flipped["row_id"].head(EVIDENCE))
