"""How well the model does on the rows as they are: accuracy, macro-F1, class by class, confusion."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Said, told
from audit.score.f1 import Sums, macro_f1
from audit.score.frames import Frames
from audit.score.label_sets import label_sets
from audit.score.measurer import Measurer, absent
from audit.score.measures import EVIDENCE, POINT_ROWS, Measure
from audit.slices import Slice

UNSTABLE = 10
"""Macro-F1 and F1 are marked unstable when a class has fewer rows than this."""


def labelled(frames: Frames) -> pd.DataFrame:
    """Predictions that have a true label and no error."""
    p = frames.predictions
    return p[(p["correct"] >= 0) & ~p["error"]]


def performance(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Accuracy and macro-F1, then precision, recall and F1 per class; nothing where there are no labels.

    Where an answer may hold several labels it is right with exactly those of the row, and micro-F1 and Hamming loss follow.
    """
    rows = labelled(frames)
    if rows.empty:
        return
    sets = "label_sets" in frames.task.families
    about: Any = {"definition": "subset_accuracy"} if sets else {}
    notes = told(Said("note.whole_sets") if sets else None, *_unlabelled(frames))
    yield measurer.proportion(
        "accuracy", rows["correct"], rows["weight"], evidence=surest_errors(rows), notes=notes, **about
    )
    cells = rows.groupby(["label", "predicted", "weight"], sort=True).size().reset_index(name="texts")
    yield _macro_f1(cells, frames, measurer)
    members = memberships(rows, frames)
    if sets:
        yield from label_sets(rows, *members, measurer)
    by_class = zip(frames.labels, *(m.T for m in members), strict=True)
    by_class_of_cells = zip(*(m.T for m in memberships(cells, frames)), strict=True)
    for (label, truth, predicted), (cell_truth, cell_predicted) in zip(by_class, by_class_of_cells, strict=True):
        yield from _shares_of_class(label, truth, predicted, rows, measurer)
        yield _f1_of_class(label, cell_truth, cell_predicted, cells)


