"""A database that can only be read, whoever asks for more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy import Connection

from audit.store.engine import Database


class OnlyRead(Database):
    """The database of a store, for reading alone."""

    def __init__(self, opened: Database) -> None:
        self.url, self.as_it_lies, self.engine = opened.url, opened.as_it_lies, opened.engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Refused: what changes something goes through `audit.actions`."""
        self._refuse()
        yield  # type: ignore[unreachable]

    def wipe(self) -> None:
        """Refused, as `write` is."""
        self._refuse()

    def close(self) -> None:
        """Nothing: whoever opened it closes it."""

    def _refuse(self) -> NoReturn:
        raise TypeError("A Reader writes nothing; what changes something is a verb of audit.actions.")
