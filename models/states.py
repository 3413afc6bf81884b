"""What a model makes of one token of each row at some depths: the hidden states at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.batching import length_batches
from models.classifier import GradientClassifier, TokenRow
from models.translating import tr_later

NO_STATES = tr_later("the architecture does not return what its layers make of each token")


def states(
    classifier: GradientClassifier,
    rows: Sequence[TokenRow],
    places: Sequence[int],
    depths: Sequence[float],
    forward: Callable[[Mapping[str, torch.Tensor]], Any],
) -> NDArray[np.float32]:
    """Hidden states (n, depths, width) at one place of each row.

    Args:
        classifier: the model, for its batches.
        rows: token rows.
        places: of each row, which of its tokens.
        depths: 0 before the first layer, 1 behind the last; the first layer that is as deep is taken.
        forward: runs one batch and gives the module's output, with `hidden_states`.

    Raises:
        NotImplementedError: the module gives none, or not one vector for each token.
    """
    out: list[NDArray[np.float32]] = [np.zeros((0, 0), dtype=np.float32)] * len(rows)
    for batch in length_batches([len(row) for row in rows], classifier.token_budget(), equal=classifier.equal_lengths):
        inputs = classifier.collate([rows[i] for i in batch])
        with torch.inference_mode():
            found = getattr(forward(inputs), "hidden_states", None)
        size = tuple(inputs["input_ids"].shape)
        if not found or any(one.dim() != 3 or tuple(one.shape[:2]) != size for one in found):
            raise NotImplementedError(NO_STATES)
        first = inputs["attention_mask"].to(torch.int64).argmax(dim=1)  # where a row begins that is padded on the left
        at = first + torch.tensor([places[i] for i in batch], device=first.device)
        layers = [found[ceil(depth * (len(found) - 1) - 1e-9)] for depth in depths]
        picked = torch.stack(
            [layer[torch.arange(len(batch), device=layer.device), at.to(layer.device)] for layer in layers], dim=1
        )
        for k, i in enumerate(batch):
            out[i] = picked[k].float().cpu().numpy()
    return np.stack(out) if out else np.zeros((0, len(depths), 0), dtype=np.float32)
