"""A model as the catalog knows it. Asks files alone, loads no torch."""

from __future__ import annotations

import csv
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.files import read_json_if_there
from models.places import BUNDLED
from models.registry import MODEL, registry
from models.typed_paths import is_dir, typed_path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model: how to call it and what is known of it without loading it.

    `path` is a folder or a hub id, empty where copies of the files are kept; `machine` is where a folder that was registered
    in place lies. `labels` is empty where the checkpoint's own names are used; `base_sha256` is the hash of an adapter's
    base when it was registered, and no other base is taken later. `trees` has the hash of the files of each part kept,
    `facts` what they say without being read.
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
    machine: str | None = None
    trees: Mapping[str, str] = field(default_factory=dict, compare=False)
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def kept(self) -> bool:
        """Whether copies of its files are kept."""
        return MODEL in self.trees

    def folder(self, part: str = MODEL) -> Path:
        """Its folder on this machine, or that of the base kept with it.

        Raises:
            CatalogError: a kept file is gone or damaged, or cannot be fetched.
        """
        return registry().folder(self.name, part) if part in self.trees else typed_path(self.path)

    @property
    def size_bytes(self) -> int | None:
        """Bytes of the weights in the folder; None for a hub id or a missing folder."""
        if self.kept:
            return int(self.facts.get("bytes") or 0)
        folder = Path(self.path)
        return sum(p.stat().st_size for p in folder.glob("*.safetensors")) if folder.is_dir() else None

    @property
    def missing(self) -> bool:
        """Whether the folder it names is gone (a hub id never is)."""
        looks_local = not self.kept and (self.bundled or self.path.startswith(("/", "~", ".")) or os.sep == "\\")
        return looks_local and not is_dir(self.path)

    @property
    def elsewhere(self) -> str | None:
        """The machine on which the folder lies that is not here; None where it is here, or is simply gone."""
        return self.machine if self.missing and self.machine != this_machine() else None

    @property
    def adapter(self) -> bool:
        """Whether it is a LoRA adapter, as far as its files tell."""
        return bool(self.facts.get("adapter")) or (
            not self.kept and (Path(self.path) / "adapter_config.json").is_file()
        )

    @property
    def multi_label(self) -> bool:
        """Whether a row may have several labels, as far as its files tell."""
        said = self.card.get("problem_type") if self.recorded_base else None  # an adapter's card goes before its config
        return (said or _config(self).get("problem_type")) == "multi_label_classification"

    @property
    def recorded_base(self) -> str | None:
        """The base that an adapter's own files name; None for full models and hub ids."""
        found = self.facts.get("recorded_base") if self.kept else recorded_base_of(typed_path(self.path))
        return str(found) if found else None

    @property
    def known_labels(self) -> tuple[str, ...]:
        """The labels as far as they are known without loading the model: renamed, else those of its files, else those that
        were found when it was registered."""
        found_then = tuple(str(label) for label in self.facts.get("labels") or ())
        if self.labels or (
            self.kept and found_then
        ):  # copies do not change: they have the labels that were found in them
            return self.labels or found_then
        if self.card.get("labels"):
            return tuple(str(label) for label in self.card["labels"])
        try:
            found = _config(self).get("id2label") or {}
            return tuple(str(found[key]) for key in sorted(found, key=int)) or found_then
        except (ValueError, AttributeError, TypeError):
            return found_then


def _config(entry: CatalogEntry) -> dict[str, Any]:
    """What config.json of a folder says; empty where there is none, or none that can be read."""
    if entry.kept:
        return dict(entry.facts.get("config") or {})
    return read_json_if_there(typed_path(entry.path) / "config.json")


def recorded_base_of(folder: Path) -> str | None:
    """The base that an adapter's own files name, as they name it."""
    found = read_json_if_there(folder / "adapter_config.json").get("base_model_name_or_path")
    return str(found) if found else None


def this_machine() -> str:
    """The name of this machine, as far as models that lie in place on it are told apart by it."""
    return socket.gethostname()


def bundled_folder(name: str) -> Path | None:
    """The folder of a bundled model, or None."""
    folder = BUNDLED / name
    return folder if NAME.fullmatch(name) and (folder / "card.json").is_file() else None


def typed_labels(text: str | None) -> list[str] | None:
    """Label names as people type them: separated by commas, one that holds a comma in double quotes; None for nothing."""
    found = next(csv.reader([text or ""], skipinitialspace=True), [])
    return [name for name in (label.strip() for label in found) if name] or None
