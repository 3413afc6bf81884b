"""The longest input of a model, as its files state it."""

from __future__ import annotations

from typing import Any

LONGEST = 100_000  # a tokenizer "without a limit" states an astronomical one


def longest_input(module: Any, tokenizer: Any) -> int:
    """The longest input: the tokenizer's limit and the position table's, whichever is smaller.

    A position table with a padding index (RoBERTa) starts counting behind it.
    """
    limits = [512 if tokenizer.model_max_length > LONGEST else int(tokenizer.model_max_length)]
    positions = getattr(module.config, "max_position_embeddings", None)
    if positions and positions > 0:
        offset = 0
        for name, layer in module.named_modules():
            if name.endswith("position_embeddings") and getattr(layer, "padding_idx", None) is not None:
                offset = layer.padding_idx + 1
        limits = [min(limits[0], positions - offset)] if tokenizer.model_max_length <= LONGEST else [positions - offset]
    return min(limits)
