"""Queries about behavioural suites that are kept by name, with every version they had; what one says is a kept file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import dump, load, now
from audit.store.blobs import FileQueries
from audit.stored import StoredSuite


class SuiteQueries(FileQueries):
    """Suites of this installation; those that come with Assay are files of its own."""

    def suites(self) -> tuple[StoredSuite, ...]:
        """The newest version of each suite, by name."""
        c = s.suites.c
        newest = sa.select(c.name, sa.func.max(c.version).label("version")).group_by(c.name).subquery()
        mine = sa.and_(c.name == newest.c.name, c.version == newest.c.version)
        with self.database.read() as connection:
            rows = connection.execute(sa.select(s.suites).join(newest, mine).order_by(c.name)).mappings().all()
        return tuple(map(_suite, rows))

    def suite_versions(self, name: str) -> tuple[StoredSuite, ...]:
        """Every version of a suite, the newest first; none where there is no such suite."""
        with self.database.read() as connection:
            return tuple(map(_suite, connection.execute(_versions(name)).mappings().all()))

    def save_suite(self, name: str, content: bytes, digest: str, facts: Mapping[str, Any], *, who: str) -> StoredSuite:
        """Keep a suite as the newest version of its name; a file that is the newest already stays as it is.

        Args:
            name: of the suite; content: its file; digest: of what it says; facts: for lists of suites.
            who: keeps it.

        Raises:
            DiskError, FilesError: the place of files refuses; nothing is kept.
        """
        with self.keeping([content]) as (blob,), self.database.write() as connection:
            newest = connection.execute(_versions(name).limit(1)).mappings().first()
            if newest is None or newest["sha256"] != blob.sha256:
                values = {"digest": digest, "sha256": blob.sha256, "facts": dump(facts), "who": who, "saved_at": now()}
                version = 1 if newest is None else newest["version"] + 1
                connection.execute(sa.insert(s.suites).values(name=name, version=version, **values))
            self._note(connection, "suite", name)
        return self.suite_versions(name)[0]

    def delete_suite(self, name: str) -> bool:
        """Forget a suite with its versions and their files; runs hold what they asked. Whether there was one.

        Raises:
            FilesError: a file could not be removed; it is tried again by `sweep_files`.
        """
        mine = s.suites.c.name == name
        with self.database.write() as connection:
            files = list(connection.execute(sa.select(s.suites.c.sha256).where(mine)).scalars())
            connection.execute(sa.delete(s.suites).where(mine))
            if files:
                self._note(connection, "suite", name)
        self.drop_files(files)
        return bool(files)


def _versions(name: str) -> sa.Select[Any]:
    return sa.select(s.suites).where(s.suites.c.name == name).order_by(s.suites.c.version.desc())


def _suite(row: Any) -> StoredSuite:
    return StoredSuite(**{**row, "facts": load(row["facts"])})
