"""Where the base that an adapter records by a path can lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from models.checkpoint import is_allowed
from models.typed_paths import is_dir


def base_places(folder: Path, recorded: str, *, known: bool, allowed: Sequence[Path] | None) -> list[Path]:
    """Folders with a model that a recorded path can mean: itself, or beside the adapter, where a hash can tell.

    Those outside `allowed` are not looked at.
    """
    path = Path(os.path.expanduser(recorded))
    if path.is_absolute():
        itself = not known or (is_allowed(path, allowed) and is_dir(path))
        candidates = [path] if itself else [folder.parent / path.name]
    else:
        candidates = [folder / path, folder.parent / path, path]
    found: dict[Path, None] = {}
    for place in candidates:
        if is_allowed(place, allowed) and _holds_model(place) and place.resolve() != folder.resolve():
            found[place.resolve()] = None
    return list(found)


def _holds_model(place: Path) -> bool:
    try:
        return (place / "config.json").is_file()
    except OSError:
        return False
