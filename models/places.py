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
from models.typed_paths import is_dir, read_at_most, typed_path

REPOSITORY = Path(__file__).resolve().parent.parent
BUNDLED = Path(__file__).resolve().parent / "bundled"
INSTALLED = (REPOSITORY / "assay_assets").is_dir()
"""Whether this is an installed package, whose assets lie beside it under a name of their own, and no checkout."""
ASSETS = REPOSITORY / ("assay_assets" if INSTALLED else "assets")
"""Fonts, policies, samples, word lists, templates of the report."""


CONFIG_BYTES = 1_000_000
"""More than any file of settings has."""


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
        SettingsError: the file that `ASSAY_CONFIG` names is not there, or is no TOML, or holds no single value of that name.
    """
    known = SETTINGS[name]
    value = os.environ.get(known.variable)
    if value:
        return value
    path, configured = _configured()
    found = configured.get(name)
    if found is not None and not isinstance(found, str | int | float):
        raise SettingsError(f"The setting {name} in {path} is no single value; give a text in quotes, or a number.")
    if isinstance(found, str) and "\0" in found:
        raise SettingsError(f"The setting {name} in {path} holds a NUL character; leave it out.")
    return default if found is None else str(found)


def whole_number(name: str, said: str | None, default: int, *, least: int, most: int) -> int:
    """What `setting(name)` said as a whole number from `least` to `most`, `default` where it said nothing.

    Raises:
        SettingsError: it is anything else.
    """
    said = (said or "").strip()
    if not said:
        return default
    if not (said.isascii() and said.isdigit() and len(said) < 10 and least <= int(said) <= most):
        raise SettingsError(
            f"The setting {name} ({SETTINGS[name].variable}) is '{said[:40]}'; give a whole number from {least:,} to "
            f"{most:,}, or leave it out for {default}."
        )
    return int(said)


def _configured() -> tuple[Path, dict[str, object]]:
    """The file of settings, and what it says."""
    named = os.environ.get(CONFIG.variable)
    own = platformdirs.user_config_path("assay") if INSTALLED else REPOSITORY
    path = typed_path(named) if named else own / "assay.toml"
    if not named and not path.is_file():
        return path, {}
    try:
        return path, tomllib.loads(read_at_most(path, CONFIG_BYTES).decode("utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read ({error.strerror}); see ASSAY_CONFIG.") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"The settings file {path} is not TOML ({error}).") from None


YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


def offline() -> bool:
    """Whether nothing may be downloaded: ASSAY_OFFLINE (or `offline` in assay.toml) or HF_HUB_OFFLINE says so.

    Raises:
        SettingsError: ASSAY_OFFLINE is neither yes nor no. Taken for a no, a slip of the pen would allow downloads.
    """
    return sealed() or os.environ.get("HF_HUB_OFFLINE", "").lower() in YES


def sealed() -> bool:
    """Whether ASSAY_OFFLINE itself forbids every download; HF_HUB_OFFLINE is about the hub and official sources.

    Raises:
        SettingsError: it is neither yes nor no.
    """
    said = (setting("offline") or "").strip().lower()
    if said not in YES | NO:
        raise SettingsError(
            f"The setting offline (ASSAY_OFFLINE) is '{said[:40]}'; give 1, true, yes or on to forbid downloads, 0, false, "
            "no or off to allow them."
        )
    return said in YES


def home() -> Path:
    """`ASSAY_HOME`: database, uploads, runs, logs. Readable by its owner only, also where it was made beforehand."""
    folder = _folder(_home())
    with suppress(OSError):  # somebody else's folder keeps the mode they gave it
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    return folder


def has_home() -> bool:
    """Whether there is a data folder; asking makes none."""
    return not halved(_home()) and is_dir(typed_path(_home()))


def within_home(path: Path) -> bool:
    """Whether a place lies in the data folder, where everything is its owner's alone."""
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(typed_path(_home())))


def page_folders() -> list[Path]:
    """Folders of this machine that pages may read models and tables from: the setting `model_folders`, else the user's home,
    Assay's and the working directory."""
    chosen = setting("model_folders")
    if chosen:
        return [typed_path(part) for part in chosen.split(os.pathsep) if part]
    return [Path.home(), home(), Path.cwd()]


def _home() -> str:
    return setting("home") or platformdirs.user_data_dir("assay", appauthor=False)


def cache() -> Path:
    """`ASSAY_CACHE`: resources such as WordNet, word vectors, exported engines; may be shared by several homes."""
    return _folder(setting("cache") or platformdirs.user_cache_dir("assay", appauthor=False))


def _folder(path: str) -> Path:
    if halved(path):
        raise SettingsError(f"The folder {path} is not in UTF-8; give another with ASSAY_HOME or ASSAY_CACHE.")
    folder = typed_path(path)
    if str(folder).startswith("~"):
        raise SettingsError(
            f"The folder {path} is of a user whom this machine does not know; "
            "give another with ASSAY_HOME or ASSAY_CACHE."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        told = disk_error(error, folder)
        if told is None:  # a file of that name, a name too long, links in a circle
            raise SettingsError(
                f"The folder {_short(path)} cannot be made ({error.strerror}); "
                "give another with ASSAY_HOME or ASSAY_CACHE."
            ) from None
        raise told from error
    return folder


def _short(path: str) -> str:
    return path if len(path) <= 200 else f"{path[:200]}…"


def settled() -> dict[str, str]:
    """This environment for a process that starts in another folder: folders and files it names by relative paths stay where
    they are."""
    found = dict(os.environ)
    for name in ("home", "cache", "logo", "config"):
        variable = (CONFIG if name == "config" else SETTINGS[name]).variable
        if found.get(variable):
            found[variable] = os.path.abspath(typed_path(found[variable]))
    folders, known = found.get(SETTINGS["model_folders"].variable), found.get(SETTINGS["masked_lm"].variable)
    if folders:
        whole = (os.path.abspath(typed_path(one)) for one in folders.split(os.pathsep) if one)
        found[SETTINGS["model_folders"].variable] = os.pathsep.join(whole)
    if known and is_dir(known):  # else a hub id
        found[SETTINGS["masked_lm"].variable] = os.path.abspath(typed_path(known))
    return found
