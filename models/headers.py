"""Headers of safetensors files: the names and shapes of all tensors, known before a single one is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import CheckpointError
from models.files import ordinary, parse_json
from models.translating import tr_later

HEADER_BYTES = 1 << 24
"""The most a header may hold; that of a model of 1,000 tensors takes 0.1 MB."""
TENSORS = 1 << 16
"""The most tensors of a checkpoint; large mixtures of experts have 50,000."""
BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4, "I32": 4,
    "F32": 4, "U64": 8, "I64": 8, "F64": 8,
}  # fmt: skip
"""Bytes of one number of each type."""

Shape = tuple[int, ...]


class _Damaged(Exception):
    """What is wrong with a header, as the end of a sentence."""


def read_header(path: Path) -> dict[str, Shape]:
    """The shape of every tensor in a safetensors file, by name; only its header is read.

    Raises:
        CheckpointError: the file is no ordinary one, cut off, or its header is damaged, contradicts itself or the file.
    """
    real = ordinary(path)
    try:
        size = real.stat().st_size
        with real.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 10 or not 2 <= length <= size - 8:
                raise _Damaged(tr_later("it does not begin with a header"))
            if length > HEADER_BYTES:
                raise _Damaged(tr_later(f"its header is longer than {HEADER_BYTES:,} bytes"))
            header = parse_json(path, file.read(length))
        header.pop("__metadata__", None)
        entries = [_entry(name, entry) for name, entry in header.items()]
    except _Damaged as error:
        raise CheckpointError(
            f"{path}: the weights are damaged ({error}); copy the file again from its source."
        ) from None
    except OSError as error:
        raise CheckpointError(f"{path}: the file cannot be read ({error.strerror}).") from None
    if len(entries) > TENSORS:
        raise CheckpointError(f"{path}: the file holds {len(entries):,} tensors; at most {TENSORS:,} are read.")
    _check_places(path, sorted((start, end, name) for name, _, start, end in entries), size - 8 - length)
    return {name: shape for name, shape, _, _ in entries}


def elements(shapes: Mapping[str, Shape]) -> int:
    """How many numbers tensors of these shapes hold together."""
    return sum(math.prod(shape) for shape in shapes.values())


def _entry(name: str, entry: Any) -> tuple[str, Shape, int, int]:
    """Name, shape and first and last byte of one tensor.

    Raises:
        _Damaged: these are missing or do not go together.
    """
    shown = tr_later(f"the entry of {name[:80]!r}")
    if not isinstance(entry, dict):
        raise _Damaged(tr_later(f"{shown} says nothing"))
    dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in BYTES:
        raise _Damaged(tr_later(f"{shown} has the type {str(dtype)[:40]!r}, which is not known here"))
    if (
        not isinstance(shape, list)
        or not isinstance(offsets, list)
        or not _sizes([*shape, *offsets])
        or len(offsets) != 2
    ):
        raise _Damaged(tr_later(f"{shown} has no shape or no place"))
    start, end = offsets
    if end - start != math.prod(shape) * BYTES[dtype]:
        raise _Damaged(tr_later(f"{shown} has a place of {end - start:,} bytes, which its shape does not fill"))
    return name, tuple(shape), start, end


def _sizes(values: list[Any]) -> bool:
    if len(values) > 16:
        return False
    return all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 1 << 48 for one in values)


def _check_places(path: Path, places: list[tuple[int, int, str]], room: int) -> None:
    """Tensors must follow each other without gap or overlap, and fill the file."""
    at = 0
    for start, end, name in places:
        if start != at:
            what = tr_later("overlaps another") if start < at else tr_later("leaves a gap before it")
            raise CheckpointError(
                f"{path}: the weights are damaged (the tensor {name[:80]!r} {what}); copy the file again from its source."
            )
        at = end
    if at > room:
        raise CheckpointError(f"{path}: the weights are cut off ({room:,} of {at:,} bytes); copy the file again.")
    if at < room:
        raise CheckpointError(
            f"{path}: the weights are damaged (there are {room - at:,} bytes after them); copy the file again from its source."
        )
