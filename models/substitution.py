"""Where a model looks its token ids up, found by watching it run, and other vectors put in the place of those it found.

A model may hand the layer its ids transposed (XLNet) or with padding of its own behind them (Longformer), may scale
inside the layer (Gemma 3), look other ids up in the same table (GPT-2's token types), or have no such layer (CANINE).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Place:
    """A layer of a module by its name in `named_modules`, and whether it gets the ids (b, t) as (t, b)."""

    layer: str
    transposed: bool


def find_place(module: torch.nn.Module, ids: torch.Tensor, run: Callable[[], object]) -> Place | None:
    """The first innermost layer that turns the token ids into a vector each.

    Args:
        module: the model.
        ids: what `run` lets it run on, (b, t); b and t must differ.
        run: one forward pass on `ids`.

    Returns:
        The place, or None where no layer does that.
    """
    found: list[Place] = []

    def watch(name: str) -> Any:
        def hook(layer: Any, args: tuple[Any, ...], options: Mapping[str, Any], output: Any) -> None:
            del layer
            given, vectors = _given(args, options), _vectors(output)
            if given is None or not isinstance(vectors, torch.Tensor) or vectors.shape[:-1] != given.shape:
                return
            for transposed in (False, True):
                if _holds(given, ids, transposed):
                    found.append(Place(name, transposed))

        return hook

    leaves = [(name, one) for name, one in module.named_modules() if not any(True for _ in one.children())]
    hooks = [one.register_forward_hook(watch(name), with_kwargs=True) for name, one in leaves]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return found[0] if found else None


@contextmanager
def substituted(
    layer: torch.nn.Module, ids: torch.Tensor, embeddings: torch.Tensor, *, transposed: bool
) -> Iterator[None]:
    """Let `layer` give `embeddings` (b, t, h) wherever this thread's forward pass asks it for `ids` (b, t)."""
    mine = threading.get_ident()

    def hook(_: Any, args: tuple[Any, ...], options: Mapping[str, Any], output: Any) -> Any:
        given = _given(args, options)
        if threading.get_ident() != mine or given is None or not _holds(given, ids, transposed):
            return None
        own = _vectors(output)
        new = (embeddings.transpose(0, 1) if transposed else embeddings).clone()  # CTRL scales what it gets in place
        axis = 0 if transposed else 1
        further = own.shape[axis] - new.shape[axis]
        if further:  # padding of the model's own
            new = torch.cat([new, own.narrow(axis, new.shape[axis], further)], dim=axis)
        return (new, *output[1:]) if isinstance(output, tuple) else new

    handle = layer.register_forward_hook(hook, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def look_up(layer: torch.nn.Module, ids: torch.Tensor) -> torch.Tensor:
    """What a layer gives for ids of any shape, detached, (..., h)."""
    with torch.no_grad():
        found: torch.Tensor = _vectors(layer(ids))
    return found.detach()


def is_table(layer: torch.nn.Module) -> bool:
    """Whether what a layer gives for an id is that row of its weight, as it stands."""
    return type(layer) is torch.nn.Embedding and layer.max_norm is None


def _given(args: tuple[Any, ...], options: Mapping[str, Any]) -> torch.Tensor | None:
    """The ids a layer was called with."""
    for one in (*args, *options.values()):
        if isinstance(one, torch.Tensor) and one.dim() == 2 and not one.is_floating_point():
            return one
    return None


def _vectors(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output  # I-BERT gives a scale as well


def _holds(given: torch.Tensor, ids: torch.Tensor, transposed: bool) -> bool:
    """Whether a layer was given the ids, perhaps with padding of the model's own behind."""
    seen = given.T if transposed else given
    b, t = ids.shape
    return seen.shape[0] == b and seen.shape[1] >= t and torch.equal(seen[:, :t], ids)
