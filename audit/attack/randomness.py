"""The global generators TextAttack draws from, kept apart per row: its random searches know no generator of their own."""

from __future__ import annotations

import random
from typing import Any

import numpy as np


class RandomState:
    """The state of `random` and `np.random`, to be put in force and taken back."""

    def __init__(self, python: Any, numpy: Any) -> None:
        self._python = python
        self._numpy = numpy

    @classmethod
    def current(cls) -> RandomState:
        """The state in force now."""
        return cls(random.getstate(), np.random.get_state())

    def restore(self) -> None:
        """Put this state in force."""
        random.setstate(self._python)
        np.random.set_state(self._numpy)


def start_row(seed: int) -> None:
    """Seed both generators with a row's seed, as TextAttack's own `set_seed` does."""
    random.seed(seed)
    np.random.seed(seed)
