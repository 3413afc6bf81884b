"""Verbs of slices: conditions on rows that are kept by name, for all runs."""

from __future__ import annotations

import re

from audit.actions.doing import doing
from audit.actions.reading import Reader
from audit.actor import Actor
from audit.errors import InputError, UnknownName
from audit.stored import StoredSlice
from audit.where import parse, written

_NAME = re.compile(r"[\w][\w .,-]{0,58}[\w.-]|\w")
LONGEST_NAME = 60
MOST = 200
"""Slices that an installation keeps."""


def named(store: Reader, name: str) -> StoredSlice:
    """The slice of that name.

    Raises:
        UnknownName: there is none.
    """
    for kept in store.slices():
        if kept.name == name:
            return kept
    raise UnknownName("slice", name[:80], [kept.name for kept in store.slices()])


def save(actor: Actor, name: str, condition: str, *, new: bool = False) -> StoredSlice:
    """Keep a condition under a name, for all runs; the one that has the name already is replaced.

    Args:
        actor: who keeps it.
        name: up to 60 letters, digits, spaces, and any of `.`, `,`, `-`, `_`.
        condition: as `audit.where` reads it.
        new: there must not be one of that name yet.

    Raises:
        Forbidden: they may not.
        InputError: the name cannot be used, or is taken; the condition cannot be read; or there are too many.
    """
    with doing(actor, "save_slice", name) as store:
        taken = {kept.name for kept in store.slices()}
        _check_name(name, set() if name in taken and not new else taken)
        if name not in taken and len(taken) >= MOST:
            raise InputError(f"There are {len(taken)} slices, as many as are kept; delete one that nobody uses.")
        return store.save_slice(name, written(parse(condition)), who=actor.subject)


def rename(actor: Actor, name: str, new: str) -> None:
    """Give a slice another name.

    Raises:
        Forbidden: they may not.
        InputError: the new name cannot be used, or is taken.
        UnknownName: there is no slice of that name.
    """
    with doing(actor, "rename_slice", new) as store:
        taken = {kept.name for kept in store.slices()}
        if name not in taken:
            raise UnknownName("slice", name[:80], sorted(taken))
        if new != name:
            _check_name(new, taken - {name})
            store.rename_slice(name, new)


def delete(actor: Actor, name: str) -> StoredSlice:
    """Forget a slice; policies that were made with it keep its condition. Gives what it was.

    Raises:
        Forbidden: they may not.
        UnknownName: there is none.
    """
    with doing(actor, "delete_slice", name) as store:
        found = {kept.name: kept for kept in store.slices()}
        if name not in found:
            raise UnknownName("slice", name[:80], list(found))
        store.delete_slice(name)
        return found[name]


def _check_name(name: str, taken: set[str]) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"'{name[:80]}' is no name for a slice: give 1 to {LONGEST_NAME} letters, digits, spaces, dots, commas, hyphens or "
            "underscores, beginning with a letter or digit."
        )
    if name.casefold() in {one.casefold() for one in taken}:
        raise InputError(f"There is a slice named '{name}' already; choose another name.")
