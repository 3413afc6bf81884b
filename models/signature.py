"""Whether the files of a model are still those it was loaded from: names, sizes and times, which cost microseconds to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base_places import base_places
from models.catalog import find
from models.files import read_json_if_there
from models.typed_paths import typed_path

Signature = tuple[Any, ...]
"""What changes with the files; equal signatures mean the same model."""


def files_signature(*names: str | None) -> Signature:
    """What stands for the files of some models: of folders their files, and those of an adapter's recorded base; of copies that are
    kept by their content, the content; of hub ids, nothing. Of registered ones also how they are registered.

    Args:
        names: bundled or registered names, folders or hub ids; None for none.
    """
    found: list[Any] = []
    for name in names:
        if name is None:
            continue
        entry = find(name)
        if entry is not None and not entry.bundled:  # how it is registered: renamed labels are another model
            found.append((name, *entry.labels, entry.base, entry.device, entry.dtype))
        if entry is not None and entry.kept:
            found.append((name, *sorted(entry.trees.items())))
            continue
        folder = typed_path(entry.path if entry is not None else name)
        found.append((name, *_of_folder(folder)))
        for base in _recorded_bases(folder):
            found.append((str(base), *_of_folder(base)))
    return tuple(found)


def _of_folder(folder: Path) -> Signature:
    try:
        stats = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    except OSError:  # a hub id, or a folder that is gone
        return ("absent",)
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _recorded_bases(folder: Path) -> list[Path]:
    config = folder / "adapter_config.json"
    recorded = read_json_if_there(config).get("base_model_name_or_path") if config.is_file() else None
    return base_places(folder, recorded, known=True, allowed=None) if isinstance(recorded, str) and recorded else []
