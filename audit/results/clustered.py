"""The clusters of a run's rows: what each is called, how many rows it has, and which row is in which. Kept beside the charts' tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.language.translating import tr
from audit.results.tables import Group, Tables
from audit.score.frames import Frames
from audit.score.places.clustered import Clustered, cluster_words, clustered

BETWEEN = ", "
COLUMNS = {
    "number": int, "words": str, "rows": int, "reference": int, "labelled": int, "right": int,
}  # fmt: skip
"""Columns of the table `clusters` besides `row_ids`, those nearest to its centre: `words` that name it, "" where none stands out; rows of
the audited and of the reference table; audited rows with a label, and of these those that the model has right."""


def _clusters(frames: Frames, _level: float, seed: int) -> Tables:
    found = clustered(frames, seed)
    if found is None:
        none = pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS).assign(row_ids=pd.Series(dtype=object))
        return {"clusters": none, "cluster_rows": _rows([], [])}
    words = cluster_words(frames, found)
    lines = [_line(found, number, words[number - 1]) for number in range(1, found.count + 1)]
    placed = found.of_audited > 0
    rows = _rows(np.array(found.audited.ids, dtype=object)[placed], found.of_audited[placed])
    return {"clusters": pd.DataFrame(lines).astype(COLUMNS), "cluster_rows": rows}


def _line(found: Clustered, number: int, words: tuple[str, ...]) -> dict[str, object]:
    inside, beside = found.of_audited == number, found.of_reference == number
    weight, right = found.audited.weight, found.audited.right
    return {
        "number": number, "words": BETWEEN.join(words), "rows": weight[inside].sum(), "reference": found.reference.weight[beside].sum(),
        "labelled": weight[inside & (right >= 0)].sum(), "right": weight[inside & (right == 1)].sum(),
        "row_ids": found.typical(number),
    }  # fmt: skip


def _rows(ids: object, numbers: object) -> pd.DataFrame:
    """Which audited row, each text once, is in which cluster."""
    return pd.DataFrame({"row_id": pd.Series(ids, dtype=str), "cluster": pd.Series(numbers, dtype=int)})


def cluster_names(table: pd.DataFrame) -> dict[int, str]:
    """Number -> what a cluster is called: `1: refund, charge, fee`, none like another.

    Args:
        table: `clusters` of a run.
    """
    return {int(n): cluster_name(int(n), str(words)) for n, words in zip(table["number"], table["words"], strict=True)}


def cluster_name(number: int, words: str | None) -> str:
    """What a cluster is called by its number and its words, by its number alone where these are None."""
    return str(number) if words is None else f"{number}: {words or tr('no word stands out')}"


KINDS = tuple(kind.name for kind in (PREDICTION, EMBEDDING, REFERENCE))
CLUSTERS = Group(("clusters", "cluster_rows"), _clusters, kinds=KINDS, texts=True, by_row=True)
