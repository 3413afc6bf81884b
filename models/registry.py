"""Where registered models are kept: what the catalog asks of whoever keeps them.

This package reads and writes no database. The one of the audits does, and is looked up by `KEEPER` when it is first needed;
a program that has another gives it with `keep_in`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

KEEPER = "audit.actions.registry:open_registry"
"""What gives the registry of this installation, a function without arguments, as `module:name`."""
MODEL, BASE = "model", "base"
"""Parts of a registered model whose files are kept: its own, and those of the base that an adapter goes with."""

Row = Mapping[str, Any]
"""name, path, machine, labels, base, base_sha256, device, dtype, note, facts; and `trees`, the hash of each part's files."""


class Registry(Protocol):
    """Registered models as plain rows, and their files. Every method raises `models.errors.CatalogError` where it cannot."""

    def rows(self) -> Sequence[Row]:
        """Every row, in the order they were added."""
        ...

    def add(self, row: Row, files: Mapping[str, Mapping[str, Path]], *, replace: bool) -> bool:
        """Add a row and keep copies of its files; False where there is one of that name and it is not to be replaced.

        Args:
            row: without `trees`.
            files: part to path within its folder to the file to copy.
            replace: whether a row of that name gives way.
        """
        ...

    def relabel(self, name: str, labels: Sequence[str]) -> bool:
        """Give a row other labels; False where there is none of that name."""
        ...

    def remove(self, name: str) -> bool:
        """Remove a row and the copies of its files; False where there is none of that name."""
        ...

    def training(self, name: str) -> AbstractContextManager[None]:
        """Be told that within the block a model is trained into a folder of this name, and how that ended."""
        ...

    def folder(self, name: str, part: str) -> Path:
        """A folder of this machine with the kept files of a part, checked; it is not to be written to."""
        ...


_given: list[Callable[[], Registry]] = []


def keep_in(opener: Callable[[], Registry] | None) -> None:
    """Keep registered models elsewhere from now on, in this process; None: where `KEEPER` says."""
    _given[:] = [opener] if opener is not None else []


def registry() -> Registry:
    """Where registered models are kept."""
    if _given:
        return _given[0]()
    module, _, name = KEEPER.partition(":")
    found: Registry = getattr(import_module(module), name)()
    return found
