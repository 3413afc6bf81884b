"""Files in a folder of this machine, or of a disk that several share: readable by their owner alone, whole or not there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from audit.errors import FilesError
from audit.language.translating import tr
from audit.store.place import SHA256, checked, missing
from models.writing import WholeFile, told


class FolderPlace:
    """`ROOT/ab/abcdef...`; no link is followed within it."""

    def __init__(self, root: Path, *, linked: bool = False) -> None:
        """Name the folder; it is made with the first file.

        Args:
            root: the folder.
            linked: whether it may itself be a link: one that somebody named may, one of the data folder may not.
        """
        self.root = self.staging = root
        self.shown = str(root)
        self._linked = linked

    def take(self, made: WholeFile, sha256: str) -> None:
        """See `Place`.

        Raises:
            DiskError: the disk refuses.
            FilesError: a link stands in the way.
        """
        path = self._path(sha256)
        with told(path):
            path.parent.mkdir(mode=0o700, exist_ok=True)
        self._plain(path)
        made.path = path
        made.keep()

    def open(self, sha256: str) -> BinaryIO:
        """See `Place`.

        Raises:
            FilesError: it is not there, or no ordinary file.
        """
        path = self._path(sha256)
        self._plain(path)
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            raise missing(sha256, self.shown) from None
        except OSError as error:
            raise self._refused(path, error) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise self._link(path)
        return os.fdopen(handle, "rb")

    def there(self, sha256: str) -> bool:
        """See `Place`."""
        try:
            return stat.S_ISREG(self._path(sha256).lstat().st_mode)
        except OSError:
            return False

    def lies_at(self, sha256: str) -> Path | None:
        """See `Place`.

        Raises:
            FilesError: it is not there, or no ordinary file.
        """
        self.open(sha256).close()
        return self._path(sha256)

    def remove(self, sha256: str) -> None:
        """See `Place`.

        Raises:
            FilesError: a link stands in the way, or it cannot be removed.
        """
        path = self._path(sha256)
        self._plain(path)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FilesError(
                tr(
                    "The file {path} could not be removed ({why}); remove it by hand.",
                    path=str(path), why=error.strerror or type(error).__name__,
                )
            ) from None  # fmt: skip
        with suppress(OSError):  # another file lies there
            path.parent.rmdir()

    def listed(self) -> Iterator[str]:
        """See `Place`."""
        for path in sorted(self.root.glob("??/*")) if self.root.is_dir() else ():
            if SHA256.fullmatch(path.name) and path.parent.name == path.name[:2] and self.there(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self.root / checked(sha256)[:2] / sha256

    def _plain(self, path: Path) -> None:
        """Make sure that no link leads elsewhere.

        Raises:
            FilesError: one does.
        """
        for one in (*(() if self._linked else (self.root,)), path.parent, path):
            if one.is_symlink():
                raise self._link(one)

    @staticmethod
    def _link(path: Path) -> FilesError:
        return FilesError(
            tr(
                "{path} is a link or no ordinary file, and Assay keeps none there; remove it, or name another place with "
                "ASSAY_FILES_URL.",
                path=str(path),
            )
        )

    @staticmethod
    def _refused(path: Path, error: OSError) -> FilesError:
        return FilesError(
            tr("The file {path} cannot be read ({why}).", path=str(path), why=error.strerror or type(error).__name__)
        )
