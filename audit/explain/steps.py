"""The requests a method makes of the engine. A method is a generator over one row: it yields requests, gets answers.

The engine pools the requests of many rows into full batches, so methods are written row by row and still run batched.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.rows import Baseline, Removal, Row

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Masked:
    """Class logits of a row with words removed: `keep` (n, m) is True where a word stays."""

    row: Row
    keep: NDArray[np.bool_]
    removal: Removal = "mask"


@dataclass(frozen=True, slots=True)
class Jitter:
    """Noise on the word embeddings, one draw per point, found again from (seed, draw).

    `scale` is in standard deviations of the embedding table: the deviation of `normal`, the half-width of `uniform`.
    """

    kind: Literal["normal", "uniform"]
    scale: float
    seed: int
    draws: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slopes:
    """Gradients of the explained logit at baseline + alpha (input - baseline), for k values of alpha.

    At alpha = 0 only the value is computed, its slope is given as zero.
    """

    row: Row
    alphas: tuple[float, ...]
    baseline: Baseline = "mask"
    jitter: Jitter | None = None


@dataclass(frozen=True, slots=True)
class SlopeReply:
    """Answer to `Slopes`.

    Attributes:
        values: the explained logit at each point, (k,).
        slopes: gradient times (input - baseline), summed over the embedding, (k, t).
        norms: Euclidean norm of the gradient of each token, (k, t).
    """

    values: NDArray[np.float64]
    slopes: NDArray[np.float64]
    norms: NDArray[np.float64]


Request = Masked | Slopes
Steps = Generator[Request, Any, T]


def masked(row: Row, keep: NDArray[np.bool_], removal: Removal = "mask") -> Steps[NDArray[np.float32]]:
    """Class logits (n, n_labels) of the row with only the words of each mask (n, m) kept."""
    logits: NDArray[np.float32] = yield Masked(row, keep, removal)
    return logits


def slopes(
    row: Row, alphas: NDArray[np.float64], baseline: Baseline, jitter: Jitter | None = None
) -> Steps[SlopeReply]:
    """Values and gradients along the straight line from the baseline to the row."""
    reply: SlopeReply = yield Slopes(row, tuple(alphas.tolist()), baseline, jitter)
    return reply
