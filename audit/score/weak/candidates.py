"""The parts of a table that are looked at: values of columns, words, lengths and forms of texts, and two of them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from audit.score.frames import Frames
from audit.score.group_columns import MOST_GROUPS, columns_of
from audit.score.text_marks import FORMS, Marks
from audit.slices import Slice
from audit.word_kinds import says_something

Mask = NDArray[np.bool_]
LEAST = 30
"""Rows of a part, at least: both halves of the table need some."""
MOST_WORDS = 2000
"""Words that are looked at, the most frequent that not more than half of the rows have; words that say something, no `the`."""
LENGTHS = (0.1, 0.2, 0.8, 0.9)
"""Quantiles of the length that cut off the short and the long."""


@dataclass(frozen=True)
class Parts:
    """Parts of some rows.

    Attributes:
        where: each part as a slice.
        inside: (rows, parts) 1.0 where a row belongs to a part.
    """

    where: tuple[Slice, ...]
    inside: sparse.csc_array

    def __len__(self) -> int:
        return len(self.where)

    def of(self, rows: NDArray[np.intp] | Mask) -> Parts:
        """The same parts of some of the rows."""
        return Parts(self.where, self.inside[rows])

    def some(self, places: NDArray[np.intp]) -> Parts:
        """Some of the parts."""
        return Parts(tuple(self.where[i] for i in places), self.inside[:, places])

    def mask(self, part: int) -> Mask:
        """(rows,) which rows belong to one of them."""
        mask = np.zeros(self.inside.shape[0], dtype=bool)
        mask[self.inside.indices[self.inside.indptr[part] : self.inside.indptr[part + 1]]] = True
        return mask


def single(rows: pd.DataFrame, frames: Frames, marks: Marks) -> Parts:
    """Every part by one mark with enough rows inside and outside.

    Args:
        rows: predictions with a true label, `content_id` among their columns.
        frames: of the run; marks: of its examples, in their order.
    """
    place = pd.Series(np.arange(len(frames.examples)), frames.examples["content_id"])
    at = rows["content_id"].map(place[~place.index.duplicated()]).to_numpy()
    found = [*_columns(rows, frames), *_lengths(marks.lengths[at]), *_forms(marks.forms[at])]
    named = tuple(where for where, _ in found)
    columns = [sparse.csc_array(np.array([mask for _, mask in found], dtype=np.float32).T)] if found else []
    words = sparse.csc_array(marks.words[at])
    often = np.diff(words.indptr)
    kept = np.flatnonzero((often >= LEAST) & (often <= len(rows) / 2))
    kept = np.array([i for i in kept if says_something(marks.vocabulary[i])], dtype=np.intp)
    kept = kept[np.lexsort((kept, -often[kept]))][:MOST_WORDS]
    columns.append(words[:, kept])
    held = tuple(Slice(holds=marks.vocabulary[i]) for i in kept)
    return Parts((*named, *held), sparse.csc_array(sparse.hstack(columns, format="csc")))


def classes(rows: pd.DataFrame) -> Parts:
    """The rows of each true label: no part by themselves, since recall tells of them, but of use to cut others."""
    sizes = rows["label"].value_counts()
    named = sorted(map(str, sizes[sizes >= LEAST].index))
    masks = [(rows["label"] == label).to_numpy() for label in named]
    inside = np.array(masks, dtype=np.float32).T if masks else np.empty((len(rows), 0), dtype=np.float32)
    return Parts(tuple(Slice(label=label) for label in named), sparse.csc_array(inside))


def _columns(rows: pd.DataFrame, frames: Frames) -> Iterator[tuple[Slice, Mask]]:
    for grouping in columns_of(frames):
        sizes = grouping.sizes(rows.assign(weight=1))
        if len(sizes) > max(MOST_GROUPS, len(rows) // LEAST):
            continue  # something of each row, such as a name or a number
        for value in sorted(sizes.index[(sizes >= LEAST) & (sizes <= len(rows) - LEAST)]):
            yield grouping.parts[str(value)], grouping.inside(rows, str(value))


def _lengths(lengths: NDArray[np.int32]) -> Iterator[tuple[Slice, Mask]]:
    seen: set[tuple[str, int]] = set()
    for q in LENGTHS:
        at = int(np.quantile(lengths, q, method="inverted_cdf"))
        name, mask = ("words_upto", lengths <= at) if q < 0.5 else ("words_over", lengths > at)
        if (name, at) not in seen and LEAST <= mask.sum() <= len(lengths) - LEAST:
            yield Slice({name: str(at)}), mask
        seen.add((name, at))


def _forms(forms: NDArray[np.bool_]) -> Iterator[tuple[Slice, Mask]]:
    for i, name in enumerate(FORMS):
        if LEAST <= forms[:, i].sum() <= len(forms) - LEAST:
            yield Slice(form=name), forms[:, i]
