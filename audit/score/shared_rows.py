"""The rows of groups that may share some, with what is measured of several groups together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.score.bootstrap import Floats, Replicates, confidence_distribution
from audit.score.frames import Frames
from audit.score.overlapping import of_shares, widest_of_overlapping
from audit.score.performance import memberships

Mask = NDArray[np.bool_]
Values = NDArray[np.bool_] | NDArray[np.int64]


@dataclass(frozen=True)
class SharedRows:
    """Rows, and which of them are in which group.

    Attributes:
        rows: predictions; masks: group -> (n,) which rows are in it.
    """

    rows: pd.DataFrame
    masks: Mapping[str, Mask]

    @property
    def correct(self) -> NDArray[np.int64]:
        """(n,) 1 right, 0 wrong, -1 without a label."""
        return np.asarray(self.rows["correct"], dtype=np.int64)

    def weight_of(self, groups: Sequence[str]) -> float:
        """Rows of the table that are in any of some groups."""
        some = np.logical_or.reduce([self.masks[group] for group in groups])
        return float(self.rows["weight"].to_numpy()[some].sum())

    def of_class(self, frames: Frames, k: int) -> OfClass:
        """The same with what is true and what the model says of a class."""
        truth, put = (found[:, k] for found in memberships(self.rows, frames))
        return OfClass(self, truth, put, self.correct >= 0)

    def gap(
        self, hits: Values, of: Mask, groups: Sequence[str], generator: np.random.Generator, resamples: int
    ) -> Replicates:
        """The largest less the smallest share of hits among the rows `of` each group."""
        return widest_of_overlapping(*self._shares(hits, of, groups), generator, resamples=resamples)

    def ratio(
        self, hits: Values, of: Mask, groups: Sequence[str], generator: np.random.Generator, resamples: int
    ) -> Replicates | None:
        """The smallest over the largest share, by the logarithms of shares with half a row more; None where there is no hit."""
        share, moved = self._shares(hits, of, groups)
        if share.max() <= 0:
            return None
        texts = np.array([float(self.masks[group][of].sum()) for group in groups])
        smooth = (share * texts + 0.5) / (texts + 0.5)
        made = widest_of_overlapping(np.log(smooth), moved / smooth, generator, resamples=resamples)
        return confidence_distribution(float(share.min() / share.max()), np.exp(-made.values)[::-1])

    def _shares(self, hits: Values, of: Mask, groups: Sequence[str]) -> tuple[Floats, Floats]:
        inside = np.column_stack([self.masks[group] for group in groups])[of].astype(np.float64)
        weights = self.rows["weight"].to_numpy(dtype=np.float64)[of]
        return of_shares(np.asarray(hits, dtype=np.float64)[of], weights, inside)


@dataclass(frozen=True)
class OfClass:
    """Rows of groups with, of one class, what is true (`truth`), what the model says (`put`) and which rows have a label (`known`)."""

    rows: SharedRows
    truth: Mask
    put: Mask
    known: Mask
