"""A database and files that can only be read, whoever asks for more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

from sqlalchemy import Connection

from audit.store.database import Database
from audit.store.files import Files, Staged


class OnlyRead(Database):
    """The database of a store, for reading alone."""

    def __init__(self, opened: Database) -> None:
        self.url, self.as_it_lies, self.engine = opened.url, opened.as_it_lies, opened.engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Refused: what changes something goes through `audit.actions`."""
        _refuse()
        yield  # type: ignore[unreachable]

    def wipe(self) -> None:
        """Refused, as `write` is."""
        _refuse()

    def close(self) -> None:
        """Nothing: whoever opened it closes it."""


class OnlyReadFiles(Files):
    """The files of a store, for reading alone."""

    def __init__(self, files: Files) -> None:
        self.place, self._cache = files.place, files._cache

    def stage(self, source: Path | BinaryIO | bytes) -> Staged:  # noqa: ARG002
        """Refused: what is kept comes in through `audit.actions`."""
        _refuse()

    def delete(self, sha256: str) -> None:  # noqa: ARG002
        """Refused, as `stage` is."""
        _refuse()


def _refuse() -> NoReturn:
    raise TypeError("A Reader writes nothing; what changes something is a verb of audit.actions.")
