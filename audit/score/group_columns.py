"""What rows are told apart by: columns of the table, two of them together, and whom a text speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.score.frames import Frames
from audit.slices import GROUP, Slice

Mask = NDArray[np.bool_]

MOST_GROUPS = 50
"""Groups of a column beyond which it is no grouping, but something of each row, such as a name or a number."""
MOST_CROSSED = 4
"""Columns of which every two are crossed; of more the first."""


@dataclass(frozen=True)
class Grouping:
    """One way to tell rows apart.

    Attributes:
        name: as findings call it.
        kind: `column`, `crossed` (two columns) or `mentioned` (whom the text speaks of).
        of: content id -> group; a text in none is missing, one in several stands once for each.
        parts: group -> the rows as a slice.
        whole: all of them as a slice.
    """

    name: str
    kind: str
    of: pd.Series
    parts: dict[str, Slice]
    whole: Slice = field(default_factory=Slice)

    @property
    def overlapping(self) -> bool:
        """Whether a text may be in several groups."""
        return bool(self.of.index.has_duplicates)

    def sizes(self, rows: pd.DataFrame) -> pd.Series:
        """Rows of the table in each group, by group in alphabetical order; `rows` have a `content_id` and a `weight`."""
        weights = rows.set_index("content_id")["weight"]
        own = self.of[self.of.index.isin(weights.index)]
        counted = pd.Series(weights[~weights.index.duplicated()].reindex(own.index).to_numpy(), own.to_numpy())
        return counted.groupby(level=0).sum()

    def inside(self, rows: pd.DataFrame, group: str) -> Mask:
        """Which rows are in a group, (n,)."""
        found: Mask = rows["content_id"].isin(self.of.index[self.of == group]).to_numpy(dtype=bool)
        return found


def groupings(frames: Frames) -> Iterator[Grouping]:
    """Every way to tell the rows of a run apart."""
    columns = {name: values_of(frames, name) for name in frames.groups}
    for name, of in columns.items():
        yield _column(name, of)
    for one, other in combinations(frames.groups[:MOST_CROSSED], 2):
        both = columns[one].to_frame("one").join(columns[other].to_frame("other"), how="inner")
        of = both["one"] + " × " + both["other"]
        parts = {
            f"{a} × {b}": Slice({f"{GROUP}{one}": a, f"{GROUP}{other}": b})
            for a, b in both.drop_duplicates().itertuples(index=False)
        }
        yield Grouping(
            f"{one} × {other}", "crossed", of, parts, Slice({f"{GROUP}{one}": None, f"{GROUP}{other}": None})
        )
    yield from _mentioned(frames)


def columns_of(frames: Frames) -> Iterator[Grouping]:
    """The group columns of the table, each by itself."""
    return (_column(name, values_of(frames, name)) for name in frames.groups)


def values_of(frames: Frames, name: str) -> pd.Series:
    """Content id -> value of a group column; a cell that holds several is taken apart, as the filters of rows do."""
    by_content = frames.examples.drop_duplicates("content_id").set_index("content_id")
    cells = by_content[f"{GROUP}{name}"].fillna("").astype(str)
    cells, held = cells[cells != ""], frames.several(name)
    return cells.map(lambda cell: held.get(cell, (cell,))).explode().dropna().astype(str) if held else cells


def _column(name: str, of: pd.Series) -> Grouping:
    parts = {value: Slice({f"{GROUP}{name}": value}) for value in of.unique()}
    return Grouping(name, "column", of, parts, Slice({f"{GROUP}{name}": None}))


def _mentioned(frames: Frames) -> Iterator[Grouping]:
    """Whom the texts speak of, as the first probe that said them of others found."""
    table = frames.of("identities")
    if not len(table):
        return
    lines = frames.versions.lines
    probe = table["probe"].iloc[0]
    mine = lines[lines["own"] & lines["owner"].isin(table.index[table["probe"] == probe])]
    for dimension, some in mine.groupby("dimension", sort=False):
        of = pd.Series(some["group"].to_numpy(), table.loc[some["owner"], "content_id"].to_numpy()).astype(str)
        parts = {group: Slice(dimension=str(dimension), identity=group) for group in of.unique()}
        yield Grouping(str(dimension), "mentioned", of, parts, Slice(dimension=str(dimension)))
