"""The generators TextAttack draws from, kept apart per row: its random searches know no generator of their own.

It draws from the global `random` and `np.random`. Other threads draw from `random` too (a worker's queue does, for the
jitter of its polls), and one draw of theirs changes every outcome after it. So TextAttack's modules get a `random` of
their own, `GENERATOR`. Nothing else here draws from the global `np.random`.
"""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np

GENERATOR = random.Random(0)  # noqa: S311
"""What TextAttack's modules find under the name `random`."""


def give_own(package: str) -> None:
    """Let every loaded module of a package draw from `GENERATOR` where it would from `random`."""
    for name, module in list(sys.modules.items()):
        if (name == package or name.startswith(f"{package}.")) and getattr(module, "random", None) is random:
            module.random = GENERATOR  # type: ignore[attr-defined]


class RandomState:
    """The state of `GENERATOR` and `np.random`, to be put in force and taken back."""

    def __init__(self, python: Any, numpy: Any) -> None:
        self._python = python
        self._numpy = numpy

    @classmethod
    def current(cls) -> RandomState:
        """The state in force now."""
        return cls(GENERATOR.getstate(), np.random.get_state())

    def restore(self) -> None:
        """Put this state in force."""
        GENERATOR.setstate(self._python)
        np.random.set_state(self._numpy)


def start_row(seed: int) -> None:
    """Seed both generators with a row's seed, as TextAttack's own `set_seed` does."""
    GENERATOR.seed(seed)
    np.random.seed(seed)
