"""Opening the database: SQLite in WAL mode in ASSAY_HOME, or PostgreSQL by ASSAY_DATABASE_URL."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from audit.errors import DatabaseLocked, StoreError
from audit.language.translating import tr, tr_later
from models.disk import FULL, fault, read_only, reason, scarce
from models.places import home, setting

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another one before it gives up."""

MAKING_SECONDS = 3.0
"""How long a process that makes a new database may leave its file empty: it takes some milliseconds."""


class DiskRefused(StoreError):
    """The disk of the database takes no writes: it is full, can only be read, or is broken; nothing was written."""


class DiskFull(DiskRefused):
    """The disk or quota of the database is full; nothing was written."""


def database_url() -> str:
    """`ASSAY_DATABASE_URL` with the psycopg driver named, else the SQLite file in ASSAY_HOME.

    Raises:
        StoreError: the URL is neither sqlite nor postgresql.
    """
    given = setting("database_url")
    if not given:
        return sqlite_url(_own_file())
    scheme, found, rest = given.partition("://")
    kind = scheme.partition("+")[0]
    if not found or kind not in {"sqlite", "postgresql", "postgres"}:
        raise StoreError(
            f"ASSAY_DATABASE_URL starts with '{scheme[:40]}'; it must be sqlite:///PATH or postgresql://user@host/database."
        )
    try:
        sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError):  # what they say is of no use to anybody, and holds the password
        raise StoreError(
            f"ASSAY_DATABASE_URL begins with '{scheme}://', and what follows is no address of a database; give sqlite:///PATH or "
            "postgresql://user@host:port/database, with signs such as @ and / in a password as %40 and %2F."
        ) from None
    return given if kind == "sqlite" else f"postgresql+psycopg://{rest}"


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file; a folder's name may hold `?` or `%`, which an URL made by pasting would misread."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS, as_it_lies: bool = False) -> Engine:
    """An engine for `url`; SQLite gets WAL, foreign keys, a busy timeout and explicit transactions.

    Args:
        url: where the database is; busy_seconds: how long a writer waits for another one.
        as_it_lies: only read a file that is `at_rest`, without the logs and locks that its disk has no room for.
    """
    # hidden parameters: they are users' texts, and errors end up in logs
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True)
    path = sa.make_url(url).database
    options: dict[str, Any] = {"timeout": busy_seconds}
    if path and path != ":memory:":
        if as_it_lies:
            url = f"sqlite:///file:{quote(str(Path(path).absolute()))}?immutable=1&uri=true"
        else:
            _make_private(Path(path))
    engine = sa.create_engine(url, connect_args=options, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        if as_it_lies:
            return
        use_wal(connection, seconds=busy_seconds)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first cannot wait for the write lock later, so writers take it at once.
        write = connection.get_execution_options().get("assay_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def at_rest(url: str) -> bool:
    """Whether the database is a SQLite file that holds all that was written: no process has it open, no log waits for one.

    Asked after it could not be opened, because its disk is full or can only be read. Who has it open has made the file
    that all share, and then it could have been.
    """
    path = sa.make_url(url).database if url.startswith("sqlite") else None
    if not path or path == ":memory:" or not Path(path).is_file() or Path(path).stat().st_size == 0:
        return False
    log = Path(f"{path}-wal")
    return not log.exists() or log.stat().st_size == 0


def _own_file() -> Path:
    """The database in ASSAY_HOME.

    Raises:
        StoreError: the file is there and empty beside files that it should know of: its content was lost.
    """
    path = home() / "assay.db"
    if _is_empty(path) and _holds_work(path.parent):
        until = time.monotonic() + MAKING_SECONDS
        while _is_empty(path) and _being_made(path) and time.monotonic() < until:
            time.sleep(0.05)
        if _is_empty(path):
            raise StoreError(
                tr(
                    "{path} is empty although its folder holds uploads or reports: what it held was lost. Put a copy of it "
                    "back, or remove the empty file to begin anew.",
                    path=str(path),
                )
            )
    return path


def _is_empty(path: Path) -> bool:
    return path.is_file() and path.stat().st_size == 0


def _holds_work(folder: Path) -> bool:
    return any(any((folder / name).glob("*")) for name in ("files", "uploads", "reports"))


def _being_made(path: Path) -> bool:
    """Whether another process may be about to fill an empty file: it was just made."""
    return time.time() - path.stat().st_mtime < BUSY_SECONDS


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, so that only its owner can read it; its log of writes takes on the same mode."""
    with suppress(OSError):  # SQLite says better what is wrong with the place
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def use_wal(connection: sqlite3.Connection, *, seconds: float = BUSY_SECONDS) -> None:
    """Switch a SQLite file to write-ahead logging, which stays with the file.

    The switch does not honour the busy timeout: two processes opening a new file at once would fail with "database is
    locked", so it is tried again for `seconds`.

    Raises:
        sqlite3.OperationalError: the file was locked all that time, or cannot be written.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def explain_error(error: DBAPIError, url: str) -> StoreError:
    """One sentence for the user in place of a driver's error."""
    said = str(error.orig)
    made = sa.make_url(url)
    where = made.render_as_string(hide_password=True)
    local = made.database if url.startswith("sqlite") and made.database not in {None, ":memory:"} else None
    number = fault(error)
    if number is None and "unable to open" in said and local is not None and read_only(Path(local).parent):
        number = errno.EROFS
    if number in {errno.EIO, errno.EROFS} and local is not None and scarce(local):
        number = errno.ENOSPC  # what SQLite says when the pages it shares between processes find no room
    if number is not None:
        kind = DiskFull if number in FULL else DiskRefused
        return kind(
            tr_later(
                f"The database {where} could not be written: {reason(number, local)}. Nothing that was stored is lost."
            )
        )
    if "locked" in said or "busy" in said:
        return DatabaseLocked(
            tr_later(
                f"The database {where} was locked by another process for {BUSY_SECONDS} seconds; end that process or retry."
            )
        )
    if "unable to open" in said:
        return StoreError(
            f"The database {where} cannot be written; check that its folder is there and may be written to."
        )
    if isinstance(error, OperationalError) and local is None:
        return StoreError(f"The database {where} cannot be reached ({said.splitlines()[0]}); check the URL and server.")
    return StoreError(f"The database {where} refused a statement: {said.splitlines()[0]}.")


class Database:
    """One engine with read and write transactions whose errors are `StoreError`."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS, as_it_lies: bool = False) -> None:
        self.url, self.as_it_lies = url, as_it_lies
        self.engine = make_engine(url, busy_seconds=busy_seconds, as_it_lies=as_it_lies)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise explain_error(error, self.url) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start and commits at its end."""
        try:
            with self.engine.connect().execution_options(assay_write=True) as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise explain_error(error, self.url) from error

    def wipe(self) -> None:
        """Empty SQLite's log of writes, which still holds what was deleted; tried again later where somebody reads."""
        if self.engine.dialect.name != "sqlite":
            return
        raw = self.engine.raw_connection()
        try:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[attr-defined]
        except sqlite3.OperationalError:
            pass  # locked: the next deletion, or the worker's tidying, does it
        finally:
            raw.close()

    @property
    def gone(self) -> bool:
        """Whether SQLite's file was deleted while it was open: what is written into it now, nobody will read."""
        path = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        return bool(path) and path != ":memory:" and not self.as_it_lies and not Path(str(path)).exists()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def patiently(action: Any, *, seconds: float, check: Any = None, waits: Any = None) -> Any:
    """Call `action()` until it no longer meets a disk that takes no writes or a locked database.

    Args:
        action: a function without arguments that writes in one transaction.
        seconds: how long to keep trying; the last error is raised after that.
        check: called between tries; may raise to give up (a run that was cancelled).
        waits: called with the error after every try that met one, and with None after the one that went well.
    """
    until, pause = time.monotonic() + seconds, 0.2
    while True:
        try:
            done = action()
            if waits is not None:
                waits(None)
            return done
        except (DiskRefused, DatabaseLocked) as error:
            if waits is not None:
                waits(error)
            if time.monotonic() > until:
                raise
            if check is not None:
                check()
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
