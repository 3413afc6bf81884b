"""The models this installation knows: bundled ones and those the analyst registered. Loads no torch.

Registered ones are kept by `models.registry`: a folder as copies of its files, so that the model is the same on every
machine and whatever becomes of the folder; or in place, for whoever asks for that; a hub id by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from models.base import PUBLISHED
from models.base_places import base_places
from models.card import read_card
from models.card_form import fitting
from models.checkpoint_files import checkpoint_files
from models.entry import NAME, CatalogEntry, bundled_folder, recorded_base_of, this_machine
from models.errors import CatalogError
from models.files import read_json_if_there
from models.known_languages import Known, declared_languages
from models.places import BUNDLED
from models.registry import BASE, MODEL, Row, registry
from models.typed_paths import is_dir, typed_path

if TYPE_CHECKING:
    from models.task import Task


def bundled() -> tuple[CatalogEntry, ...]:
    """The bundled models, by name."""
    cards = sorted(BUNDLED.glob("*/card.json"))
    return tuple(_bundled(card.parent, card.stat().st_mtime_ns) for card in cards)


@lru_cache(maxsize=32)
def _bundled(folder: Path, written: int) -> CatalogEntry:  # noqa: ARG001 - one written since is another one
    """The entry of a bundled model: pages ask for them many times in every redraw."""
    return CatalogEntry(name=folder.name, path=str(folder), bundled=True, card=read_card(folder))


def registered() -> tuple[CatalogEntry, ...]:
    """The registered models, in the order they were added.

    Raises:
        CatalogError: what keeps them cannot be read.
    """
    return tuple(map(_entry, registry().rows()))


def _entry(row: Row) -> CatalogEntry:
    trees, facts, path = row["trees"], row["facts"] or {}, str(row["path"] or "")
    card = fitting(facts.get("card") or {}) if MODEL in trees else read_card(typed_path(path))
    same = {key: row[key] for key in ("name", "base", "base_sha256", "device", "dtype", "machine")}
    labels = tuple(str(label) for label in row["labels"] or ())
    return CatalogEntry(
        **same, path=path, labels=labels, note=str(row["note"] or ""), card=card, trees=trees, facts=facts
    )


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

    entry = find(name) or CatalogEntry(name=name, path=name, card=read_card(typed_path(name)))
    names = labels or entry.known_labels
    return task_of("multi_label" if entry.multi_label else "softmax", names) if names else None


def languages_on_disk(name: str) -> Known:
    """The languages that a catalog name or folder knows: by its card, else as its tokenizer was measured when it was registered.

    Nothing is known of a folder without a card that names them, nor of a model registered by an older Assay; see
    `models.tokenizer_languages`.
    """
    entry = find(name)
    said = declared_languages(entry.card if entry is not None else read_card(typed_path(name)))
    if said or entry is None or not isinstance(read := entry.facts.get("reads"), list):
        return Known(said, "card" if said else "")
    return Known(tuple(str(language) for language in read), "tokenizer")


def find_registered(name: str) -> CatalogEntry | None:
    """The registered entry of that name, or None; what cannot be such a name is not looked for."""
    if not NAME.fullmatch(name) or bundled_folder(name) is not None:
        return None
    return next((entry for entry in registered() if entry.name == name), None)


def add(
    name: str,
    path: str,
    *,
    labels: Sequence[str] = (),
    found: Sequence[str] = (),
    reads: Sequence[str] | None = None,
    base: str | None = None,
    base_sha256: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    note: str = "",
    in_place: bool = False,
    replace: bool = False,
    card: Mapping[str, Any] | None = None,
) -> CatalogEntry:
    """Register a model under a name of its own; of a folder, copies of its files are kept, of an adapter's base too.

    Args:
        name: letters, digits, dot, dash, underscore; not that of a bundled model.
        path: a folder or a hub id.
        labels: label names in the head's order, instead of the checkpoint's.
        found: the labels that loading it gave, kept to be known without loading it again; `labels` go before them.
        reads: the languages that its tokenizer was found to read, kept in the same way; None where that is not known.
        base: base model of an adapter: a folder, name or hub id.
        device: device to load it on.
        dtype: "float32" or "bfloat16".
        note: free text.
        base_sha256: hash of the base's weights, for an adapter; no other base is taken later.
        in_place: keep no copies but the absolute paths of folders, which mean this machine alone; what is changed there
            later is what will be loaded.
        replace: overwrite an entry of that name.
        card: what the card of the copy says, where that is not what the folder's says.

    Raises:
        CatalogError: the name is taken or malformed, or the folder holds no model.
        CheckpointError: a file of it cannot be read.
        DiskError: there is no room for the copies.
    """
    if not NAME.fullmatch(name):
        raise CatalogError(
            f"'{name}' cannot name a model: use letters, digits, dots, dashes, underscores (64 at most)."
        )
    if bundled_folder(name) is not None:
        raise CatalogError(f"'{name}' is the name of a bundled model; choose another.")
    row: dict[str, Any] = {
        "name": name, "labels": list(labels), "base": base, "base_sha256": base_sha256, "device": device, "dtype": dtype,
        "note": note, "path": path, "machine": None, "facts": None,
    }  # fmt: skip
    files: dict[str, dict[str, Path]] = {}
    folder = typed_path(path)
    if is_dir(folder) and not in_place:
        files, said = _files_to_keep(folder.resolve(), base, bool(base_sha256))
        row |= said if card is None else {**said, "facts": {**said["facts"], "card": fitting(card)}}
    else:
        row |= {"path": _whole(path), "base": _whole(base) if base is not None else None}
        row |= {"machine": this_machine() if _is_local(str(row["path"])) else None}
    learnt = {"labels": list(found) or None, "reads": None if reads is None else list(reads)}
    if learnt := {name: value for name, value in learnt.items() if value is not None}:
        row["facts"] = {**(row["facts"] or {}), **learnt}
    with _own_card(files, card):
        is_added = registry().add(row, files, replace=replace)
    if not is_added:
        raise CatalogError(f"A model named '{name}' is registered already; choose another name or remove it first.")
    entry = find_registered(name)
    if entry is None:
        raise CatalogError(f"The model '{name}' was removed by somebody else while it was registered.")
    return entry


def _files_to_keep(folder: Path, base: str | None, known: bool) -> tuple[dict[str, dict[str, Path]], dict[str, Any]]:
    """The files of a folder and of its base that are to be copied, and what a row says of them."""
    files = {MODEL: checkpoint_files(folder)}
    size = sum(path.stat().st_size for name, path in files[MODEL].items() if name.endswith(".safetensors"))
    inside = next((name for name in files[MODEL] if name.endswith("adapter_config.json")), None)
    config = read_json_if_there(folder / "config.json")
    facts = {
        "card": read_card(folder), "bytes": size, "adapter": inside is not None,
        "config": {name: config[name] for name in ("id2label", "problem_type") if name in config},
        "recorded_base": recorded_base_of((folder / inside).parent) if inside is not None else None,
    }  # fmt: skip
    under = _folder_of_base((folder / inside).parent, base, known) if inside is not None else None
    if under is not None:
        files[BASE] = checkpoint_files(under)
        base = under.name
    return files, {"path": None, "base": base, "facts": facts}


@contextmanager
def _own_card(files: dict[str, dict[str, Path]], card: Mapping[str, Any] | None) -> Iterator[None]:
    """Within the block another card stands among the files that are to be copied: where loading reads it, beside an adapter."""
    if card is None or MODEL not in files:
        yield
        return
    inside = next((name for name in files[MODEL] if name.endswith("adapter_config.json")), "")
    with TemporaryDirectory(prefix="assay-", ignore_cleanup_errors=True) as place:
        path = Path(place) / "card.json"
        path.write_text(json.dumps(dict(card), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        files[MODEL][f"{inside.removesuffix('adapter_config.json')}card.json"] = path
        yield


def _folder_of_base(adapter: Path, base: str | None, known: bool) -> Path | None:
    """The folder of an adapter's base where it is one of this machine; None for a name that every machine can look up."""
    if base is not None:
        named = base in PUBLISHED or find_registered(base) is not None
        return None if named or not is_dir(base) else typed_path(base).resolve()
    recorded = recorded_base_of(adapter)
    if recorded is None or recorded in PUBLISHED:
        return None
    places = base_places(adapter, recorded, known=known, allowed=None)
    return places[0] if len(places) == 1 else None


def _is_local(path: str) -> bool:
    return path.startswith(("/", "~", ".")) or Path(path).is_absolute()


def _whole(path: str) -> str:
    """A folder by its absolute path, so that it is found from everywhere; anything else as it is."""
    local = typed_path(path)
    return str(local.resolve()) if is_dir(local) else path


def rename_labels(name: str, labels: Sequence[str]) -> None:
    """Give a registered model other label names; none restores the checkpoint's.

    Raises:
        CatalogError: no such registered model.
    """
    if not registry().relabel(name, labels):
        raise CatalogError(f"There is no registered model named '{name}'; bundled models keep their labels.")


def remove(name: str) -> None:
    """Forget a registered model and the copies of its files; the folder they came from stays.

    Raises:
        CatalogError: no such model, or a bundled one.
    """
    if bundled_folder(name) is not None:
        raise CatalogError(f"'{name}' is a bundled model and cannot be removed.")
    if not registry().remove(name):
        raise CatalogError(f"There is no registered model named '{name}'; see: python -m models list.")
