"""Where files are kept: what every such place can do, and what is said when it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from audit.errors import FilesError
from audit.language.translating import tr
from models.writing import WholeFile

SHA256 = re.compile(r"[0-9a-f]{64}")


class Place(Protocol):
    """Files by the sha256 of their content."""

    shown: str
    """What people call it: a folder, or an URL without its secrets."""
    staging: Path
    """The folder of this machine in which a file is made before it is taken in."""

    def take(self, made: WholeFile, sha256: str) -> None:
        """Take in a file that was made in `staging`; it is there whole or not at all, and gone from `staging`."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open a file for reading; the caller closes it."""
        ...

    def there(self, sha256: str) -> bool:
        """Whether it has a file."""
        ...

    def lies_at(self, sha256: str) -> Path | None:
        """The file's path where it lies on this machine; None where it has to be fetched."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove a file, if it is there."""
        ...

    def listed(self) -> Iterator[str]:
        """The sha256 of every file."""
        ...


def missing(sha256: str, shown: str) -> FilesError:
    """What is said of a file that should be there."""
    return FilesError(
        tr(
            "The file {sha256} is no longer in {place}; put a copy of it back, or give the file again.",
            sha256=f"{sha256[:12]}...", place=shown,
        )
    )  # fmt: skip


class DamagedFile(FilesError):
    """The content of a file is not what its name says."""


def damaged(sha256: str, shown: str) -> DamagedFile:
    """What is said of a file whose content is not what its name says."""
    return DamagedFile(
        tr(
            "The file {sha256} in {place} is damaged: its content has another hash; put a copy of it back, or give the file again.",
            sha256=f"{sha256[:12]}...", place=shown,
        )
    )  # fmt: skip


def checked(sha256: str) -> str:
    """The hash itself.

    Raises:
        FilesError: it is none, so it names no file of ours.
    """
    if not SHA256.fullmatch(sha256):
        raise FilesError(tr("'{name}' is not the sha256 of a file: 64 digits of 0-9 and a-f.", name=sha256[:80]))
    return sha256
