"""What a worker waits for: a disk with room, a database that is not locked. Said once when it begins and once when it is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from audit.store.base import now
from audit.store.presence import as_activity

log = logging.getLogger("assay.worker")

Told = Callable[[Exception | None], None]
"""Called with the error that makes somebody wait, and with None when there is none any more."""


class Waits:
    """Who waits in this process, since when and why; safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def of(self, what: str) -> Told:
        """What somebody calls who may have to wait; `what` names it in the log: `run 0f.., shard 3`."""

        def told(error: Exception | None) -> None:
            with self._lock:
                begun = self._waiting.pop(what, None)
                if error is not None:
                    self._waiting[what] = begun[0] if begun else now(), str(error)
            if error is None and begun is not None:
                log.warning("%s goes on; it had waited since %s: %s", what, *begun)
            if error is not None and begun is None:
                log.warning("%s waits: %s", what, error)

        return told

    @property
    def activity(self) -> str:
        """What the worker says of itself while anybody waits; empty when nobody does."""
        with self._lock:
            return as_activity(*min(self._waiting.values())) if self._waiting else ""
