"""What has been there for a while by a clock that nobody sets.

What another process left behind is told by the time it wrote, and clocks are set, here or there: by a clock that leapt two
days everything is old. Before it is thrown away, this process has seen it lie there for some time itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable


class Lasting:
    """Remembers since when it was told of each of some things, every time."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Remember nothing yet.

        Args:
            seconds: how long a thing has to have been there; clock: seconds since any moment.
        """
        self.seconds, self._clock = seconds, clock
        self._since: dict[str, dict[str, float]] = {}

    def of(self, kind: str, names: Iterable[str]) -> set[str]:
        """Those of some things that were there for so long; one that is left out begins anew.

        Args:
            kind: what they are, for names mean nothing beyond it; names: all that are there now.
        """
        now, before = self._clock(), self._since.get(kind, {})
        self._since[kind] = {name: before.get(name, now) for name in names}
        return {name for name, since in self._since[kind].items() if now - since >= self.seconds}
