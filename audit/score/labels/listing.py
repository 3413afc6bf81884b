"""The rows that are shown of labels: those suspected, pairs of near duplicates, rows that two labels would suit."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from audit.said import Said
from audit.score.frames import Frames
from audit.score.labels.examining import FEWEST_ROWS, examine
from audit.score.labels.scores import worst_first

SUSPECTS = 1_000
"""Rows kept for people to judge, the most doubtful first."""
PAIRS = 2_000
"""Pairs of near duplicates kept: those of suspected rows first, then those with two labels."""
AMBIGUOUS = 200
CLOSE = 0.30
"""Two labels are close where their probabilities differ by no more."""


def state(frames: Frames) -> pd.DataFrame:
    """One line: `reason` why nothing is said of labels, as JSON, "" where something is; `rows` labelled, `outside` the reference table."""
    found = examine(frames)
    reason = found.reason
    if reason is None and found.outside.sum() < FEWEST_ROWS:
        reason = Said("note.labels_all_seen")
    said = "" if reason is None else json.dumps(reason.to_data(), ensure_ascii=False)
    rows, outside = (round(float(found.weights[some].sum())) for some in (slice(None), found.outside))
    return pd.DataFrame({"reason": [said], "rows": [rows], "outside": [outside], "told": [frames.seen is not None]})


def suspects(frames: Frames) -> pd.DataFrame:
    """Columns row_id, label, answer, given (probability of the label), confidence (of the answer), margin, seen (0, 1 near,
    2 the same text in the reference table), weight; the most doubtful first, those the model may know from training last.
    """
    columns = ["row_id", "label", "predicted", "given", "confidence", "margin", "seen", "weight"]
    found = examine(frames)
    rows = worst_first(found.rows[found.suspected]).sort_values("seen", kind="stable")
    return rows[columns].head(SUSPECTS).rename(columns={"predicted": "answer"}).reset_index(drop=True)


def pairs(frames: Frames, suspected: pd.DataFrame) -> pd.DataFrame:
    """Columns row_id, other, alike, label, other_label: near duplicates, each pair from both sides, by row and how alike."""
    columns = ["row_id", "other", "alike", "label", "other_label"]
    if frames.twins is None or not len(frames.twins):
        return pd.DataFrame({name: pd.Series(dtype=float if name == "alike" else object) for name in columns})
    one, other, alike = frames.twins.both_ways()
    ids, label = frames.examples["row_id"].to_numpy(), frames.examples["label"].to_numpy()
    doubted = np.isin(ids[one], suspected["row_id"].to_numpy())
    rank = np.where(doubted, 0, np.where(label[one] != label[other], 1, 2))
    kept = np.sort(np.argsort(rank, kind="stable")[:PAIRS])
    one, other = one[kept], other[kept]
    made = pd.DataFrame({
        "row_id": ids[one], "other": ids[other], "alike": alike[kept].astype(float),
        "label": label[one], "other_label": label[other],
    })  # fmt: skip
    return made[columns]


def ambiguous(frames: Frames) -> pd.DataFrame:
    """Columns row_id, label, first, second (the likeliest labels), gap (between them), others (near duplicates with another of the two).

    Rows for which the model cannot decide between two labels and whose near duplicates bear both: no label of them is
    plainly wrong, the rules of labelling do not say.
    """
    columns = ["row_id", "label", "first", "second", "gap", "others"]
    found, twins = examine(frames), frames.twins
    none = pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    if twins is None or not len(twins) or found.reason is not None:
        return none
    family = pd.Series(twins.families(len(frames.examples)), frames.examples["row_id"].to_numpy())
    labelled = frames.examples[frames.examples["label"] != ""]
    counts = labelled.groupby([labelled["row_id"].map(family), "label"])["weight"].sum()
    order = np.argsort(-found.probs, axis=1, kind="stable")[:, :2]
    best = np.take_along_axis(found.probs, order, axis=1).astype(float)
    lines = []
    for place in np.flatnonzero(best[:, 0] - best[:, 1] <= CLOSE):
        row = found.rows.iloc[place]
        first, second = (frames.labels[i] for i in order[place])
        own, key = str(row["label"]), family[row["row_id"]]
        if own in (first, second):
            others = int(counts.get((key, second if own == first else first), 0))
            if others:
                lines.append((row["row_id"], own, first, second, best[place, 0] - best[place, 1], others))
    made = pd.DataFrame(lines, columns=columns) if lines else none
    return made.sort_values(["gap", "row_id"], kind="stable").head(AMBIGUOUS).reset_index(drop=True)
