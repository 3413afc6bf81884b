"""What a trial asks, and when two answers are one: rows of token ids, and the rounding that is no difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import TokenRow

Logits = NDArray[np.float32]
SPREAD, SCALE = 1e-5, 2e-6
"""Two answers are one when they differ by less than this share of what texts differ by, and of the answers' size."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a trial, with the longest one last."""

    short: tuple[TokenRow, ...]
    long: TokenRow

    @property
    def all(self) -> tuple[TokenRow, ...]:
        """Short ones and the long one."""
        return (*self.short, self.long)


class Tolerance:
    """Whether two answers are one but for rounding, in proportion to what different texts differ by."""

    def __init__(self, answers: Logits) -> None:
        """Take `answers` (n, n_labels) to different texts as the measure."""
        finite = answers[np.isfinite(answers).all(axis=1)].astype(np.float64)
        spread = float(np.ptp(finite, axis=0).max()) if len(finite) else 0.0
        self.spread = spread
        self.most = SPREAD * spread + SCALE * float(np.abs(finite).max(initial=0.0))

    def __call__(self, first: Logits, second: Logits, *, times: float = 1.0) -> bool:
        """Compare two answers of one shape; no number equals no number."""
        return bool(np.allclose(first, second, rtol=0.0, atol=times * self.most, equal_nan=True))
