"""Numbers of a config.json held against the weights it lies beside, before anything is built by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from models.errors import CheckpointError
from models.headers import Shape
from models.translating import tr_later

REPEATED = 1_024
"""How often a part may be repeated (layers, blocks, experts) where the weights do not hold as many tensors."""
LENGTH = 1 << 21
"""The most that a size may be where no tensor is as long: CANINE counts the 1,114,112 characters of Unicode."""
POSITIONS = 1 << 24
"""The same for positions, which many models have no table of."""
_REPEATED = re.compile(r"layer|block(?!_size$)|depth|stage|expert|networks|group|n_hash|num_hash_f")
_POSITIONS = re.compile(r"position|ctx|context|length|seq|window|max_")
_NO_SIZES = re.compile(r"_ids?$|theta|factor|scal|seed|freq|base$|version")


def check_numbers(folder: Path, raw: Mapping[str, Any], shapes: Mapping[str, Shape]) -> None:
    """Refuse a config.json that calls for much more than the weights hold; building it could take hours or all memory.

    Args:
        folder: for messages.
        raw: what config.json says.
        shapes: of all tensors.

    Raises:
        CheckpointError: names the number and what the weights hold.
    """
    longest = max((length for shape in shapes.values() for length in shape), default=0)
    repeated = max(REPEATED, len(shapes))
    for key, value in _numbers(raw):
        if _NO_SIZES.search(key):
            continue
        if _REPEATED.search(key) and value > repeated:
            raise CheckpointError(
                f"{folder}: {key} is {_shown(value)} in config.json, but the weights hold {len(shapes):,} tensors; config.json is "
                "not of these weights, copy it again."
            )
        if value > max(2 * longest, POSITIONS if _POSITIONS.search(key) else LENGTH):
            raise CheckpointError(
                f"{folder}: {key} is {_shown(value)} in config.json, but no tensor of the weights is longer than {longest:,}; "
                "config.json is not of these weights, copy it again."
            )
    drawn = next((key for key, value in raw.items() if "sinusoidal" in key and value), None)
    if drawn is not None:  # tables that are computed number by number, if only to be replaced
        for key, value in _numbers(raw):
            if _POSITIONS.search(key) and value > max(longest, 1 << 15):
                raise CheckpointError(
                    f"{folder}: {key} is {_shown(value)} in config.json, but no tensor of the weights is longer than {longest:,}; "
                    "config.json is not of these weights, copy it again."
                )


def _shown(value: int) -> str:
    return f"{value:,}" if value < 10**18 else tr_later(f"a number of {len(str(value))} digits")


def _numbers(value: Any, key: str = "") -> Iterator[tuple[str, int]]:
    """All whole numbers, with the name of the setting that each belongs to; of lists, their lengths too."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if key in ("id2label", "label2id"):
                return
            yield from _numbers(one, str(name))
    elif isinstance(value, list):
        yield tr_later(f"the length of {key}"), len(value)
        for one in value:
            yield from _numbers(one, key)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield key, value
    elif isinstance(value, float) and value.is_integer():
        yield key, int(value)
