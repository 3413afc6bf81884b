"""Scaling a model's logits so that its probabilities can be believed: what a card says of it, and doing it.

Temperature scaling divides every logit by one number and so changes no answer; vector scaling has a factor and a shift for
each label, on log-probabilities, so that it does not hang on what a softmax takes away (Guo et al. 2017, section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import CheckpointError
from models.task import TASKS, Head

Method = Literal["temperature", "vector"]
METHODS: tuple[Method, ...] = ("temperature", "vector")
LARGEST = 1e4
"""No factor or shift is larger; a card that says so was not made by a fit."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """What is done to class logits before they become probabilities.

    Attributes:
        method: of one factor for all labels, or of a factor and a shift each.
        scale: one number (1 / T), or one a label in the head's order.
        shift: none, or one a label.
    """

    method: Method
    scale: tuple[float, ...]
    shift: tuple[float, ...] = ()

    @property
    def temperature(self) -> float | None:
        """What logits are divided by; None for a vector."""
        return 1.0 / self.scale[0] if self.method == "temperature" else None

    def to_dict(self) -> dict[str, Any]:
        """As a card has it."""
        return {"method": self.method, "scale": list(self.scale), "shift": list(self.shift)}

    def of_logits(self, logits: Any) -> Any:
        """Scaled class logits, of torch, (n, n_labels) both; differentiable."""
        if self.method == "temperature":
            return logits * self.scale[0]
        scale, shift = (logits.new_tensor(some) for some in (self.scale, self.shift))
        return logits.log_softmax(-1) * scale + shift

    def of_logs(self, logs: NDArray[np.floating]) -> NDArray[np.float64]:
        """Scaled probabilities (n, n_labels) of log-probabilities of the same shape."""
        scores = logs.astype(np.float64) * np.asarray(self.scale)
        if self.shift:
            scores = scores + np.asarray(self.shift)
        soft = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs: NDArray[np.float64] = soft / soft.sum(axis=1, keepdims=True)
        return probs


def scaling_of(card: Mapping[str, Any], head: Head, n_labels: int, where: str) -> Scaling | None:
    """What a card says that logits are scaled by; None where it says nothing of it.

    Args:
        card: `scaling` has `method`, `scale`, `shift` and whatever tells how it was found.
        head: the kind of head; n_labels: how many labels it has; where: what is loaded.

    Raises:
        CheckpointError: it is none, or the head cannot be scaled.
    """
    said = card.get("scaling")
    if said is None:
        return None
    if TASKS[head].several:  # its answers are read from thresholds, which would mean another thing
        raise CheckpointError(
            f"{where}: scaling in card.json is for models of one label a text, and this one gives several."
        )
    found = _read(said, head, n_labels) if isinstance(said, Mapping) else None
    if found is None:
        raise CheckpointError(
            f"{where}: scaling in card.json must have the method temperature with one number above 0 in scale, or the method "
            f"vector (of a softmax head) with {n_labels} numbers above 0 in scale and {n_labels} in shift."
        )
    return found


def _read(said: Mapping[str, Any], head: Head, n_labels: int) -> Scaling | None:
    scale, shift = (_numbers(said.get(name, [])) for name in ("scale", "shift"))
    if scale is None or shift is None or not all(factor > 0.0 for factor in scale):
        return None
    if said.get("method") == "temperature" and (len(scale), len(shift)) == (1, 0):
        return Scaling("temperature", scale)
    if said.get("method") == "vector" and TASKS[head].exclusive and len(scale) == len(shift) == n_labels:
        return Scaling("vector", scale, shift)
    return None


def _numbers(said: Any) -> tuple[float, ...] | None:
    """The numbers of a list, if it is one of numbers that a fit may have given."""
    if not isinstance(said, Sequence) or isinstance(said, str):
        return None
    sound = all(
        isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) and abs(one) <= LARGEST
        for one in said
    )
    return tuple(map(float, said)) if sound else None
