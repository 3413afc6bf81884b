"""Names of labels that lie beside a checkpoint which does not name them itself: `labels.json` and its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import CheckpointError
from models.files import CONFIG_BYTES, parse_json, read_bytes, there

FILES = ("labels.json", "id2label.json", "label2id.json", "label_map.json", "label_mapping.json")
"""Where trainers leave them: a list of names, `{"0": name}`, `{name: 0}`, or such a thing under `labels`, `id2label`, `label2id`."""
WITHIN = ("id2label", "label2id", "labels", "names", "classes")
LONGEST = 200


def unnamed(labels: Sequence[str]) -> bool:
    """Whether labels are the names that a checkpoint without names gives them: LABEL_0, LABEL_1 ..."""
    return bool(labels) and all(label == f"LABEL_{i}" for i, label in enumerate(labels))


def labels_beside(folder: Path, count: int) -> tuple[tuple[str, ...], str]:
    """The names of so many labels in a file beside a checkpoint, in the head's order, and the file; nothing where there are none.

    Args:
        folder: of the checkpoint.
        count: labels of its head; names in another number are none of its.
    """
    for name in FILES:
        path = folder / name
        if not there(path):
            continue
        try:
            found = parse_json(path, b'{"labels":' + read_bytes(path, CONFIG_BYTES) + b"}")["labels"]
        except CheckpointError:
            continue
        labels = _named(found)
        if (
            len(labels) == count
            and len({label.strip().casefold() for label in labels}) == count
            and not unnamed(labels)
        ):
            return labels, name
    return (), ""


def _named(found: Any) -> tuple[str, ...]:
    if isinstance(found, list):
        return tuple(found) if all(map(_is_name, found)) else ()
    if not isinstance(found, Mapping):
        return ()
    for inner in WITHIN:
        if isinstance(found.get(inner), list | Mapping):
            return _named(found[inner])
    by_number = {_number(key): value for key, value in found.items()}
    if None in by_number:  # names to numbers
        by_number = {_number(value): key for key, value in found.items()}
    names = [by_number.get(i) for i in range(len(by_number))]
    return tuple(str(name) for name in names) if len(by_number) == len(found) and all(map(_is_name, names)) else ()


def _is_name(name: object) -> bool:
    return isinstance(name, str) and len(name.strip()) > 0 and len(name) <= LONGEST


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7 else None
