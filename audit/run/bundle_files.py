"""The files of an exported run: which there are, opened and read with care; what writes and checks them stands beside.

```
manifest.json     {"format": 1, "run_id", "result_hash", "files": {path: sha256}}
run.json          the run's columns: spec, identity, model card, labels, policy, provenance, hashes
probes.json rows.jsonl shards.jsonl
records/NN.jsonl  one line per record: probe, row_id, digest and the columns pages filter by, payload
records.parquet   the same columns flat, without payload, for analytics
scores.json findings.json reviews.json replicates.bin
own.json          {"tags", "notes"}, where people gave it any
report/           the report, when asked for
signature/        over manifest.json, in minisign's format, when asked for
```
The same run gives the same bytes: files are sorted, times inside the zip are fixed.

Format 2 is a bundle without texts, for readers who may not see them: rows without text and pair, records without payload
(their digests stay), no notes, no errors, no measures. Its files, signature and hashes can be checked, and that is all.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.language.translating import tr_later
from audit.run.bundle_shape import checked, checked_lines
from audit.strict_json import dumps, loads

FORMAT, TEXTLESS = 1, 2
MANIFEST = "manifest.json"
OWN_FILE = "own.json"
MOST_FILES, MOST_BYTES = 20_000, 4_000_000_000
SMALL_BYTES, MOST_RATIO = 20_000_000, 200
"""A file of a zip, or all of them, larger than this and shrunk to less than a two-hundredth is a trap: texts shrink to a tenth."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A readable bundle: `names` in order, `read(name)` gives bytes; `texts`: whether it holds the texts of its rows."""

    path: Path
    names: tuple[str, ...]
    texts: bool = True

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            ReportError: it is missing or damaged.
        """
        try:
            if self.path.is_dir():
                return (self.path / name).read_bytes()
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(name)
        except MemoryError:
            raise ReportError(f"{name} in the bundle {self.path} is larger than this machine's memory.") from None
        except (OSError, KeyError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ReportError(f"The bundle {self.path} has no readable file {name} ({error}).") from None

    def json(self, name: str) -> Any:
        """The content of a JSON file.

        Raises:
            ReportError: it is missing, not JSON, or not what an exported run has there.
        """
        try:
            data = loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise ReportError(f"{name} in the bundle {self.path} is not JSON ({error}).") from None
        return checked(name, data)

    def lines(self, name: str) -> Iterator[Any]:
        """The objects of a JSONL file.

        Raises:
            ReportError: it is missing, a line is not JSON, or not what an exported run has there.
        """
        return checked_lines(name, self._objects(name))

    def _objects(self, name: str) -> Iterator[Any]:
        try:
            for line in self.read(name).decode("utf-8").split("\n"):  # a text may hold other line ends as they are
                if line:
                    yield loads(line)
        except (ValueError, RecursionError) as error:
            raise ReportError(f"{name} in the bundle {self.path} is not JSON Lines ({error}).") from None


def open_bundle(path: Path) -> Bundle:
    """Open a folder or zip written by `export_run`.

    Raises:
        ReportError: it is no such thing, or of a newer format.
    """
    try:
        if path.is_dir():
            names = sorted(_ordinary(path))
        elif path.exists() and not path.is_file():  # opening a pipe would wait for whoever writes into it
            raise ReportError(f"{path} is {_kind(path.stat().st_mode)}, neither a folder nor a zip of an exported run.")
        else:
            with zipfile.ZipFile(path) as archive:
                names = sorted(archive.namelist())
                _bounded(path, archive.infolist())
    except (OSError, zipfile.BadZipFile):
        raise ReportError(f"{path} is neither a folder nor a readable zip of an exported run.") from None
    bundle = Bundle(path, tuple(names))
    if MANIFEST not in names:
        raise ReportError(f"{path} has no {MANIFEST}: it is not an exported run.")
    try:
        head = loads(bundle.read(MANIFEST))
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{MANIFEST} in the bundle {path} is not JSON ({error}).") from None
    form = head.get("format") if isinstance(head, dict) else None
    if form not in (FORMAT, TEXTLESS):
        raise ReportError(f"{path} has format {form!r}; this Assay reads formats {FORMAT} and {TEXTLESS}.")
    return Bundle(path, tuple(names), texts=form == FORMAT)


def _ordinary(folder: Path) -> Iterator[str]:
    """Names of the files of a folder.

    Raises:
        ReportError: something in it is neither a file nor a folder, or stands elsewhere; or there are too many.
    """
    for count, path in enumerate(folder.rglob("*")):
        name, mode = path.relative_to(folder).as_posix(), path.lstat().st_mode
        if count >= MOST_FILES:
            raise ReportError(f"{folder} holds more than {MOST_FILES:,} files; an exported run does not.")
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ReportError(
                f"{name[:80]} in {folder} is {_kind(mode)}: an exported run holds ordinary files only; remove it, or ask for "
                "the bundle again."
            )
        if stat.S_ISREG(mode):
            yield name


def _kind(mode: int) -> str:
    kinds = {stat.S_IFLNK: tr_later("a link to elsewhere"), stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _bounded(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that would unpack to more than it may, before a byte of it is unpacked.

    Raises:
        ReportError: too many files, or one that is too large by itself or for what it takes in the zip, or all together.
    """
    if len(members) > MOST_FILES:
        raise ReportError(f"{path} holds {len(members):,} files; an exported run has at most {MOST_FILES:,}.")
    for one in members:
        if one.file_size > MOST_BYTES or _swollen(one.file_size, one.compress_size):
            raise ReportError(
                f"{one.filename[:80]} in {path} would unpack to {numbers().size(one.file_size)} from {numbers().size(one.compress_size)}: "
                "no exported run does; unpack it yourself where you trust it, and give the folder."
            )
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if _swollen(unpacked, packed):
        raise ReportError(
            f"The files in {path} would unpack to {numbers().size(unpacked)} from {numbers().size(packed)}: "
            "no exported run does; unpack it yourself where you trust it, and give the folder."
        )


def _swollen(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL_BYTES and unpacked > MOST_RATIO * max(packed, 1)


def record_files(bundle: Bundle) -> list[str]:
    """Names of the files that hold records, in their order."""
    return [name for name in bundle.names if name.startswith("records/")]


def pretty(data: Any) -> bytes:
    """JSON as the files of a bundle have it."""
    return (dumps(data, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()
