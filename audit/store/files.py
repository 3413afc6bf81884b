"""Files that are kept, each under the sha256 of its content: tables, reports, the files of models.

They lie in `files/` of ASSAY_HOME, or where `ASSAY_FILES_URL` says, which several machines may share. What refers to them
stands in the database (`audit.store.blobs`), which alone decides what goes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from audit.errors import FilesError
from audit.language.translating import tr
from audit.store.file_cache import FileCache, remove_left
from audit.store.folder_place import FolderPlace
from audit.store.lasting import Lasting
from audit.store.place import Place
from audit.store.remote_place import RemotePlace, without_secrets
from models.places import cache, home, setting
from models.writing import WholeFile, told

PIECE = 1 << 20
_URL = re.compile(r"([A-Za-z][\w+.-]*)://(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Blob:
    """A file by its content: `sha256` and size in `bytes`."""

    sha256: str
    bytes: int


class Staged:
    """A file that was copied to where it can be taken in; `take` or `drop` it."""

    def __init__(self, place: Place, source: Path | BinaryIO | bytes) -> None:
        """Copy a source, in pieces.

        Raises:
            DiskError: the disk refuses; nothing is left.
        """
        self._place = place
        self._file = WholeFile(place.staging / "incoming", private=True)
        digest, size = hashlib.sha256(), 0
        try:
            with told(place.staging), _opened(source) as file, self._file.part.open("wb") as out:
                while piece := file.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    out.write(piece)
        except BaseException:
            self._file.drop()
            raise
        self.blob = Blob(digest.hexdigest(), size)

    def take(self) -> None:
        """Have the place take it in.

        Raises:
            DiskError, FilesError: it refuses.
        """
        self._place.take(self._file, self.blob.sha256)

    def drop(self) -> None:
        """Remove the copy, if it was not taken in."""
        self._file.drop()


class Files:
    """The files of one place; those that lie elsewhere are read from copies on this machine."""

    def __init__(self, place: Place, copies: Path | None = None) -> None:
        """Join a place with the folder of this machine's copies.

        Args:
            place: where the files are.
            copies: default: a folder of ASSAY_CACHE for this place alone.
        """
        self.place = place
        of_place = hashlib.sha256(place.shown.encode()).hexdigest()[:16]
        self._cache = FileCache(copies or cache() / "files" / of_place)

    @property
    def shown(self) -> str:
        """What people call the place."""
        return self.place.shown

    def stage(self, source: Path | BinaryIO | bytes) -> Staged:
        """Copy a source to be taken in.

        Raises:
            DiskError: the disk refuses.
        """
        return Staged(self.place, source)

    def there(self, sha256: str) -> bool:
        """Whether the place has a file.

        Raises:
            FilesError: it cannot be reached.
        """
        return self.place.there(sha256)

    def open(self, sha256: str) -> BinaryIO:
        """Open a file of known content for reading; it was checked before a byte of it is given out.

        Raises:
            FilesError: it is not there, or not what its name says.
        """
        return self.local(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """The content of a file.

        Raises:
            FilesError: it is not there, or not what its name says.
        """
        return self.local(sha256).read_bytes()

    def local(self, sha256: str) -> Path:
        """A path on this machine under which the file can be read: its own, or that of a copy fetched once.

        Raises:
            FilesError: it is not there, or not what its name says.
            DiskError: a copy cannot be written.
        """
        return self._cache.file(sha256, self.place)

    def tree(self, entries: dict[str, str]) -> Path:
        """A folder on this machine that holds these files and no others.

        Args:
            entries: path in the folder, with `/`, to sha256.

        Raises:
            FilesError: one is not there, or not what its name says.
            DiskError: the folder cannot be written.
        """
        return self._cache.tree(entries, self.place)

    def delete(self, sha256: str) -> None:
        """Remove a file, its copy on this machine, and the folders that hold it. Whether it may go, the caller knows.

        Raises:
            FilesError: it cannot be removed.
        """
        self.place.remove(sha256)
        self._cache.forget(sha256)

    def listed(self) -> Iterator[str]:
        """The sha256 of every file of the place."""
        return self.place.listed()

    def tidy(self, lasting: Lasting | None = None) -> None:
        """Remove from this machine what a process that ended left half-made; `lasting` as for `sweep_files`."""
        for folder in (self.place.staging, self._cache.root):
            remove_left(folder, lasting)

    def copies(self) -> Iterator[str]:
        """The sha256 of every file that this machine has a copy of, by itself or in a folder."""
        return self._cache.held()

    def forget_copies(self, sha256: str) -> None:
        """Remove this machine's copies of a file that is no longer kept."""
        self._cache.forget(sha256)


def files_url() -> str | None:
    """Where `ASSAY_FILES_URL` (`files_url` in assay.toml) says files lie; None: in the data folder."""
    return (setting("files_url") or "").strip() or None


def open_files() -> Files:
    """The files of the settings' place.

    Raises:
        FilesError: the setting names no place that can be used.
    """
    url = files_url()
    if url is None:
        folder = home() / "files"
        return Files(FolderPlace(folder), folder / "copies")
    found = _URL.fullmatch(url)
    if found is None:
        raise FilesError(
            tr(
                "ASSAY_FILES_URL is '{url}', which is no URL; give one such as file:///shared/assay or s3://bucket/assay.",
                url=without_secrets(url)[:200],
            )
        )
    protocol, rest = found[1].lower(), found[2]
    if protocol in {"file", "local"}:
        if not Path(rest).is_absolute():
            raise FilesError(
                tr(
                    "ASSAY_FILES_URL is '{url}'; a folder is given whole, such as file:///shared/assay, with three slashes.",
                    url=url[:200],
                )
            )
        return Files(FolderPlace(Path(rest), linked=True))
    return Files(RemotePlace(f"{protocol}://{rest}", cache() / "files"))


def _opened(source: Path | BinaryIO | bytes) -> BinaryIO:
    if isinstance(source, Path):
        return source.open("rb")
    return BytesIO(source) if isinstance(source, bytes) else source
