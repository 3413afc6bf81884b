"""The data itself: duplicates, conflicting labels, texts cut by the model's limit, lengths, labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.score.frames import Frames
from audit.score.intervals import share_interval
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, POINT_ROWS, Measure
from audit.slices import Slice


def data(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """The scores of the table and of the predictions' frame; labels one by one up to 20 classes.

    Of a table audited whole they are counted, not estimated: the table has so many duplicates and no other number.
    """
    for measure in _table(frames, measurer):
        yield replace(measure, counted=frames.whole and measure.value is not None)
    for measure in _predicted(frames, measurer):
        yield replace(measure, counted=predicted_whole(frames) and measure.value is not None)


def predicted_whole(frames: Frames) -> bool:
    """Whether there is a prediction of every row of the table."""
    p = frames.predictions
    return frames.whole and len(p) == len(frames.examples) and not p["error"].any()


def _predicted(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    p = frames.predictions
    if p.empty:
        return
    yield measurer.proportion("error_share", p["error"], p["weight"], evidence=p.loc[p["error"], "row_id"])
    good = p[~p["error"]]
    longest = good[good["truncated"]].sort_values(["tokens", "row_id"], ascending=[False, True], kind="stable")
    context = {"limit": int(longest["kept"].max())} if len(longest) else {}
    yield measurer.proportion(
        "truncated_share", good["truncated"], good["weight"], evidence=longest["row_id"].head(EVIDENCE), context=context
    )
    yield measurer.quantile("length_median", good["tokens"], good["weight"], 0.5)
    yield measurer.quantile("length_p95", good["tokens"], good["weight"], 0.95)
    yield from _labels(frames, measurer)


def label_distribution(frames: Frames, *, level: float = 0.95) -> pd.DataFrame:
    """Columns label, kind (`data` or `model`), rows, share, low, high, n: rows with each label, given and predicted.

    The interval is that of the share of such texts there are elsewhere; not-a-number where every row was counted.
    """
    ends = (math.nan, math.nan) if predicted_whole(frames) else None
    good = frames.predictions[~frames.predictions["error"]]
    lines = []
    for kind, column in (("data", "label"), ("model", "predicted")):
        named = good[good[column] != ""]
        if named.empty:
            continue
        counted = named[column].map(frames.task.parts).explode()
        rows = named["weight"].reindex(counted.index).groupby(counted).sum()
        total = int(named["weight"].sum())
        for label in [*frames.labels, *sorted(set(rows.index) - set(frames.labels))]:
            count = int(rows.get(label, 0))
            lines.append((label, kind, count, count / total, *(ends or share_interval(count, total, level)), total))
    return pd.DataFrame(lines, columns=["label", "kind", "rows", "share", "low", "high", "n"])


def lengths(frames: Frames, *, bins: int = 40) -> pd.DataFrame:
    """Histogram of lengths in tokens: columns from, to (exclusive), rows, truncated (rows cut), row_ids (up to `POINT_ROWS`)."""
    good = frames.predictions[~frames.predictions["error"]]
    columns = ["from", "to", "rows", "truncated", "row_ids"]
    if good.empty:
        return pd.DataFrame(columns=columns)
    low, high = int(good["tokens"].min()), int(good["tokens"].max()) + 1
    width = max(1, -(-(high - low) // bins))
    numbers = (good["tokens"] - low) // width
    lines = []
    for number, part in good.groupby(numbers, sort=True):
        start = low + int(np.asarray(number)) * width
        cut = int(part.loc[part["truncated"], "weight"].sum())
        lines.append((start, start + width, int(part["weight"].sum()), cut, tuple(part["row_id"].head(POINT_ROWS))))
    return pd.DataFrame(lines, columns=columns)


def conflicts(frames: Frames) -> pd.DataFrame:
    """Rows whose text occurs with more than one label: row_id, label, text_key, weight, together by text."""
    table = frames.examples[frames.examples["label"] != ""]
    several = table.groupby("text_key")["label"].transform("nunique") > 1
    return table.loc[several, ["row_id", "label", "text_key", "weight"]].sort_values(
        ["text_key", "label"], kind="stable"
    )


def _table(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    table = frames.examples
    if table.empty:
        return
    rows = float(table["weight"].sum())
    repeated = table[table["weight"] > 1].sort_values(["weight", "row_id"], ascending=[False, True], kind="stable")
    extra = float((table["weight"] - 1).sum())
    # every row of the table is a trial of its own here: duplicates are what is counted
    yield measurer.count("duplicate_share", extra, rows, evidence=repeated["row_id"].head(EVIDENCE))
    labelled = table[table["label"] != ""]
    if labelled.empty:
        return
    found = conflicts(frames)
    yield measurer.count(
        "conflict_share",
        float(found["weight"].sum()),
        float(labelled["weight"].sum()),
        evidence=found["row_id"].head(EVIDENCE),
        context={"texts": int(found["text_key"].nunique())},
    )


def _labels(frames: Frames, measurer: Measurer, at_most: int = 20) -> Iterator[Measure]:
    if len(frames.labels) > at_most or "label_shares" not in frames.task.families:
        return
    good = frames.predictions[~frames.predictions["error"]]
    for name, column in (("label_share", "label"), ("predicted_share", "predicted")):
        named = good[good[column] != ""]
        for label in frames.labels if len(named) else ():
            yield measurer.proportion(
                name, named[column] == label, named["weight"], where=Slice(label=label), context={"label": label}
            )
