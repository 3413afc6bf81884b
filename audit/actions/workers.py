"""Workers, for whoever waits for one: is one alive, start one."""

from __future__ import annotations

import socket

from audit.actions.doing import doing
from audit.actor import Actor
from audit.run import client
from audit.run.settings import check_settings


def start(actor: Actor, *, idle_exit: float | None = 60.0) -> int:
    """Start a worker on this machine; return its process id. See `audit.run.client.start_worker`.

    Raises:
        Forbidden: they may not.
    """
    with doing(actor, "start_worker", socket.gethostname(), outside=True):
        return client.start_worker(idle_exit=idle_exit)


__all__ = ["check_settings", "coming", "last_words", "start"]

coming = client.coming
last_words = client.last_words
