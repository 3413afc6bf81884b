"""Where things are kept and the settings that say so: flag > environment > assay.toml > default."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path

import platformdirs

from models.disk import disk_error
from models.errors import SettingsError
from models.halves import halved
from models.settings import CONFIG, SETTINGS

REPOSITORY = Path(__file__).resolve().parent.parent
BUNDLED = Path(__file__).resolve().parent / "bundled"
INSTALLED = (REPOSITORY / "assay_assets").is_dir()
"""Whether this is an installed package, whose assets lie beside it under a name of their own, and no checkout."""
ASSETS = REPOSITORY / ("assay_assets" if INSTALLED else "assets")
"""Fonts, policies, samples, word lists, templates of the report."""


def setting(name: str, default: str | None = None) -> str | None:
    """The value of a setting: `ASSAY_<NAME>` in the environment, else `<name>` in assay.toml, else `default`.

    assay.toml is the file that `ASSAY_CONFIG` names, else the one in the repository's root, or of an installed package the
    one in the user's folder of settings; never one that happens to lie in the working directory, which may be somebody
    else's.

    Args:
        name: one of `models.settings.SETTINGS`.
        default: what it is where nobody says.

    Raises:
        KeyError: there is no such setting.
        SettingsError: the file that `ASSAY_CONFIG` names is not there, or is no TOML.
    """
    known = SETTINGS[name]
    value = os.environ.get(known.variable)
    if value:
        return value
    found = _configured().get(name)
    return default if found is None else str(found)


def _configured() -> dict[str, object]:
    named = os.environ.get(CONFIG.variable)
    own = platformdirs.user_config_path("assay") if INSTALLED else REPOSITORY
    path = Path(named).expanduser() if named else own / "assay.toml"
    if not named and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read ({error.strerror}); see ASSAY_CONFIG.") from None
    except ValueError as error:
        raise SettingsError(f"The settings file {path} is not TOML ({error}).") from None


def offline() -> bool:
    """Whether nothing may be downloaded: ASSAY_OFFLINE (or `offline` in assay.toml) or HF_HUB_OFFLINE says so."""
    said = (setting("offline") or "", os.environ.get("HF_HUB_OFFLINE", ""))
    return any(value.lower() in {"1", "true", "yes", "on"} for value in said)


def home() -> Path:
    """`ASSAY_HOME`: database, uploads, runs, logs. Readable by its owner only, also where it was made beforehand."""
    folder = _folder(_home())
    with suppress(OSError):  # somebody else's folder keeps the mode they gave it
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    return folder


def within_home(path: Path) -> bool:
    """Whether a place lies in the data folder, where everything is its owner's alone."""
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(Path(_home()).expanduser()))


def _home() -> str:
    return setting("home") or platformdirs.user_data_dir("assay", appauthor=False)


def cache() -> Path:
    """`ASSAY_CACHE`: resources such as WordNet, word vectors, exported engines; may be shared by several homes."""
    return _folder(setting("cache") or platformdirs.user_cache_dir("assay", appauthor=False))


def _folder(path: str) -> Path:
    if halved(path):
        raise SettingsError(f"The folder {path} is not in UTF-8; give another with ASSAY_HOME or ASSAY_CACHE.")
    folder = Path(path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        told = disk_error(error, folder)
        if told is None:
            raise
        raise told from error
    return folder
