"""Rows of token ids made the arrays of one padded batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.classifier import TokenRow


def padded(rows: Sequence[TokenRow], *, pad: int, types: bool) -> dict[str, NDArray[np.int64]]:
    """Pad rows to the longest: input_ids, attention_mask and, with `types`, token_type_ids, each (b, t)."""
    lengths = [len(row) for row in rows]
    shape = (len(rows), max(lengths))
    ids = np.full(shape, pad, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    kinds = np.zeros(shape, dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : lengths[i]] = row.ids
        mask[i, : lengths[i]] = 1
        if row.type_ids is not None:
            kinds[i, : lengths[i]] = row.type_ids
    batch = {"input_ids": ids, "attention_mask": mask}
    if types:
        batch["token_type_ids"] = kinds
    return batch
