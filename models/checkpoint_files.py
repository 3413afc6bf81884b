"""Which files of a folder make a model: what loading reads, and nothing else that training left beside it. Loads no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from models.errors import CatalogError
from models.files import ordinary, there
from models.fingerprint import VOCABULARIES

CONFIG, ADAPTER = "config.json", "adapter_config.json"
ENDINGS = frozenset(
    {".json", ".safetensors", ".txt", ".model", ".codes", ".vocab", ".spm", ".bpe", ".tiktoken", ".jinja"}
)


def checkpoint_files(folder: Path) -> dict[str, Path]:
    """The files of a model or adapter, by their paths within a folder that can be loaded in its place.

    A folder that only holds an adapter's folder is kept with it; an adapter that shares the tokenizer of the one it lies in
    gets it beside itself.

    Raises:
        CheckpointError: one is a link to elsewhere or no ordinary file.
        CatalogError: there is no model in it.
    """
    found = dict(_files(folder, ""))
    if there(folder / ADAPTER) and not any(name in found for name in VOCABULARIES) and there(folder.parent / ADAPTER):
        shared = dict(_files(folder.parent, ""))
        found |= {name: path for name, path in shared.items() if name in VOCABULARIES or name.startswith("tokenizer")}
    if not there(folder / ADAPTER) and not there(folder / CONFIG):
        for inside in sorted(one for one in folder.iterdir() if not one.is_symlink() and (one / ADAPTER).is_file()):
            found |= dict(_files(inside, f"{inside.name}/"))
    if not any(name.rpartition("/")[2] in {CONFIG, ADAPTER} for name in found):
        raise CatalogError(f"{folder}: there is no {CONFIG} or {ADAPTER} in this folder, so there is no model to keep.")
    return found


def _files(folder: Path, before: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()):
        if path.suffix in ENDINGS and not path.name.startswith(".") and not path.is_dir():
            yield f"{before}{path.name}", ordinary(path)
