"""Verbs of resources: what probes need beside the model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from audit import lifeline
from audit.actions.doing import doing, permit
from audit.actions.verbs import VERBS
from audit.actor import Actor
from audit.errors import StoreError
from audit.language.translating import tr_later
from models.places import REPOSITORY, has_home, setting, settled

if TYPE_CHECKING:
    from audit.resources.base import Found


TOLD = "ASSAY_FETCH_IS_TOLD"
"""Set for a process that fetches what somebody asked for by `fetch`: there is an event of it already."""


def get(actor: Actor, names: Sequence[str], say: Callable[[str], None], *, standard: bool = False) -> list[Found]:
    """Have resources here that are missing, fetched or built in this process; an event for each that was asked for.

    Args:
        actor: who wants them.
        names: of the resources; standard: those of the standard audit besides, made the same way everywhere.
        say: told how it goes, a line at a time.

    Raises:
        Forbidden: they may not.
        UnknownName: no such resource.
        ResourceError: one of them cannot be had.
    """
    from audit.resources import get as provide
    from audit.resources import provision_standard

    steps: list[tuple[str, Callable[[], list[Found]]]] = []
    if standard:
        steps.append(("standard", lambda: provision_standard(say)))
    steps += [(name, lambda name=name: provide([name], say)) for name in names]  # type: ignore[misc]
    found: list[Found] = []
    for name, step in steps:
        if os.environ.get(TOLD):
            found += step()
        else:
            found += _noted(actor, name, step, say)
    return found


def _noted(actor: Actor, name: str, step: Callable[[], list[Found]], say: Callable[[str], None]) -> list[Found]:
    """Do it with its event; without one, and saying so, where the database cannot be used: what is fetched needs none.

    Where nothing is stored yet (`make setup`, a machine that is prepared) there is nobody's work to tell of, and no data folder
    is made for it: what is fetched lies in the cache.
    """
    if not (setting("database_url") or has_home()):
        permit(actor, VERBS["fetch_resource"].needs)
        return step()
    found: list[Found] | None = None
    try:
        with doing(actor, "fetch_resource", name, outside=True):
            found = step()
    except StoreError as error:
        say(tr_later(f"That {name} was fetched could not be noted: {error}"))
    return step() if found is None else found


def fetch(actor: Actor, name: str, log: Path) -> subprocess.Popen[bytes]:
    """Begin to fetch or build a resource in a process of its own, which ends with this one.

    Args:
        actor: who wants it.
        name: the resource; log: where the process says how it goes.

    Raises:
        Forbidden: they may not.
    """
    with doing(actor, "fetch_resource", name, outside=True):
        log.parent.mkdir(exist_ok=True, mode=0o700)
        with log.open("wb") as out:
            return lifeline.start(
                [sys.executable, "-m", "audit", "resources", "get", name],
                env={**settled(), TOLD: "1"}, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
