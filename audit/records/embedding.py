"""Where a row lies among others in the eyes of the model."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.records.base import Keyed

LARGEST = 60_000.0
"""The largest number that is kept as it is: half precision ends at 65,504."""


@dataclass(frozen=True, slots=True)
class Embedding(Keyed):
    """What the model's last layer is given of one row.

    Attributes:
        vector: its `width` numbers in half precision, little-endian, base64; "" with an error. See `packed`.
        scale: what they are multiplied by.
    """

    row_id: str
    vector: str
    width: int
    scale: float = 1.0
    error: str | None = None
    name: str = "last_layer"
    probe: str = ""

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: where a row lies is no answer."""
        return ()


def packed(vector: NDArray[np.floating] | Sequence[float]) -> tuple[str, float]:
    """A vector as text, and what its numbers must be multiplied by.

    >>> text, scale = packed([0.5, -2.0])
    >>> unpacked(text, scale).tolist()
    [0.5, -2.0]
    """
    whole = np.asarray(vector, dtype=np.float32)
    scale = max(1.0, float(np.abs(whole).max(initial=0.0)) / LARGEST)
    return base64.b64encode((whole / scale).astype("<f2").tobytes()).decode(), scale


def unpacked(text: str, scale: float = 1.0) -> NDArray[np.float32]:
    """The vector that `packed` made text.

    Raises:
        ValueError: it is none.
    """
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f2").astype(np.float32) * np.float32(scale)