def memberships(rows: pd.DataFrame, frames: Frames) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each row is of, and is put into, each class: two (n, labels). Multi-label rows may be in several."""
    return frames.task.members(rows["label"].to_numpy()), frames.task.members(rows["predicted"].to_numpy())


def confusion(frames: Frames) -> pd.DataFrame:
    """Columns true, predicted, rows (duplicates counted), share (of the true class), row_ids (up to `POINT_ROWS`).

    One line per pair that occurs; empty without labels and where an answer may hold several.
    """
    rows = labelled(frames)
    columns = ["true", "predicted", "rows", "share", "row_ids"]
    if rows.empty or "confusions" not in frames.task.families:
        return pd.DataFrame(columns=columns)
    by = rows.sort_values("confidence", ascending=False, kind="stable").groupby(["label", "predicted"], sort=True)
    table = by.agg(rows=("weight", "sum"), row_ids=("row_id", lambda ids: tuple(ids[:POINT_ROWS]))).reset_index()
    table = table.rename(columns={"label": "true"})
    table["share"] = table["rows"] / table.groupby("true")["rows"].transform("sum")
    return table[columns]


def confusions(frames: Frames, measurer: Measurer, *, at_most: int = 20, at_least: int = 3) -> Iterator[Measure]:
    """The pairs of classes confused most: `confusion_share` of a true class, largest lower bound first."""
    table = confusion(frames)
    if table.empty:
        return
    rows = labelled(frames)
    wrong = table[(table["true"] != table["predicted"]) & (table["rows"] >= at_least)]
    found = [_confusion(line, rows, measurer) for line in wrong.to_dict("records")]
    yield from sorted(found, key=lambda measure: (-_low(measure), measure.key))[:at_most]


def _confusion(line: Mapping[Hashable, Any], rows: pd.DataFrame, measurer: Measurer) -> Measure:
    true, other = str(line["true"]), str(line["predicted"])
    of_class = rows[rows["label"] == true]
    return measurer.proportion(
        "confusion_share",
        of_class["predicted"] == other,
        of_class["weight"],
        where=Slice(label=true, predicted=other),
        evidence=line["row_ids"],
        context={"label": true, "other": other, "hits": int(line["rows"])},
    )


def _low(measure: Measure) -> float:
    interval = measure.interval(0.95)
    return interval.low if interval else 0.0


def surest_errors(rows: pd.DataFrame) -> tuple[str, ...]:
    """Ids of the wrong rows the model is surest of."""
    wrong = rows[rows["correct"] == 0].sort_values("confidence", ascending=False, kind="stable")
    return tuple(wrong["row_id"].head(EVIDENCE))


def _macro_f1(cells: pd.DataFrame, frames: Frames, measurer: Measurer) -> Measure:
    truth, predicted = memberships(cells, frames)
    present = truth.any(axis=0)
    sums = _sums(truth[:, present], predicted[:, present], cells)
    rarest = float((sums.rows @ sums.true).min(initial=np.inf))
    notes: tuple[Said, ...] = (Said("note.rarest", {"rows": round(rarest)}),) if rarest < UNSTABLE else ()
    missing = len(frames.labels) - int(present.sum())
    if missing:
        notes = told(*notes, Said("note.classes_left_out", {"missing": missing, "classes": len(frames.labels)}))
    if not present.any():
        return absent("macro_f1", Said("note.no_class"))
    made = macro_f1(sums, resamples=measurer.resamples)
    rows = float(sums.rows.sum())
    texts = rows**2 / float(sums.rows @ sums.weight)
    return measurer.replicated("macro_f1", made, basis="mover", rows=rows, texts=texts, notes=notes)


def _sums(truth: NDArray[np.bool_], predicted: NDArray[np.bool_], cells: pd.DataFrame) -> Sums:
    weight, texts = (cells[column].to_numpy(dtype=np.float64) for column in ("weight", "texts"))
    return Sums(truth.astype(np.float64), predicted.astype(np.float64), weight, texts)


def _shares_of_class(
    label: str, truth: NDArray[np.bool_], predicted: NDArray[np.bool_], rows: pd.DataFrame, measurer: Measurer
) -> Iterator[Measure]:
    weights, ids = rows["weight"].to_numpy(), rows["row_id"].to_numpy()
    part, context = Slice(label=label), {"label": label}
    missed, taken = ids[truth & ~predicted], ids[predicted & ~truth]
    yield measurer.proportion(
        "class_recall", predicted[truth], weights[truth], where=part, evidence=missed, context=context
    )
    yield measurer.proportion(
        "class_precision", truth[predicted], weights[predicted], where=part, evidence=taken, context=context
    )


def _f1_of_class(label: str, truth: NDArray[np.bool_], predicted: NDArray[np.bool_], cells: pd.DataFrame) -> Measure:
    """F1 is 2s / (1 + s) of the share s of the rows of the class or put into it that are both: its interval follows."""
    about: Any = {"where": Slice(label=label), "context": {"label": label}}
    if not truth.any():
        return absent("class_f1", Said("note.none_of_class"), **about)
    weights, texts = cells["weight"].to_numpy(dtype=np.float64), cells["texts"].to_numpy()
    touched, rows = truth | predicted, weights * texts
    mass, own = float(rows[touched].sum()), float(rows[truth].sum())
    effective, share = mass**2 / float((weights * rows)[touched].sum()), float(rows[truth & predicted].sum()) / mass
    notes = (Said("note.unstable", {"rows": round(own)}),) if own < UNSTABLE else ()
    counts = (min(share * effective, effective), effective)
    return Measure("class_f1", 2.0 * share / (1.0 + share), round(own), "jaccard", counts=counts, notes=notes, **about)


def _unlabelled(frames: Frames) -> tuple[Said, ...]:
    p = frames.predictions
    without = int(p.loc[(p["correct"] < 0) & ~p["error"], "weight"].sum())
    return (Said("note.unlabelled", {"rows": without}),) if without else ()
