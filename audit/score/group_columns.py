"""What rows are told apart by: columns of the table, two of them together, and whom a text speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from audit.score.frames import Frames
from audit.slices import GROUP, Slice

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
        of: content id -> group; what is in none is missing.
        parts: group -> the rows as a slice.
        whole: all of them as a slice.
    """

    name: str
    kind: str
    of: pd.Series
    parts: dict[str, Slice]
    whole: Slice = field(default_factory=Slice)


def groupings(frames: Frames) -> Iterator[Grouping]:
    """Every way to tell the rows of a run apart."""
    by_content = frames.examples.drop_duplicates("content_id").set_index("content_id")
    for name in frames.groups:
        of = by_content[f"{GROUP}{name}"].fillna("")
        of = of[of != ""].astype(str)
        parts = {value: Slice({f"{GROUP}{name}": value}) for value in of.unique()}
        yield Grouping(name, "column", of, parts, Slice({f"{GROUP}{name}": None}))
    for one, other in combinations(frames.groups[:MOST_CROSSED], 2):
        both = by_content[[f"{GROUP}{one}", f"{GROUP}{other}"]].fillna("").astype(str)
        both = both[(both != "").all(axis=1)]
        of = both.iloc[:, 0] + " × " + both.iloc[:, 1]
        parts = {
            f"{a} × {b}": Slice({f"{GROUP}{one}": a, f"{GROUP}{other}": b})
            for a, b in both.drop_duplicates().itertuples(index=False)
        }
        yield Grouping(
            f"{one} × {other}", "crossed", of, parts, Slice({f"{GROUP}{one}": None, f"{GROUP}{other}": None})
        )
    yield from _mentioned(frames)


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
