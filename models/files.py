"""The files of a checkpoint: each that is read is an ordinary file, lies within its folder, and is of bounded size."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from models.errors import CheckpointError
from models.halves import holds_half
from models.translating import tr_later

CONFIG_BYTES = 1 << 24
"""The most a configuration may hold: the largest published ones, with all their added tokens, take some 2 MB."""
VOCABULARY_BYTES = 1 << 27
"""The most a tokenizer's file may hold: the largest published ones take 35 MB."""


def ordinary(path: Path) -> Path:
    """The place of a file after its links are followed.

    Links may lead anywhere within the folder, and from a snapshot of the hub's cache into that model's own blobs. What
    they lead to elsewhere is no part of the checkpoint: a folder from somebody else could hand out any file of ours.

    Raises:
        CheckpointError: there is no such file, it lies elsewhere, or it is a pipe, a device, a socket or a folder.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        mode = real.stat().st_mode
    except OSError as error:
        raise CheckpointError(f"{path}: the file cannot be read ({error.strerror}).") from None
    if not stat.S_ISREG(mode):
        raise CheckpointError(f"{path}: this must be an ordinary file; copy it here from its source.")
    folder = Path(os.path.realpath(path.parent))
    homes = [folder, *([folder.parent.parent / "blobs"] if folder.parent.name == "snapshots" else [])]
    if not any(real.is_relative_to(home) for home in homes):
        raise CheckpointError(
            f"{path}: this is a link to a file outside the folder ({real}); put the file itself into the folder."
        )
    return real


def there(path: Path) -> bool:
    """Whether a folder has anything of that name, be it a link to nowhere."""
    return os.path.lexists(path)


def read_bytes(path: Path, most: int) -> bytes:
    """The contents of one ordinary file of a checkpoint.

    Raises:
        CheckpointError: it cannot be read, is no ordinary file, or holds more than `most` bytes.
    """
    real = ordinary(path)
    try:
        with real.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise CheckpointError(f"{path}: the file cannot be read ({error.strerror}).") from None
    if len(data) > most:
        raise CheckpointError(
            f"{path}: the file holds more than {most:,} bytes, which no such file needs; copy it again from its source."
        )
    return data


def read_json(path: Path, most: int = CONFIG_BYTES) -> dict[str, Any]:
    """Read one JSON object of a checkpoint: strict JSON, but for an infinite number, which some configurations hold.

    Raises:
        CheckpointError: it cannot be read, or is no object.
    """
    return parse_json(path, read_bytes(path, most))


def parse_json(path: Path, data: bytes) -> dict[str, Any]:
    """The JSON object that the bytes of a file are.

    Raises:
        CheckpointError: they are none, or one that two readers may take differently (a name given twice, NaN, half a
            character).
    """
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except UnicodeDecodeError:
        raise CheckpointError(f"{path}: the file is not in UTF-8; copy it again from its source.") from None
    except ValueError as error:
        raise CheckpointError(f"{path}: the file is not valid JSON ({error}); copy it again from its source.") from None
    except RecursionError:
        raise CheckpointError(
            f"{path}: the file is nested too deeply to be read; copy it again from its source."
        ) from None
    if not isinstance(found, dict):
        raise CheckpointError(f"{path}: a JSON object was expected.")
    if holds_half(found, data):
        raise CheckpointError(
            f"{path}: the file holds half a character (an escape such as \\ud800 alone), which no text has; mend it, or copy it "
            "again from its source."
        )
    return found


def read_json_if_there(path: Path) -> dict[str, Any]:
    """What a configuration of a folder says; empty where there is none, or none that can be read."""
    try:
        return read_json(path)
    except CheckpointError:
        return {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1) if len(names) < 1000 else "a name"
        raise ValueError(tr_later(f"{twice[:80]!r} is given twice"))
    return made


def _constant(name: str) -> float:
    if name == "NaN":
        raise ValueError("NaN is no number")
    return float(name)
