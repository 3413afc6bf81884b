"""The loaded models that a process keeps at hand: the last used, at most so many and so many bytes of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

from models.memory import let_go

if TYPE_CHECKING:
    from models.classifier import Classifier

HELD_BYTES = 1 << 30
"""Weights beyond this are let go, all but those of the model in use: loading them again costs seconds."""

Key = TypeVar("Key", bound=Hashable)


class Holder(Generic[Key]):
    """Models by key; not locked.

    Args:
        most: how many to keep.
        most_bytes: how large they may be together.
    """

    def __init__(self, most: int, most_bytes: int = HELD_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._held: OrderedDict[Key, Classifier] = OrderedDict()
        self._spare: set[Key] = set()

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    def get(self, key: Key) -> Classifier | None:
        """The model of a key, which is then the last used; None when it is not held."""
        if key in self._held:
            self._held.move_to_end(key)
            self._spare.discard(key)
        return self._held.get(key)

    def spare(self, key: Key) -> None:
        """Say that a model is not needed any more: it stays at hand until another is to be loaded."""
        if key in self._held:
            self._spare.add(key)

    def spare_all(self, among: Callable[[Key], bool]) -> None:
        """Say of every model whose key fits that it is not needed any more."""
        self._spare.update(filter(among, self._held))

    def make_room(self) -> None:
        """Let go of what is not needed any more and of the longest unused, so that one more may be loaded."""
        for key in self._spare:
            del self._held[key]
        if self._spare:
            self._spare.clear()
            let_go()
        self._shrink(self._most - 1)

    def put(self, key: Key, classifier: Classifier) -> None:
        """Keep a model, and let go of what is then too much."""
        self._held[key] = classifier
        self._shrink(self._most)

    def clear(self) -> None:
        """Let go of all."""
        self._held.clear()
        self._spare.clear()
        let_go()

    def _shrink(self, most: int) -> None:
        before = len(self._held)
        while len(self._held) > most or (
            len(self._held) > 1 and sum(map(weight_bytes, self._held.values())) > self._most_bytes
        ):
            self._spare.discard(self._held.popitem(last=False)[0])
        if len(self._held) < before:
            let_go()


def weight_bytes(classifier: Classifier) -> int:
    """Bytes of a model's weights, those of its exported copy counted as well; 0 for one without a torch module."""
    module = getattr(classifier, "module", None)
    if module is None:
        return 0
    copies = 1 if classifier.engine == "torch" else 2
    return copies * sum(int(parameter.nbytes) for parameter in module.parameters())
