"""Queries about kept files: who refers to one, and which nobody refers to any more, so that it goes.

A file is *claimed*, then taken in, then what refers to it is stored; a claim counts as a reference. Whoever
removes a file holds its row in `blobs` while it looks for references, and whoever claims one waits for that: a file that is
referred to is there, whatever happens at the same time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from audit.errors import StoreError
from audit.store import schema as s
from audit.store.base import CHUNK, Base, now
from audit.store.files import Blob, Files, open_files
from audit.store.lasting import Lasting

CLAIMED = timedelta(hours=12)
"""A claim this old was left by a process that ended: no file takes so long to be sent."""

_REFERENCES = (s.uploads.c.sha256, s.job_files.c.sha256, s.model_files.c.sha256, s.brand.c.sha256, s.suites.c.sha256)


class FileQueries(Base):
    """Kept files and what refers to them."""

    @property
    def files(self) -> Files:
        """The files of the settings' place.

        Raises:
            FilesError: the setting names no place that can be used.
        """
        return open_files()

    @contextmanager
    def keeping(self, sources: Iterable[Path | BinaryIO | bytes]) -> Iterator[tuple[Blob, ...]]:
        """Take files in; what the block stored no reference to is removed at its end.

        Args:
            sources: paths, open binary files or bytes; each is copied in pieces.

        Raises:
            DiskError, FilesError: the place refuses; nothing of them is kept.
        """
        claim, blobs = secrets.token_hex(8), list[Blob]()
        try:
            for source in sources:  # one at a time: there may be many, and large ones
                staged = self.files.stage(source)
                try:
                    self._claim(claim, staged.blob)
                    staged.take()
                finally:
                    staged.drop()
                blobs.append(staged.blob)
            yield tuple(blobs)
        except BaseException:
            with suppress(StoreError):  # what it raised says more; what stays is swept up later
                self._unclaim(claim)
            raise
        if blobs:
            self._unclaim(claim)

    def drop_files(self, hashes: Iterable[str]) -> int:
        """Remove those of some files that nothing refers to; returns how many.

        Raises:
            FilesError: one could not be removed; it is tried again by `sweep_files`.
        """
        return sum(self._drop(sha256) for sha256 in dict.fromkeys(hashes))

    def sweep_files(self, at: datetime | None = None, *, lasting: Lasting | None = None) -> int:
        """Remove what a process that ended left behind; returns how many files that were.

        Args:
            at: the time it is, default now.
            lasting: of whoever sweeps again and again: what it has not seen lie there for so long stays, however old it
                looks. None: what looks old goes.

        Raises:
            FilesError: the place cannot be reached.
        """
        at = at or datetime.now(UTC)
        left = (at - CLAIMED).isoformat(timespec="milliseconds")
        with self.database.read() as connection:
            old = sa.select(s.blob_claims.c.id).where(s.blob_claims.c.claimed_at < left)
            stale = set(connection.execute(old).scalars())
            columns = (*_REFERENCES, s.blob_claims.c.sha256)  # NULL would make `not_in` true of nothing
            referred = sa.union_all(*(sa.select(column).where(column.is_not(None)) for column in columns))
            query = sa.select(s.blobs.c.sha256).where(s.blobs.c.sha256.not_in(referred))
            unreferred = list(connection.execute(query).scalars())
        if lasting is not None:
            stale = lasting.of("claim", stale)
        if stale:
            with self.database.write() as connection:
                mine = s.blob_claims.c.id.in_(sorted(stale)[:CHUNK])
                unreferred += connection.execute(sa.select(s.blob_claims.c.sha256).where(mine)).scalars()
                connection.execute(sa.delete(s.blob_claims).where(mine))
        removed = self.drop_files(unreferred)
        self.files.tidy(lasting)
        self.forget_copies()
        return removed

    def forget_copies(self) -> None:
        """Remove this machine's copies of files that are kept no more: another machine may have deleted them."""
        files = self.files
        held = list(files.copies())
        for sha256 in sorted(set(held) - self._known(held)):
            files.forget_copies(sha256)

    def kept_bytes(self) -> int:
        """How large all kept files are together."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.sum(s.blobs.c.bytes))).scalar() or 0)

    def _known(self, hashes: Sequence[str]) -> set[str]:
        found: set[str] = set()
        with self.database.read() as connection:
            for start in range(0, len(hashes), CHUNK):
                part = s.blobs.c.sha256.in_(hashes[start : start + CHUNK])
                found.update(connection.execute(sa.select(s.blobs.c.sha256).where(part)).scalars())
        return found

    def _claim(self, claim: str, blob: Blob) -> None:
        at = now()
        with self.database.write() as connection:
            _hold(connection, blob.sha256, blob.bytes, at)
            values = {"id": claim, "sha256": blob.sha256, "claimed_at": at}
            connection.execute(_insert(connection, s.blob_claims).values(**values).on_conflict_do_nothing())

    def _unclaim(self, claim: str) -> None:
        with self.database.write() as connection:
            mine = s.blob_claims.c.id == claim
            claimed = list(connection.execute(sa.select(s.blob_claims.c.sha256).where(mine)).scalars())
            connection.execute(sa.delete(s.blob_claims).where(mine))
        self.drop_files(claimed)

    def _drop(self, sha256: str) -> bool:
        with self.database.write() as connection:
            _hold(connection, sha256, 0, now())
            references = (*_REFERENCES, s.blob_claims.c.sha256)
            if any(connection.execute(sa.select(c).where(c == sha256).limit(1)).first() for c in references):
                return False
            connection.execute(sa.delete(s.blobs).where(s.blobs.c.sha256 == sha256))
            self.files.delete(sha256)  # within the transaction: when it fails, the file is still known
        return True


def _hold(connection: sa.Connection, sha256: str, size: int, at: str) -> None:
    """Have a row for a file, and keep it from others until the transaction ends (SQLite lets one write at a time anyway)."""
    row = _insert(connection, s.blobs).values(sha256=sha256, bytes=size, kept_at=at)
    connection.execute(row.on_conflict_do_update(index_elements=["sha256"], set_={"sha256": sha256}))


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
