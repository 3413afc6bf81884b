"""Where things are kept and the settings that say so: flag > environment > assay.toml > default."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import platformdirs

REPOSITORY = Path(__file__).resolve().parent.parent
BUNDLED = Path(__file__).resolve().parent / "bundled"


def setting(name: str, default: str | None = None) -> str | None:
    """The value of a setting: `ASSAY_<NAME>` in the environment, else `<name>` in assay.toml, else `default`.

    assay.toml is looked for in the working directory, then in the repository's root.
    """
    value = os.environ.get(f"ASSAY_{name.upper()}")
    if value:
        return value
    for folder in (Path.cwd(), REPOSITORY):
        path = folder / "assay.toml"
        if path.is_file():
            found = tomllib.loads(path.read_text(encoding="utf-8")).get(name.lower())
            if found is not None:
                return str(found)
    return default


def offline() -> bool:
    """Whether nothing may be downloaded: ASSAY_OFFLINE (or `offline` in assay.toml) or HF_HUB_OFFLINE says so."""
    said = (setting("offline") or "", os.environ.get("HF_HUB_OFFLINE", ""))
    return any(value.lower() in {"1", "true", "yes", "on"} for value in said)


def home() -> Path:
    """`ASSAY_HOME`: database, uploads, runs, logs. Made on first use, readable by its owner only."""
    return _folder(setting("home") or platformdirs.user_data_dir("assay", appauthor=False))


def cache() -> Path:
    """`ASSAY_CACHE`: resources such as WordNet, word vectors, exported engines; may be shared by several homes."""
    return _folder(setting("cache") or platformdirs.user_cache_dir("assay", appauthor=False))


def _folder(path: str) -> Path:
    folder = Path(path).expanduser()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
