"""The records of some rows of a run, as columns: what is measured of them is measured as it is of all rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.kinds import KINDS
from audit.score.frames import Frames, content_ids
from audit.score.near.twins import Twins
from audit.score.reference_side import ReferenceSide
from audit.score.text_marks import Marks

_ABOUT_MANY = frozenset(kind.frame for kind in KINDS.values() if kind.scope == "sample")

Mask = NDArray[np.bool_]


def part_of(frames: Frames, rows: Collection[str], *, outside: bool = False) -> Frames:
    """The frames of some rows alone, or with `outside` of all others; records about many rows together are left out.

    Args:
        frames: of a run.
        rows: ids of the rows inside; a text that is listed several times counts with all of its rows.
    """
    wanted = pa.array(content_ids(pd.Series(list(rows), dtype="str")), pa.string())
    inside = partial(_inside, wanted=wanted, outside=outside)
    examples, predictions = inside(frames.examples), inside(frames.predictions)
    made: dict[str, Any] = {
        name: _taken(table, inside(table)) for name, table in frames.others.items() if name not in _ABOUT_MANY
    }
    attributions, attacks = inside(frames.attributions), inside(frames.attacks)
    identities, embeddings = inside(frames.of("identities")), inside(frames.of("embeddings"))
    return replace(
        frames,
        examples=_taken(frames.examples, examples),
        predictions=_taken(frames.predictions, predictions),
        probs=frames.probs[predictions],
        attacks=_taken(frames.attacks, attacks),
        perturbations=_taken(frames.perturbations, inside(frames.perturbations)),
        attributions=_taken(frames.attributions, attributions),
        samples=frames.samples[:0],
        others={name: made.get(name, table[:0]) for name, table in frames.others.items()},
        estimates=(),
        marks=None if frames.marks is None else _marks(frames.marks, examples),
        twins=None if frames.twins is None else _twins(frames.twins, examples),
        seen=None if frames.seen is None else frames.seen[examples],
        vectors=frames.vectors[embeddings] if len(frames.vectors) else frames.vectors,
        compared=ReferenceSide(),
        held={name: frames.several(name) for name in frames.groups},
        _spans=_owned(frames._spans, attributions),
        _edits=_owned(frames._edits, attacks),
        _versions=_owned(frames._versions, identities),
    )


def _inside(table: pd.DataFrame, wanted: pa.Array, *, outside: bool) -> Mask:
    if "content_id" not in table:
        return np.zeros(len(table), dtype=bool)
    found = pc.is_in(pa.array(table["content_id"], pa.string()), value_set=wanted)
    mask: Mask = np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool) != outside
    return mask


def _taken(table: pd.DataFrame, kept: Mask) -> pd.DataFrame:
    return table[kept].reset_index(drop=True)


def _owned(made: tuple[Any, NDArray[np.intp]] | None, kept: Mask) -> Any:
    """Words, edits or versions with the lines that still have a place."""
    return None if made is None else (made[0], made[1][kept])


def _marks(marks: Marks, kept: Mask) -> Marks:
    return Marks(marks.vocabulary, marks.words[np.flatnonzero(kept)], marks.lengths[kept], marks.forms[kept])


def _twins(twins: Twins, kept: Mask) -> Twins:
    """Pairs of which both are there, by their new places."""
    place = np.cumsum(kept) - 1
    both = kept[twins.first] & kept[twins.second]
    return Twins(place[twins.first[both]], place[twins.second[both]], twins.alike[both])
