"""The points of a map in groups of one colour each: by what they are coloured, and what each group is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.language.translating import tr, tr_later

WAYS: Mapping[str, str] = {
    "right": tr_later("Right or wrong"),
    "label": tr_later("Label"),
    "predicted": tr_later("Prediction"),
    "confidence": tr_later("Confidence"),
    "outside": tr_later("Outside the reference table"),
    "cluster": tr_later("Cluster"),
    "slice": tr_later("Kept slice"),
    "table": tr_later("Table"),
}
"""What points may be coloured by."""
REFERENCE = "reference"
"""The table that lies beneath."""
MOST = 6
"""Labels that have a colour each, the most frequent; the others share one."""
NEUTRAL = -1
"""The colour of what is only there to compare with, or has none of its own."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points of one colour: `at` are their places in the table, `colour` the number of a colour or `NEUTRAL`."""

    name: str
    at: NDArray[np.intp]
    colour: int
    beneath: bool = False


def ways(table: pd.DataFrame) -> list[str]:
    """What the points of a map can be coloured by: what tells some of them apart."""
    audited = table[table["table"] != REFERENCE]
    told = {
        "right": bool((audited["right"] >= 0).any()),
        "label": bool((audited["label"] != "").any()),
        "outside": bool((audited["outside"] >= 0).any()),
        "table": len(audited) < len(table),
        "confidence": bool(audited["confidence"].notna().any()),
        "cluster": "cluster" in audited and bool((audited["cluster"] > 0).any()),
        "slice": "slice" in audited,
    }
    return [way for way in WAYS if told.get(way, True)]


def clouds(table: pd.DataFrame, by: str, names: Mapping[int, str] | None = None) -> list[Cloud]:
    """The groups in the order they are drawn in: the reference table beneath, what matters most on top.

    Args:
        table: of a map; by: key of `WAYS`. For `cluster` it has a column of the number of each row's, 0 for none; for `slice` one of
            1 for a row that is in it and 0 for one that is not.
        names: what each cluster is called, by its number.
    """
    beneath = (table["table"] == REFERENCE).to_numpy()
    found = [Cloud(tr("reference table"), np.flatnonzero(beneath), NEUTRAL, beneath=True)]
    grouped = _clusters(table, names or {}) if by == "cluster" else _GROUPED[by](table)
    found += [Cloud(name, np.flatnonzero(mask & ~beneath), colour) for name, mask, colour in grouped]
    return [cloud for cloud in found if len(cloud.at)]


Grouped = Iterator[tuple[str, NDArray[np.bool_], int]]


def _is(table: pd.DataFrame, column: str, value: object) -> NDArray[np.bool_]:
    return np.asarray(table[column] == value, dtype=bool)


def _right(table: pd.DataFrame) -> Grouped:
    yield tr("without a label"), _is(table, "right", -1), NEUTRAL
    yield tr("right"), _is(table, "right", 1), 0
    yield tr("wrong"), _is(table, "right", 0), 1


def _outside(table: pd.DataFrame) -> Grouped:
    yield tr("not known"), _is(table, "outside", -1), NEUTRAL
    yield tr("like the reference table"), _is(table, "outside", 0), 0
    yield tr("outside of it"), _is(table, "outside", 1), 1


def _named(column: str) -> Callable[[pd.DataFrame], Grouped]:
    def grouped(table: pd.DataFrame) -> Grouped:
        own = table[table["table"] != REFERENCE]
        sizes = own.loc[own[column] != "", column].value_counts()
        order = sorted(sizes.index, key=lambda label: (-sizes[label], label))
        yield tr("without a label"), _is(table, column, ""), NEUTRAL
        if len(order) > MOST:
            yield tr("other labels"), table[column].isin(order[MOST:]).to_numpy(), NEUTRAL
        shown = sorted(order[:MOST])
        for number, label in enumerate(shown):
            yield str(label), _is(table, column, label), number

    return grouped


def _clusters(table: pd.DataFrame, names: Mapping[int, str]) -> Grouped:
    yield tr("in none"), _is(table, "cluster", 0), NEUTRAL
    for number in sorted({int(n) for n in table["cluster"] if n > 0}):
        yield names.get(number, str(number)), _is(table, "cluster", number), number - 1


def _slice(table: pd.DataFrame) -> Grouped:
    yield tr("not in it"), _is(table, "slice", 0), 0
    yield tr("in the slice"), _is(table, "slice", 1), 1


def _table(table: pd.DataFrame) -> Grouped:
    yield tr("audited rows"), np.ones(len(table), dtype=bool), 0


_GROUPED: Mapping[str, Callable[[pd.DataFrame], Grouped]] = {
    "right": _right, "outside": _outside, "label": _named("label"), "predicted": _named("predicted"), "table": _table,
    "confidence": _table, "slice": _slice,
}  # fmt: skip
