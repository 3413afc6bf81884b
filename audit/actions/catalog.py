"""Verbs of models: which ones this installation knows, and how it calls their labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.actions.doing import doing
from audit.actor import Actor
from models import catalog
from models.entry import CatalogEntry


def register(actor: Actor, name: str, path: str, **chosen: Any) -> CatalogEntry:
    """Register a model under a name of its own; see `models.catalog.add`.

    Raises:
        Forbidden: they may not.
        CatalogError, CheckpointError: the name or the folder cannot be used.
        DiskError: there is no room for the copies.
    """
    with doing(actor, "register_model", name):
        return catalog.add(name, path, **chosen)


def rename_labels(actor: Actor, name: str, labels: Sequence[str]) -> None:
    """Give a registered model other label names; none restores the checkpoint's.

    Raises:
        Forbidden: they may not.
        CatalogError: no such registered model, or names that are none.
    """
    with doing(actor, "rename_labels", name):
        catalog.rename_labels(name, labels)


def remove(actor: Actor, name: str) -> None:
    """Forget a registered model and the copies of its files; the folder they came from stays.

    Raises:
        Forbidden: they may not.
        CatalogError: no such model, or a bundled one.
    """
    with doing(actor, "remove_model", name):
        catalog.remove(name)
