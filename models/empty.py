"""The module that a configuration calls for, without weights: what its tensors are called and how large they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.nn.modules import module as registering

from models.auto import AutoModelForSequenceClassification
from models.errors import CheckpointError
from models.headers import Shape, elements
from models.names import first_line
from models.translating import tr_later

FREE = 1 << 25
"""Numbers a model may have beyond those in its files: heads, poolers, masks and position tables that are computed."""
EXTRA = 256
"""Tensors it may have beyond twice those in its files."""
_BUILDING = threading.Lock()


class _TooMany(Exception):
    """More is being built than the weights could ever fill."""


def empty_module(folder: Path, config: Any, shapes: Mapping[str, Shape]) -> Any:
    """Build a classifier on the meta device, as far as the weights could fill it.

    Args:
        folder: for messages.
        config: its configuration.
        shapes: of the tensors in its files.

    Raises:
        CheckpointError: the configuration contradicts itself, or calls for much more than its files hold.
    """
    most = 2 * len(shapes) + EXTRA
    try:
        with _bounded(most), torch.device("meta"):
            module = AutoModelForSequenceClassification.from_config(config, trust_remote_code=False)
    except _TooMany:
        raise CheckpointError(
            f"{folder}: config.json calls for more than {most:,} tensors, but the weights hold {len(shapes):,}; config.json is "
            "not of these weights, copy it again."
        ) from None
    except Exception as error:  # sizes that contradict each other
        raise CheckpointError(f"{folder}: config.json cannot be used ({first_line(error)}).") from None
    _check_room(folder, module, shapes)
    return module


def stored_shape(name: str, prefix: str, shapes: Mapping[str, Shape]) -> Shape | None:
    """The shape in the files of a tensor of a module; files of a bare model lack the prefix, those of a classifier have it."""
    return shapes.get(name, shapes.get(name.removeprefix(prefix), shapes.get(prefix + name)))


def _check_room(folder: Path, module: Any, shapes: Mapping[str, Shape]) -> None:
    prefix = f"{module.base_model_prefix}."
    beyond: int = 0
    largest: tuple[int, str, Shape, Shape | None] = (0, "", (), None)
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        got = stored_shape(name, prefix, shapes)
        if got != tuple(tensor.shape):
            beyond += tensor.numel()
            largest = max(largest, (tensor.numel(), name, tuple(tensor.shape), got), key=lambda one: one[0])
    if beyond > elements(shapes) + FREE:
        _, name, wanted, got = largest
        held = tr_later(f"has shape {got} in the weights") if got is not None else tr_later("is not in the weights")
        raise CheckpointError(
            f"{folder}: {name} {held}, but config.json calls for {wanted}; the sizes in config.json are wrong, copy it again."
        )


@contextmanager
def _bounded(most: int) -> Iterator[None]:
    """Stop this thread when it has built more parameters than `most`, or far more parts."""
    mine = threading.get_ident()
    left = {"parameters": most, "parts": 8 * most}

    def count(kind: str) -> Any:
        def seen(*_: Any) -> None:
            if threading.get_ident() == mine:
                left[kind] -= 1
                if left[kind] < 0:
                    raise _TooMany

        return seen

    with _BUILDING:  # hooks are kept in one table for all threads
        hooks = [
            registering.register_module_parameter_registration_hook(count("parameters")),
            registering.register_module_module_registration_hook(count("parts")),
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
