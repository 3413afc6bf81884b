"""The registry of models as `python -m models` meets it: whoever types the command acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit.actions.doing import doing
from audit.actor import local_user
from audit.store.base import going_on
from audit.store.registry import StoredRegistry, told


class _NothingDone(Exception):
    """There is no such model, or there is one already; the catalog says which."""


class ActingRegistry(StoredRegistry):
    """The database's registry; what nobody is doing yet (see `audit.actions.catalog`) is done by the user of this process."""

    def add(self, row: Mapping[str, Any], files: Mapping[str, Mapping[str, Path]], *, replace: bool) -> bool:
        """See `models.registry.Registry`."""
        return _acting(
            "register_model", row["name"], lambda: super(ActingRegistry, self).add(row, files, replace=replace)
        )

    def relabel(self, name: str, labels: Sequence[str]) -> bool:
        """See `models.registry.Registry`."""
        return _acting("rename_labels", name, lambda: super(ActingRegistry, self).relabel(name, labels))

    def remove(self, name: str) -> bool:
        """See `models.registry.Registry`."""
        return _acting("remove_model", name, lambda: super(ActingRegistry, self).remove(name))

    @contextmanager
    def training(self, name: str) -> Iterator[None]:
        """See `models.registry.Registry`; the folder is wherever whoever trains it wants it, and none of ours."""
        with told(), doing(local_user(), "train_model", name, outside=True):
            yield


def open_registry() -> ActingRegistry:
    """The registry of this installation."""
    return ActingRegistry()


def _acting(verb: str, name: str, action: Callable[[], bool]) -> bool:
    if going_on.get() is not None:
        return action()
    try:
        with told(), doing(local_user(), verb, name):
            if not action():
                raise _NothingDone
    except _NothingDone:
        return False
    return True
