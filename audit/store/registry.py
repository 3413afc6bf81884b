"""The database as the place of registered models, as the catalog of `models` asks for one."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain, count
from pathlib import Path
from typing import Any

from filelock import FileLock

from audit.errors import StoreError
from audit.store.database import DiskRefused
from audit.store.store import Store, open_store
from models.entry import this_machine
from models.errors import CatalogError, DiskError
from models.places import home, setting

OLD = "models.json"
"""Where an earlier Assay kept registered models, in ASSAY_HOME: folders and hub ids, all in place."""
OLD_VERSION = 1
KEYS = ("name", "path", "base", "base_sha256", "device", "dtype")


class StoredRegistry:
    """See `models.registry.Registry`."""

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Every row, in the order they were added; asking makes no database where there is none yet."""
        if not setting("database_url") and not (home() / "assay.db").exists() and not _old().exists():
            return []
        with told():
            return _store().models()

    def add(self, row: Mapping[str, Any], files: Mapping[str, Mapping[str, Path]], *, replace: bool) -> bool:
        """Add a row and keep copies of its files; False where there is one of that name and it is not to be replaced."""
        with told():
            return _store().add_model(row, files, replace=replace)

    def relabel(self, name: str, labels: Sequence[str]) -> bool:
        """Give a row other labels; False where there is none of that name."""
        with told():
            return _store().relabel_model(name, labels)

    def remove(self, name: str) -> bool:
        """Remove a row and the copies of its files; False where there is none of that name."""
        with told():
            return _store().remove_model(name)

    def training(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 - whoever acts tells of it
        """Be told that a model is trained into a folder of this name."""
        return nullcontext()

    def folder(self, name: str, part: str) -> Path:
        """A folder of this machine with the kept files of a part, checked."""
        with told():
            return _store().model_folder(name, part)


@contextmanager
def told() -> Iterator[None]:
    """Within the block errors of the store are told as errors of models."""
    try:
        yield
    except DiskRefused as error:
        raise DiskError(str(error)) from error
    except StoreError as error:
        raise CatalogError(str(error)) from error


def _store() -> Store:
    store = open_store()
    if _old().exists() and store.lasting:
        _take_over(store)
    return store


def _take_over(store: Store) -> None:
    """Register what an earlier Assay kept in a file, where it lies; the file goes when all of it is registered.

    Raises:
        CatalogError: the file is damaged or from a newer Assay.
    """
    with FileLock(str(_old()) + ".lock", timeout=10, mode=0o600):
        for item in _read():
            row: dict[str, Any] = {key: item.get(key) for key in KEYS}
            known = {known["name"]: known["path"] for known in store.models()}
            if known.get(row["name"]) == row["path"] and row["path"] is not None:
                continue
            row["name"] = _free(row["name"], known)
            local = str(row["path"] or "").startswith(("/", "~", "."))
            labels, note = list(item.get("labels") or ()), str(item.get("note") or "")
            row |= {"machine": this_machine() if local else None, "labels": labels, "note": note, "facts": None}
            store.add_model(row)
        _old().unlink(missing_ok=True)


def _free(name: str, taken: Container[str]) -> str:
    """The name, or one like it where two data folders came to share a database."""
    return next(one for one in chain((name,), (f"{name[:60]}-{n}" for n in count(2))) if one not in taken)


def _read() -> list[dict[str, Any]]:
    path = _old()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        items = data["models"]
        if data["version"] > OLD_VERSION or not all(isinstance(item, dict) and item["name"] for item in items):
            raise ValueError
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        raise CatalogError(f"{path}: the catalog is damaged or from a newer Assay; mend it or move it away.") from None
    return list(items)


def _old() -> Path:
    return home() / OLD
