"""Engines run one padded batch: torch here, or ONNX Runtime on the CPU (`models.onnx_engine`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from models.classifier import TokenRow

LONGEST_EXPORTED = 1_024
"""Tokens of the longest row that an exported model runs: its attention holds their square, 3 GB for 8,192 and 12 heads."""


class Engine(Protocol):
    """Runs one batch of token rows."""

    name: str

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        ...


class Forward(Protocol):
    """What torch runs: rows made a batch, a batch made logits."""

    def collate(self, rows: Sequence[TokenRow]) -> Mapping[str, torch.Tensor]:
        """Pad rows to the longest, each input (b, t)."""
        ...

    def forward_embeddings(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Class logits (b, n_labels)."""
        ...


class TorchEngine:
    """The model's own module in inference mode."""

    name = "torch"

    def __init__(self, classifier: Forward) -> None:
        self._classifier = classifier

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        with torch.inference_mode():
            logits = self._classifier.forward_embeddings(self._classifier.collate(rows))
        out: NDArray[np.float32] = logits.float().cpu().numpy()
        return out
