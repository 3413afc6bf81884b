"""The state of a module besides its weights, so that it can be put back: some models change themselves while they run.

BigBird, for one, turns from sparse to full attention at the first short text, for good: what a long text gets then
depends on which texts came before it.
"""

from __future__ import annotations

from typing import Any

import torch

_HELD = ("_modules", "_buffers")
_MACHINERY = frozenset(vars(torch.nn.Module())) - {"training"}  # hooks come and go and are no state of the model's
_SET_BY_US = "_attn_"


class State:
    """What a module and its configuration are like when this is made; weights are left out, for running changes none."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._owners = [*module.modules(), *_configurations(module)]
        self._plain = [_plain(owner) for owner in self._owners]
        self._held = [_held(owner) for owner in self._owners]
        self._contents = [(one, _edits(one), one.detach().clone()) for one in module.buffers()]

    def parts_replaced(self) -> bool:
        """Whether layers were put in, taken out or exchanged."""
        return any(
            "_modules" in held and not _same(vars(owner)["_modules"], held["_modules"])
            for owner, held in zip(self._owners, self._held, strict=True)
        )

    def switched(self) -> bool:
        """Whether a switch, a word or a yes-or-no among the attributes, stands elsewhere; caches are no switches."""
        return any(
            _only_switches(_plain(owner)) != _only_switches(plain)
            for owner, plain in zip(self._owners, self._plain, strict=True)
        )

    def restore(self) -> None:
        """Put everything back."""
        for owner, plain, held in zip(self._owners, self._plain, self._held, strict=True):
            now = _plain(owner)
            for name in now.keys() - plain.keys():
                del vars(owner)[name]
            vars(owner).update({name: value for name, value in plain.items() if now.get(name, _MACHINERY) is not value})
            for kind, kept in held.items():
                if not _same(vars(owner)[kind], kept):
                    vars(owner)[kind].clear()
                    vars(owner)[kind].update(kept)
        for number, (one, before, content) in enumerate(self._contents):
            if _edits(one) != before:
                with torch.no_grad():
                    one.copy_(content)
                self._contents[number] = (one, _edits(one), content)


def _edits(tensor: torch.Tensor) -> int:
    """How often a tensor was written to; one made while nothing was tracked (a buffer put in by a run) does not say."""
    return 0 if tensor.is_inference() else int(tensor._version)


def _configurations(module: torch.nn.Module) -> list[Any]:
    found = (vars(one).get("config") for one in module.modules())
    return list({id(one): one for one in found if hasattr(one, "__dict__")}.values())


def _plain(owner: Any) -> dict[str, Any]:
    skip = _MACHINERY if isinstance(owner, torch.nn.Module) else frozenset()
    return {k: v for k, v in vars(owner).items() if k not in skip and not k.startswith(_SET_BY_US)}


def _only_switches(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if isinstance(value, str | bool)}


def _held(owner: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(owner, torch.nn.Module):
        return {}
    return {kind: dict(vars(owner)[kind]) for kind in _HELD}


def _same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return first.keys() == second.keys() and all(
        value is second[name] or (isinstance(value, str | int | float) and value == second[name])
        for name, value in first.items()
    )
