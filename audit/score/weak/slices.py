"""In which rows is the model weak? Parts of the table found on one half of its rows, and judged on the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.measurer import Measurer, difference
from audit.score.measures import EVIDENCE, Measure
from audit.score.performance import labelled, surest_errors
from audit.score.splitting import halves
from audit.score.weak.candidates import Mask, classes, single
from audit.score.weak.searching import max_t, of_their_own, weakest, with_pairs
from audit.seeds import row_generator

FEWEST_ROWS = 200
"""Labelled texts from which on parts are looked for: each half has a hundred."""
FEWEST_ERRORS = 10


def weak_slices(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`slice_gap` of the parts that look weakest: how much less often the model is right in them than in the rest.

    Marks of a row are values of the table's columns, words, length and form of its text, its true class together with one
    of those; parts have one or two of them. Nothing without labels, or with fewer than 200 labelled texts.

    Sources: Chung et al. 2019 (slices by trees and lattices of marks); Westfall & Young 1993 (max-T).
    """
    rows = labelled(frames).reset_index(drop=True)
    wrong: Floats = np.where(rows["correct"] == 0, 1.0, 0.0)
    if frames.marks is None or len(rows) < FEWEST_ROWS or not FEWEST_ERRORS <= wrong.sum() <= len(rows) - FEWEST_ERRORS:
        return
    searched = halves(rows["content_id"], measurer.seed)
    looked_at = with_pairs(single(rows, frames, frames.marks), classes(rows), wrong, searched)
    chosen = looked_at.some(weakest(looked_at.of(searched), wrong[searched]))
    judged = chosen.of(~searched)
    tested = max_t(judged, wrong[~searched], row_generator(measurer.seed, "slices", "max-t"))
    for place in of_their_own(judged, wrong[~searched]):
        where = chosen.where[place]
        found = _gap(rows, chosen.mask(place), ~searched)
        if found is None:
            continue
        inside, rest, right_inside, right_rest = found
        wrong_ones = rows[chosen.mask(place) & (wrong > 0)]
        yield replace(
            difference(
                "slice_gap", inside, rest, where=where, evidence=surest_errors(wrong_ones)[:EVIDENCE],
                notes=(
                    Said("note.slice_right", {"inside": Number(right_inside), "rest": Number(right_rest)}),
                    Said("note.slice_tested", {
                        "p": Number(float(tested[place]), "p_value"), "chosen": len(chosen), "looked": len(looked_at),
                    }),
                ),
                context={"inside": right_inside, "rest": right_rest, "p_value": float(tested[place]), "looked": len(looked_at)},
            ),
            n=round(float(rows["weight"].to_numpy()[chosen.mask(place) & ~searched].sum())),
        )  # fmt: skip


def _gap(
    rows: pd.DataFrame, part: Mask, judged: Mask
) -> tuple[tuple[float, float], tuple[float, float], float, float] | None:
    """Of the rows judged, inside a part and outside: right ones and trials on the effective number of texts, and both shares."""
    inside, rest = (right_of(rows[judged & side]) for side in (part, ~part))
    if inside is None or rest is None:
        return None
    return inside, rest, inside[0] / inside[1], rest[0] / rest[1]


def right_of(rows: pd.DataFrame) -> tuple[float, float] | None:
    """Right ones and trials on the effective number of texts of labelled rows; None without any."""
    weight: Floats = rows["weight"].to_numpy(dtype=np.float64)
    if not weight.size:
        return None
    share = float((weight * (rows["correct"] == 1)).sum() / weight.sum())
    effective = float(weight.sum()) ** 2 / float((weight**2).sum())
    return share * effective, effective
