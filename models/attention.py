"""The attention weights of a model's last layer, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.batching import length_batches
from models.classifier import GradientClassifier, TokenRow
from models.translating import tr_later

NO_ATTENTION = tr_later("the architecture does not return its attention weights")
NO_SQUARE = tr_later(
    "its last layer does not attend from each token to each other one, one weight for each pair of them"
)


@contextmanager
def eager(module: Any) -> Iterator[None]:
    """Let a module compute its attention in steps, for only then it can give the weights."""
    before = module.config._attn_implementation
    module.set_attn_implementation("eager")
    try:
        yield
    finally:
        module.set_attn_implementation(before)


def last_attention(
    classifier: GradientClassifier, rows: Sequence[TokenRow], forward: Callable[[Mapping[str, torch.Tensor]], Any]
) -> list[NDArray[np.float32]]:
    """Last layer's attention of each row, (heads, t, t).

    Args:
        classifier: the model, for its batches.
        rows: token rows.
        forward: runs one batch and gives the module's output, with `attentions`.

    Raises:
        NotImplementedError: the module gives none, or not one weight for each pair of tokens.
    """
    out: list[NDArray[np.float32]] = [np.zeros((0, 0, 0), dtype=np.float32)] * len(rows)
    budget = classifier.token_budget() // 4
    for batch in length_batches([len(row) for row in rows], budget, equal=classifier.equal_lengths):
        with torch.inference_mode():
            result = forward(classifier.collate([rows[i] for i in batch]))
        found = getattr(result, "attentions", None)
        if not found:
            raise NotImplementedError(NO_ATTENTION)
        if found[-1].dim() != 4:
            raise NotImplementedError(NO_SQUARE)
        last = found[-1].float().cpu().numpy()  # (b, heads, t, t)
        for k, i in enumerate(batch):
            out[i] = last[k, :, : len(rows[i]), : len(rows[i])]
    return out
