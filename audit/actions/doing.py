"""Doing something as somebody: may they, then the deed with its event in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from audit.actions.verbs import VERBS
from audit.actor import PROJECT, Actor, Role
from audit.errors import Forbidden, UnknownName
from audit.store import NewEvent, Store, open_store
from audit.store.erasing import is_run_id

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@contextmanager
def doing(actor: Actor, verb: str, subject: str = "", *, outside: bool = False) -> Iterator[Store]:
    """Within the block `actor` does `verb`; gives the store to do it in.

    What the block does is told by an event in the same transaction, a refusal or an error by one of its own. What it does
    outside the database (a file is written, a model learns) can be in no transaction: an event tells that it begins before
    it does, another how it ended. Where the first is alone, it was cut off, and what it did is there or is not.

    Args:
        actor: who does it.
        verb: one of `audit.actions.verbs.VERBS`.
        subject: what they do it on, as they said it: what is no id or name is not kept.
        outside: whether it is done outside the database.

    Raises:
        TypeError: nobody acts.
        Forbidden: they may not; the block is not entered.
        StoreError: the database cannot be used.
    """
    known = VERBS[verb]
    _is_somebody(actor)
    store = open_store()
    named = _named(store, known.kind, subject)
    event = NewEvent(
        who=actor.subject, via=actor.via, project=actor.project, verb=verb, kind=known.kind, subject=named,
        run_id=named if is_run_id(named) else None,
    )  # fmt: skip
    with store.noting(event):
        permit(actor, known.needs)
        if outside:
            store.begun(event)
        yield store


def _named(store: Store, kind: str, subject: str) -> str:
    """What an event says of what it was on: the whole id of a run, a name; nothing of what is neither.

    Anything may be typed, a text among it.
    """
    if kind in {"run", "review", "report"} and subject:
        with suppress(UnknownName):
            return store.resolve(subject)
    return subject if _NAME.fullmatch(subject) else ""


def permit(actor: Actor, needed: Role) -> None:
    """Nothing where somebody may do what needs a role, in this installation.

    Raises:
        TypeError: nobody acts.
        Forbidden: they may not.
    """
    _is_somebody(actor)
    if actor.project != PROJECT:
        raise Forbidden(f"There is no project named {actor.project!r} in this installation.")
    actor.require(needed)


def _is_somebody(actor: Actor) -> None:
    if not isinstance(actor, Actor):
        raise TypeError(f"Somebody must act: an Actor is wanted, not {type(actor).__name__}.")
