"""How many labels look wrong, how many rows are nearly the same, and how many the model may have been trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.said import Number, Said, told
from audit.score.frames import Frames
from audit.score.labels.examining import FEWEST_ROWS, Examined, examine
from audit.score.labels.floor import floor
from audit.score.labels.reference import SAME
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure


def labels(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`label_suspect_share` and `label_error_share` where the model can say anything of its labels, of rows outside the
    reference table; `near_duplicate_share` and `near_conflict_share`; `leaked_share` where there is a reference table.

    Sources: Northcutt, Jiang & Chuang 2021 (confident learning); Broder 1997 (MinHash); Levenshtein 1966.
    """
    found = examine(frames)
    if found.reason is None and found.outside.sum() >= FEWEST_ROWS:
        yield from _suspected(found, frames, measurer)
    yield from _near(frames, measurer)
    yield from _leaked(frames, measurer)


def _suspected(found: Examined, frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    rows, weights = found.rows[found.outside], found.weights[found.outside]
    suspected = found.suspected[found.outside]
    evidence = worst_first(rows[suspected])["row_id"].head(EVIDENCE)
    many = round(float(weights[suspected].sum()))
    outside = _outside(found, frames)
    yield measurer.proportion("label_suspect_share", suspected, weights, evidence=evidence, notes=outside)
    made = floor(found.probs[found.outside], found.given[found.outside], weights, resamples=measurer.resamples)
    total = float(weights.sum())
    yield measurer.replicated(
        "label_error_share", made, basis="inversion", rows=total, texts=total**2 / float((weights**2).sum()),
        evidence=evidence, context={"suspected": many},
        notes=told(Said("note.labels_alone", {"suspected": many, "share": Number(found.expected)}), *outside),
    )  # fmt: skip


def _outside(found: Examined, frames: Frames) -> tuple[Said, ...]:
    """Whether the model was trained on the rows, as far as that is known."""
    if frames.seen is None:
        return (Said("note.labels_untold"),)
    inside = round(float(found.weights[~found.outside].sum()))
    return (Said("note.labels_outside", {"rows": inside}),) if inside else (Said("note.labels_apart"),)


def _near(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Rows that have a near duplicate among the audited ones, and labelled ones that have one with another label."""
    table, twins = frames.examples, frames.twins
    if table.empty or twins is None:
        return
    weight = table["weight"].to_numpy(dtype=np.float64)
    near = np.zeros(len(table), dtype=bool)
    near[twins.first] = near[twins.second] = True
    yield _counted("near_duplicate_share", near, np.ones(len(table), dtype=bool), weight, frames, measurer)
    label = table["label"].to_numpy()
    if not (label != "").any():
        return
    apart = (label[twins.first] != label[twins.second]) & (label[twins.first] != "") & (label[twins.second] != "")
    other = np.zeros(len(table), dtype=bool)
    other[twins.first[apart]] = other[twins.second[apart]] = True
    yield _counted("near_conflict_share", other, label != "", weight, frames, measurer)


def _leaked(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    table, seen = frames.examples, frames.seen
    if table.empty or seen is None or len(seen) != len(table):
        return
    weight = table["weight"].to_numpy(dtype=np.float64)
    same = round(float(weight[seen == SAME].sum()))
    there = np.argsort(-seen, kind="stable")[: int((seen > 0).sum())]
    found = measurer.count(
        "leaked_share", float(weight[seen > 0].sum()), float(weight.sum()),
        evidence=table["row_id"].to_numpy()[there][:EVIDENCE], context={"same": same},
        notes=(Said("note.leaked_same", {"same": same}),),
    )  # fmt: skip
    yield replace(found, counted=frames.whole)


def _counted(
    name: str, hit: np.ndarray, among: np.ndarray, weight: np.ndarray, frames: Frames, measurer: Measurer
) -> Measure:
    """A share of rows, each a trial of its own, since repeats are what is counted; of a table audited whole no estimate."""
    rows = frames.examples["row_id"].to_numpy()[hit]
    found = measurer.count(name, float(weight[hit].sum()), float(weight[among].sum()), evidence=rows[:EVIDENCE])
    return replace(found, counted=frames.whole)


def worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by how clearly the model contradicts their label."""
    return rows.sort_values(["margin", "row_id"], kind="stable")
