"""Verbs of resources: what probes need beside the model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from audit import lifeline
from audit.actions.doing import doing
from audit.actor import Actor
from models.places import REPOSITORY, settled


def fetch(actor: Actor, name: str, log: Path) -> subprocess.Popen[bytes]:
    """Begin to fetch or build a resource in a process of its own, which ends with this one.

    In the terminal (`python -m audit resources get`) the same needs no database, and is no event.

    Args:
        actor: who wants it.
        name: the resource; log: where the process says how it goes.

    Raises:
        Forbidden: they may not.
    """
    with doing(actor, "fetch_resource", name):
        log.parent.mkdir(exist_ok=True, mode=0o700)
        with log.open("wb") as out:
            return lifeline.start(
                [sys.executable, "-m", "audit", "resources", "get", name],
                cwd=REPOSITORY, env=settled(), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
