"""Finding folders: of a model by its name, path or hub id, and of the base an adapter was trained on. Never a guess."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.base import PUBLISHED, base_folder
from models.base_places import base_places
from models.catalog import find_registered, known_names
from models.checkpoint import check_allowed, is_allowed
from models.entry import CatalogEntry, bundled_folder
from models.errors import CheckpointError, ModelNotFound
from models.hub import HUB_ID, HUB_NAME, cached, download
from models.translating import tr_later
from models.typed_paths import is_dir

HOW = tr_later("give it with --base (its folder, registered name or hub id)")
MAIN = ("", "main")
"""Revisions that mean no particular one."""


def model_folder(name: str, allowed: Sequence[Path] | None = None, *, trusted: bool = False) -> Path:
    """The folder of a bundled name, path or hub id.

    Where there is a limit, nothing outside it is looked at: whether a file or folder is there cannot be told from what
    is said of its name.

    Args:
        name: what was asked for.
        allowed: folders models may be loaded from; None allows all.
        trusted: the name was allowed before (it is registered).

    Raises:
        ModelNotFound: nothing of that name.
        CheckpointError: it is a file.
        PathNotAllowed: it lies outside `allowed`.
    """
    bundled = bundled_folder(name)
    if bundled is not None:
        return bundled
    limit = None if trusted else allowed
    if _is_path(name):
        check_allowed(name, limit)
    path = Path(os.path.expanduser(name))
    if is_allowed(name, limit):
        if is_dir(path):
            return path
        if path.is_file():
            raise CheckpointError(f"{path}: this is a file; give the folder that holds config.json and the weights.")
    if not _is_path(name) and HUB_ID.fullmatch(name):
        return download(name)
    raise ModelNotFound(
        f"There is no model named '{name}': it is neither a folder nor a hub id (owner/model) nor one of: "
        f"{', '.join(known_names())}."
    )


def registered_folder(entry: CatalogEntry) -> Path:
    """The folder of a registered model, which was allowed when it was registered.

    Raises:
        ModelNotFound: it was registered in place on another machine, or its folder or hub id is not to be found.
        CatalogError: a kept file is gone or damaged, or cannot be fetched.
    """
    if entry.kept:
        return entry.folder()
    if entry.elsewhere is not None:
        raise ModelNotFound(
            f"The model '{entry.name}' is registered in place: its files lie in {entry.path} of the machine {entry.elsewhere} and "
            f"cannot be seen from here; register it there again with: python -m models add {entry.name} {entry.path} --replace."
        )
    return model_folder(entry.path, trusted=True)


def _is_path(name: str) -> bool:
    """Whether it can mean a place on this machine only, not a model of the catalog or of the hub."""
    return name.startswith(("/", "~", ".")) or os.path.isabs(name) or not HUB_NAME.fullmatch(name)


def given_base(name: str, allowed: Sequence[Path] | None = None) -> Path:
    """The folder of a base that somebody named: bundled base, registered name, path or hub id.

    Raises:
        ModelNotFound: nothing of that name.
        CheckpointError: it is a file.
        PathNotAllowed: it lies outside `allowed`.
    """
    if name in PUBLISHED:
        return base_folder()
    entry = find_registered(name)
    if entry is not None:
        return registered_folder(entry)
    if HUB_NAME.fullmatch(name) and not HUB_ID.fullmatch(name) and not Path(name).exists():
        held = cached(name)  # the oldest models of the hub have no owner in their name
        if held is not None:
            return held
    return model_folder(name, allowed)


def recorded_base(folder: Path, config: Mapping[str, Any], *, known: bool, allowed: Sequence[Path] | None) -> Path:
    """The folder of the base that an adapter records: by path, as the bundled base, or from the hub by its id.

    Args:
        folder: the adapter's.
        config: its adapter_config.json.
        known: whether a hash tells the right base from others, so that a folder of its name may be tried.
        allowed: folders models may be loaded from; None allows all. Where there is a limit nothing is downloaded that
            only a file named.

    Raises:
        CheckpointError: no base is recorded, or it is not to be found here.
        PathNotAllowed: it lies outside `allowed`.
    """
    recorded, revision = str(config.get("base_model_name_or_path") or ""), str(config.get("revision") or "")
    if not recorded:
        raise CheckpointError(f"{folder}: the adapter does not say which base model it was trained on; {HOW}.")
    if recorded in PUBLISHED and revision in MAIN:
        return base_folder()
    places = base_places(folder, recorded, known=known, allowed=allowed)
    if len(places) > 1:
        raise CheckpointError(
            f"{folder}: the adapter's base model '{recorded}' may be {places[0]} or {places[1]}; {HOW}."
        )
    if places:
        return places[0]
    if Path(recorded).is_absolute():
        check_allowed(recorded, allowed)
    reason = tr_later("it is no folder here")
    if HUB_NAME.fullmatch(recorded):
        held = cached(recorded, revision or None)
        if held is not None:
            return held
        reason = tr_later("it is neither a folder here nor in the local cache of the hub")
        if allowed is None:
            try:
                return download(recorded, revision or None)
            except ModelNotFound as error:
                reason = str(error).rstrip(".").split("; ")[0]
    at = "" if revision in MAIN else tr_later(f" at revision {revision}")
    raise CheckpointError(
        f"{folder}: the adapter's base model '{recorded}'{at} is not to be found ({reason}); no other is taken in its "
        f"place, {HOW}."
    )
