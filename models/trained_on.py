"""The table that a model was trained on: what its card says of it, and where that table lies on this machine.

A card comes with a checkpoint, and anybody may have written it, so it names no place: it says what the table is (its name, the
sha256 of its bytes, how it was read). Where it lies is noted by whoever trained here, in the data folder of this installation,
under that sha256. What a stranger's card says can so have no other file opened than one whose bytes the stranger knows and that
somebody here trained on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from models.checkpoint import is_allowed
from models.errors import ModelError
from models.places import has_home, home
from models.table_options import Reading
from models.typed_paths import read_at_most
from models.writing import write_whole

FOLDER = "trained-on"
"""Where in the data folder it is noted where tables lie: a file for each, named by the table's sha256."""
MOST_BYTES = 500_000_000
"""The largest table that is taken so: as much as a browser may upload."""
_NOTE_BYTES = 20_000
_PIECE = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = 200

Fault = Literal["unknown", "gone", "changed", "unreadable", "elsewhere"]
"""Why a table cannot be taken from where it lay: nobody noted where that is; it is not there; other bytes are; it may not be read, or is
too large, or is no ordinary file; it lies outside the folders that may be read."""


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """A table that a model was trained on, as its card has it.

    Attributes:
        name: of the file. sha256: of its bytes. rows: that were learnt from or chosen on; None where the card does not say.
        columns: `text` and `label`, by these names; empty in cards of before.
        reading: how the file was read, as far as that was said; see `models.table_options.Reading`.
    """

    name: str
    sha256: str
    rows: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)


class NotThere(Exception):
    """The table cannot be taken from where it lay; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def told_of(path: Path, text: str, label: str, reading: Reading) -> dict[str, Any]:
    """What a card says of how a training table is read: nothing of where it lies."""
    said = {name: value for name, value in reading.model_dump(exclude_defaults=True).items() if name != "keep_good"}
    return {"file": path.name, "columns": {"text": text, "label": label}, **({"reading": said} if said else {})}


def trained_on(card: Mapping[str, Any]) -> TrainedOn | None:
    """The training table of a card; None where it names none, or none that could be known by its bytes."""
    data = card.get("data")
    told = data.get("training") if isinstance(data, Mapping) else None
    if not isinstance(told, Mapping):
        return None
    name, sha256 = told.get("file"), told.get("sha256")
    if not (isinstance(name, str) and name and isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        return None
    parts = [told, data.get("evaluation")]  # type: ignore[union-attr]  # rows of it that were set aside are of it too
    counts = [part.get("rows") for part in parts if isinstance(part, Mapping) and part.get("sha256") == sha256]
    known = [count for count in counts if isinstance(count, int) and not isinstance(count, bool) and count >= 0]
    columns = told.get("columns")
    named = {
        role: columns[role]
        for role in ("text", "label")
        if isinstance(columns, Mapping) and isinstance(columns.get(role), str) and 0 < len(columns[role]) <= _NAME
    }
    return TrainedOn(
        Path(name.replace("\\", "/")).name[:_NAME] or sha256[:12],
        sha256,
        sum(known) if len(known) == len(counts) else None,
        named,
        _reading(told),
    )


def _reading(told: Mapping[str, Any]) -> dict[str, Any]:
    said = told.get("reading")
    if not isinstance(said, Mapping):
        return {}
    try:
        return Reading.model_validate(dict(said), strict=True).model_dump(exclude_defaults=True)
    except (ValueError, ModelError):  # anybody may have written it
        return {}


def note_place(path: Path, sha256: str) -> None:
    """Note in the data folder where a table lies that somebody has trained on.

    Raises:
        DiskError, SettingsError: it cannot be noted.
    """
    place = home() / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    write_whole(place / sha256, json.dumps({"path": str(path.resolve())}, ensure_ascii=False) + "\n", private=True)


def noted_place(sha256: str) -> Path | None:
    """Where a table lay when somebody trained on it here; None where nobody has."""
    if not (_SHA256.fullmatch(sha256) and has_home()):
        return None
    try:
        found = json.loads(read_at_most(home() / FOLDER / sha256, _NOTE_BYTES))
        path = Path(found["path"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return path if path.is_absolute() else None


@contextmanager
def opened(table: TrainedOn, allowed: Sequence[Path] | None) -> Iterator[tuple[BinaryIO, str]]:
    """Within the block, the open file of a table where it lay, the very bytes that were trained on, and the file's name.

    Args:
        table: of a card.
        allowed: folders that may be read; None: any. Outside them nothing is looked at.

    Raises:
        NotThere: it cannot be taken from there.
    """
    path = _place(table, allowed)
    with _ordinary(path) as file:
        if _sha256(file) != table.sha256:
            raise NotThere("changed")
        file.seek(0)
        yield file, path.name


def can_be_opened(table: TrainedOn, allowed: Sequence[Path] | None) -> Fault | None:
    """Why a table cannot be opened where it lay, as far as that is known without reading it; None where nothing speaks against it."""
    try:
        with _ordinary(_place(table, allowed)):
            return None
    except NotThere as found:
        return found.fault


def _place(table: TrainedOn, allowed: Sequence[Path] | None) -> Path:
    path = noted_place(table.sha256)
    if path is None:
        raise NotThere("unknown")
    if not is_allowed(path, allowed):
        raise NotThere("elsewhere")
    return path


@contextmanager
def _ordinary(path: Path) -> Iterator[BinaryIO]:
    """An ordinary file of a size that is taken, opened for reading: no pipe that would be waited for, no device without an end."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(os.path.realpath(path), flags)
    except (FileNotFoundError, NotADirectoryError):
        raise NotThere("gone") from None
    except OSError:
        raise NotThere("unreadable") from None
    with ExitStack() as stack:
        stack.callback(os.close, handle)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise NotThere("unreadable")
        yield stack.enter_context(os.fdopen(handle, "rb", closefd=False))


def _sha256(file: BinaryIO) -> str:
    """The hash of a file's bytes, of no more of them than are taken: it may grow meanwhile."""
    found, left = hashlib.sha256(), MOST_BYTES + 1
    try:
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            found.update(piece)
            left -= len(piece)
    except OSError:
        raise NotThere("unreadable") from None
    return found.hexdigest()
