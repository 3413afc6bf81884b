"""Single terms: what a word for a group does to the score, beside what the words for the other groups do in the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from audit.score.bootstrap import Floats
from audit.score.identity_grid import neutral
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.version_rows import Versions
from audit.slices import Slice

FEWEST = 10
"""Rows from which on a term has a figure."""
ANSWER = "answer"
MOST = 20
"""Terms that are kept, those whose effect stands out most."""


def terms(versions: Versions, rows: pd.DataFrame, probe: str, measurer: Measurer) -> Iterator[Measure]:
    """`identity_term_gap` of the terms that lower or raise a class's probability most, each towards the class it moves most.

    A row counts with the probability of its version with the term minus the mean of its versions for the other groups.
    """
    lines = versions.lines
    mine = np.flatnonzero(neutral(versions, rows))
    if not mine.size:
        return
    some, probs = lines.iloc[mine].reset_index(drop=True), versions.probs[mine].astype(np.float64)
    effects = _effects(some, probs)
    spread = some.assign(line=np.arange(len(some)), term=some["terms"].map(Versions.split))
    spread = spread.explode("term").dropna(subset=["term"])
    found = []
    for (dimension, group, term), own in spread.groupby(["dimension", "group", "term"], sort=True):
        chosen = own["line"].to_numpy()
        chosen = chosen[np.isfinite(effects[chosen]).all(axis=1)]
        if chosen.size < FEWEST:
            continue
        weight = rows.loc[some["owner"].iloc[chosen], "weight"].to_numpy(dtype=np.float64)
        k, strength = _strongest(effects[chosen], weight)
        found.append((-strength, str(dimension), str(group), str(term), k, chosen, weight))
    for _, dimension, group, term, k, chosen, weight in sorted(found, key=lambda one: one[:4])[:MOST]:
        label = versions.labels[k]
        values = effects[chosen, k]
        order = np.argsort(-np.abs(values), kind="stable")[:EVIDENCE]
        where = {"dimension": dimension, "identity": group, "word": term}
        context: dict[str, Any] = {"dimension": dimension, "who": group, "word": term, "outcome": outcome(label)}
        if label:
            where, context = {**where, "label": label}, {**context, "label": label}
        yield measurer.mean(
            "identity_term_gap", values, weight, probe=probe, where=Slice(where), context=context,
            evidence=rows.loc[some["owner"].iloc[chosen[order]], "row_id"],
        )  # fmt: skip


def outcome(label: str) -> str:
    """What findings call the class; without one, `answer`, which they say in words."""
    return f"'{label}'" if label else ANSWER


def _effects(lines: pd.DataFrame, probs: Floats) -> Floats:
    """Each line's probabilities minus the mean of the other groups' in the same row and dimension, (lines, labels)."""
    key = pd.MultiIndex.from_frame(lines[["owner", "dimension"]])
    code = key.factorize()[0]
    count = np.bincount(code)[code][:, None].astype(np.float64)
    total = np.column_stack([np.bincount(code, column)[code] for column in probs.T])
    with np.errstate(invalid="ignore", divide="ignore"):
        effects: Floats = probs - (total - probs) / (count - 1.0)
    return effects


def _strongest(values: Floats, weight: Floats) -> tuple[int, float]:
    """The class that is moved most for its error, and by how many errors; of two classes the last."""
    mean = np.average(values, axis=0, weights=weight)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    strength = np.abs(mean) / np.maximum(error, 1e-6)
    k = len(mean) - 1 if len(mean) == 2 else int(np.argsort(-strength, kind="stable")[0])
    return k, float(strength[k])
