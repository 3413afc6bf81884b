"""The versions of one dimension as a grid of rows and groups, and what two groups come to in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.score.bootstrap import Floats
from audit.score.version_rows import Versions

TURNED = 0.1
"""Share of the rows whose answer a sentence about anybody may turn; beyond, no sentence counts."""


@dataclass(frozen=True)
class Grid:
    """What the model says of each row in the words of each group; not-a-number, or -1, where there is no such version.

    Attributes:
        dimension: which.
        groups: (g,) sorted.
        row_id, weight: (n,) of the rows, those as typed first.
        probs: (n, g, labels).
        answers: (n, g) codes, equal for equal answers.
        inserted: (n,) whether a sentence was put before the row.
    """

    dimension: str
    groups: tuple[str, ...]
    row_id: NDArray[np.object_]
    weight: Floats
    probs: Floats
    answers: NDArray[np.intp]
    inserted: NDArray[np.bool_]


@dataclass(frozen=True)
class Pair:
    """Rows of which there is a version for both of two groups: second minus first, (n, labels), and whether the answers differ, (n,)."""

    first: str
    second: str
    rows: NDArray[np.intp]
    gaps: Floats
    differ: NDArray[np.bool_]


def grids(versions: Versions, rows: pd.DataFrame) -> Iterator[Grid]:
    """A grid for each dimension that any of the rows (lines of the frame `identities`) has versions of."""
    lines = versions.lines
    mine = neutral(versions, rows)
    codes = pd.factorize(lines["answer"])[0]
    for dimension in dict.fromkeys(lines.loc[mine, "dimension"]):
        chosen = np.flatnonzero(mine & (lines["dimension"] == dimension).to_numpy(dtype=bool))
        some = lines.iloc[chosen]
        first = some.groupby("owner")["inserted"].any()
        owners = first.index[np.argsort(first.to_numpy(), kind="stable")]
        groups = tuple(sorted(some["group"].unique()))
        at = pd.Series(np.arange(len(owners)), owners)[some["owner"]].to_numpy()
        of = pd.Series(np.arange(len(groups)), groups)[some["group"]].to_numpy()
        probs = np.full((len(owners), len(groups), len(versions.labels)), np.nan)
        answers = np.full((len(owners), len(groups)), -1, dtype=np.intp)
        probs[at, of], answers[at, of] = versions.probs[chosen], codes[chosen]
        told = rows.loc[owners]
        yield Grid(
            str(dimension), groups, told["row_id"].to_numpy(dtype=object), told["weight"].to_numpy(dtype=np.float64), probs,
            answers, first.loc[owners].to_numpy(dtype=bool),
        )  # fmt: skip


def neutral(versions: Versions, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Lines of these rows, without those of sentences that are not neutral to the model.

    A sentence about anybody may turn the answer to a short text, or to one unlike all that the model has learnt. Where more
    than half of a row's versions do, they are left out; where that is so in more than a tenth of the rows, all of them are:
    to such a model the sentences are no neutral ground, and what it says of them says nothing of groups.
    """
    share = _turned(versions, rows)
    mine = versions.lines["owner"].isin(rows.index).to_numpy(dtype=bool)
    inserted = versions.lines["inserted"].to_numpy(dtype=bool)
    tried, turned = sentences_tried(versions, rows)
    usable = turned <= TURNED * tried
    return np.asarray(mine & (~inserted | ((share <= 0.5) & usable)), dtype=bool)


def sentences_tried(versions: Versions, rows: pd.DataFrame) -> tuple[int, int]:
    """For how many rows, each once a dimension, a sentence was put before the text, and for how many of them it turned the answer."""
    lines = versions.lines
    mine = (lines["owner"].isin(rows.index) & lines["inserted"]).to_numpy(dtype=bool)
    units = lines.assign(share=_turned(versions, rows))[mine].drop_duplicates(["owner", "dimension"])
    return len(units), int((units["share"] > 0.5).sum())


def _turned(versions: Versions, rows: pd.DataFrame) -> Floats:
    """For each line the share of its row's versions with a sentence that have another answer than the text, (lines,)."""
    lines = versions.lines
    same = lines["answer"].to_numpy() == lines["owner"].map(rows["before"]).fillna("").to_numpy()
    turned = pd.Series(~same & lines["inserted"].to_numpy(dtype=bool))
    share: Floats = turned.groupby([lines["owner"], lines["dimension"]]).transform("mean").to_numpy(dtype=np.float64)
    return share


def pairs(grid: Grid) -> Iterator[Pair]:
    """Every two groups of a grid that have a row in common."""
    for a, b in combinations(range(len(grid.groups)), 2):
        both = np.flatnonzero((grid.answers[:, a] >= 0) & (grid.answers[:, b] >= 0))
        if both.size:
            gaps = grid.probs[both, b] - grid.probs[both, a]
            yield Pair(grid.groups[a], grid.groups[b], both, gaps, grid.answers[both, a] != grid.answers[both, b])
