"""The models this installation knows: bundled ones and those the analyst registered. Loads no torch.

Registered models live in `$ASSAY_HOME/models.json`, written under a lock and replaced in one step.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from models.card import read_card
from models.errors import CatalogError
from models.files import read_json_if_there
from models.places import BUNDLED, home
from models.writing import write_whole

if TYPE_CHECKING:
    from models.task import Task

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FILE_VERSION = 1


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model: how to call it and what is known of it without loading it.

    `path` is a folder or a hub id; `labels` is empty where the checkpoint's own names are used; `base_sha256` is the hash
    of an adapter's base when it was registered, and no other base is taken later.
    """

    name: str
    path: str
    labels: tuple[str, ...] = ()
    base: str | None = None
    base_sha256: str | None = None
    device: str | None = None
    dtype: str | None = None
    note: str = ""
    bundled: bool = False
    card: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def size_bytes(self) -> int | None:
        """Bytes of the weights in the folder; None for a hub id or a missing folder."""
        folder = Path(self.path)
        return sum(p.stat().st_size for p in folder.glob("*.safetensors")) if folder.is_dir() else None

    @property
    def missing(self) -> bool:
        """Whether the folder it names is gone (a hub id never is)."""
        looks_local = self.bundled or self.path.startswith(("/", "~", ".")) or os.sep == "\\"
        return looks_local and not Path(self.path).expanduser().is_dir()

    @property
    def multi_label(self) -> bool:
        """Whether a row may have several labels, as far as its files tell."""
        said = self.card.get("problem_type") if self.recorded_base else None  # an adapter's card goes before its config
        return (said or _config(self).get("problem_type")) == "multi_label_classification"

    @property
    def recorded_base(self) -> str | None:
        """The base that an adapter's own files name; None for full models and hub ids."""
        found = read_json_if_there(Path(self.path).expanduser() / "adapter_config.json").get("base_model_name_or_path")
        return str(found) if found else None

    @property
    def known_labels(self) -> tuple[str, ...]:
        """The labels as far as they are known without loading the model: renamed, else the card's, else id2label."""
        if self.labels:
            return self.labels
        if self.card.get("labels"):
            return tuple(str(label) for label in self.card["labels"])
        try:
            found = _config(self).get("id2label") or {}
            return tuple(str(found[key]) for key in sorted(found, key=int))
        except (ValueError, AttributeError, TypeError):
            return ()


def _config(entry: CatalogEntry) -> dict[str, Any]:
    """What config.json of a folder says; empty where there is none, or none that can be read."""
    return read_json_if_there(Path(entry.path).expanduser() / "config.json")


def bundled_folder(name: str) -> Path | None:
    """The folder of a bundled model, or None."""
    folder = BUNDLED / name
    return folder if NAME.fullmatch(name) and (folder / "card.json").is_file() else None


def bundled() -> tuple[CatalogEntry, ...]:
    """The bundled models, by name."""
    folders = sorted(path.parent for path in BUNDLED.glob("*/card.json"))
    return tuple(CatalogEntry(name=f.name, path=str(f), bundled=True, card=read_card(f)) for f in folders)


def registered() -> tuple[CatalogEntry, ...]:
    """The registered models, in the order they were added.

    Raises:
        CatalogError: models.json is damaged.
    """
    entries = []
    for item in _read():
        folder = Path(str(item.get("path", ""))).expanduser()
        known = {key: item.get(key) for key in ("name", "path", "base", "base_sha256", "device", "dtype")}
        labels = tuple(str(label) for label in item.get("labels") or ())
        entries.append(CatalogEntry(**known, labels=labels, note=str(item.get("note") or ""), card=read_card(folder)))  # type: ignore[arg-type]
    return tuple(entries)


def entries() -> tuple[CatalogEntry, ...]:
    """All models, bundled ones first."""
    return bundled() + registered()


def known_names() -> tuple[str, ...]:
    """The names of all models."""
    return tuple(entry.name for entry in entries())


def find(name: str) -> CatalogEntry | None:
    """The entry of that name, or None."""
    return next((entry for entry in entries() if entry.name == name), None)


