"""Mean pooling over a sentence encoder's tokens, by torch or, where they agree, by ONNX Runtime."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.exporting import open_session

TOLERANCE = 1e-5  # on each coordinate of a unit vector

Run = Callable[[Mapping[str, torch.Tensor]], NDArray[np.float32]]
"""`input_ids` and `attention_mask`, each (batch, tokens), to unit vectors (batch, dimensions)."""


class _Pooled(torch.nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state  # (b, t, h)
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1)  # (b, h)
        return torch.nn.functional.normalize(pooled, dim=1)


def pooled_run(model: Any, name: str | None) -> Run:
    """How to get unit vectors from a model; `name` is that of its ONNX export, None for torch."""
    module = _Pooled(model).eval()

    def by_torch(batch: Mapping[str, torch.Tensor]) -> NDArray[np.float32]:
        with torch.inference_mode():
            out: NDArray[np.float32] = module(**batch).cpu().numpy()
            return out

    if name is None:
        return by_torch
    ids = torch.tensor([[101, 1037, 2460, 2028, 1012, 102], [101, 1037, 2936, 2028, 102, 0]])
    batch = {"input_ids": ids, "attention_mask": (ids > 0).long()}
    try:
        session = open_session(name, module, batch, torch.get_num_threads())
        if float(np.abs(session.run(batch) - by_torch(batch)).max()) <= TOLERANCE:
            return session.run
    except Exception:  # torch does the work
        logging.getLogger(__name__).info("no ONNX export of %s", name, exc_info=True)
    return by_torch