def task_on_disk(name: str, labels: Sequence[str] | None = None) -> Task | None:
    """What the answers of a catalog name or folder are, as far as its files tell; None where they do not, as of hub ids.

    Args:
        name: how the model is called.
        labels: names given for it, which go before its own.
    """
    from models.task import task_of

    entry = find(name) or CatalogEntry(name=name, path=name, card=read_card(Path(name).expanduser()))
    names = labels or entry.known_labels
    return task_of("multi_label" if entry.multi_label else "softmax", names) if names else None


def find_registered(name: str) -> CatalogEntry | None:
    """The registered entry of that name, or None."""
    return next((entry for entry in registered() if entry.name == name), None)


def typed_labels(text: str | None) -> list[str] | None:
    """Label names as people type them: separated by commas, one that holds a comma in double quotes; None for nothing."""
    found = next(csv.reader([text or ""], skipinitialspace=True), [])
    return [name for name in (label.strip() for label in found) if name] or None


def add(
    name: str,
    path: str,
    *,
    labels: Sequence[str] = (),
    base: str | None = None,
    base_sha256: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    note: str = "",
    replace: bool = False,
) -> CatalogEntry:
    """Register a model under a name of its own.

    Args:
        name: letters, digits, dot, dash, underscore; not that of a bundled model.
        path: a folder (kept as an absolute path) or a hub id.
        labels: label names in the head's order, instead of the checkpoint's.
        base: base model of an adapter: a folder (kept as an absolute path), name or hub id.
        device: device to load it on.
        dtype: "float32" or "bfloat16".
        note: free text.
        base_sha256: hash of the base's weights, for an adapter; no other base is taken later.
        replace: overwrite an entry of that name.

    Raises:
        CatalogError: the name is taken or malformed.
    """
    if not NAME.fullmatch(name):
        raise CatalogError(
            f"'{name}' cannot name a model: use letters, digits, dots, dashes, underscores (64 at most)."
        )
    if bundled_folder(name) is not None:
        raise CatalogError(f"'{name}' is the name of a bundled model; choose another.")
    under = _whole(base) if base is not None else None
    entry = CatalogEntry(name, _whole(path), tuple(labels), under, base_sha256, device, dtype, note)
    with _locked():
        items = _read()
        taken = any(item.get("name") == name for item in items)
        if taken and not replace:
            raise CatalogError(f"A model named '{name}' is registered already; choose another name or remove it first.")
        row = {key: value for key, value in asdict(entry).items() if key not in ("card", "bundled")}
        _write([row if item.get("name") == name else item for item in items] if taken else [*items, row])
    return entry


def _whole(path: str) -> str:
    """A folder by its absolute path, so that it is found from everywhere; anything else as it is."""
    local = Path(path).expanduser()
    return str(local.resolve()) if local.is_dir() else path


def rename_labels(name: str, labels: Sequence[str]) -> None:
    """Give a registered model other label names; none restores the checkpoint's.

    Raises:
        CatalogError: no such registered model.
    """
    with _locked():
        items = _read()
        if not any(item.get("name") == name for item in items):
            raise CatalogError(f"There is no registered model named '{name}'; bundled models keep their labels.")
        _write([{**item, "labels": list(labels)} if item.get("name") == name else item for item in items])


def remove(name: str) -> None:
    """Forget a registered model; its files stay.

    Raises:
        CatalogError: no such model, or a bundled one.
    """
    if bundled_folder(name) is not None:
        raise CatalogError(f"'{name}' is a bundled model and cannot be removed.")
    with _locked():
        items = _read()
        kept = [item for item in items if item.get("name") != name]
        if len(kept) == len(items):
            raise CatalogError(f"There is no registered model named '{name}'; see: python -m models list.")
        _write(kept)


def _file() -> Path:
    return home() / "models.json"


def _locked() -> FileLock:
    return FileLock(str(_file()) + ".lock", timeout=10, mode=0o600)


def _read() -> list[dict[str, Any]]:
    path = _file()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        items = data["models"]
        if data["version"] > FILE_VERSION or not all(isinstance(item, dict) for item in items):
            raise ValueError
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        raise CatalogError(f"{path}: the catalog is damaged or from a newer Assay; mend it or move it away.") from None
    return list(items)


def _write(items: Sequence[Mapping[str, Any]]) -> None:
    path = _file()
    write_whole(path, json.dumps({"version": FILE_VERSION, "models": list(items)}, indent=2, ensure_ascii=False))
