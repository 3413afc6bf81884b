"""`Store`: everything that is kept, in one object; and `open_store`, which finds and migrates the database."""

from __future__ import annotations

import threading

from audit.store.adopting import adopt
from audit.store.brand import BrandQueries
from audit.store.database import BUSY_SECONDS, Database, DiskRefused, at_rest, database_url
from audit.store.events import EventQueries
from audit.store.jobs import JobQueries
from audit.store.migrations import MIGRATIONS, migrate, version_of
from audit.store.models import ModelQueries
from audit.store.moving import MoveQueries
from audit.store.owning import OwnQueries
from audit.store.policies import PolicyQueries
from audit.store.results import ResultQueries
from audit.store.rows import RowQueries
from audit.store.runs import RunQueries
from audit.store.shards import ShardQueries
from audit.store.slices import SliceQueries
from audit.store.suites import SuiteQueries
from audit.store.uploads import UploadQueries
from audit.store.verdicts import VerdictQueries
from audit.store.watching import WatchQueries


class Store(
    RunQueries,
    RowQueries,
    ShardQueries,
    ResultQueries,
    WatchQueries,
    VerdictQueries,
    UploadQueries,
    JobQueries,
    ModelQueries,
    MoveQueries,
    EventQueries,
    OwnQueries,
    PolicyQueries,
    SuiteQueries,
    SliceQueries,
    BrandQueries,
):
    """Runs, records, scores, findings, reviews, uploads, jobs, models and workers; safe to share between threads.

    Opening it applies the migrations. Every method is one short transaction, so objects can be kept for as long as
    the process lives.
    """

    def __init__(self, url: str | None = None, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open and migrate the database at `url` (default: the settings').

        Raises:
            StoreError: it cannot be reached, is locked, full or too new.
        """
        url = url or database_url()
        super().__init__(Database(url, busy_seconds=busy_seconds))
        try:
            try:
                self.version = self._version()
            except DiskRefused:
                if not at_rest(url):
                    raise
                self.database.close()
                self.database = Database(url, busy_seconds=busy_seconds, as_it_lies=True)
                self.version = self._version()
            if self.version < len(MIGRATIONS):  # else who only reads need not wait for who writes, nor be able to
                with self.database.write() as connection:
                    self.version = migrate(connection)
        except BaseException:
            self.database.close()
            raise

    @property
    def lasting(self) -> bool:
        """Whether it sees what is written from now on; else it was opened for reading once, on a disk that takes no writes."""
        return not self.database.as_it_lies

    @property
    def gone(self) -> bool:
        """Whether its database was deleted under it, see `Database.gone`."""
        return self.database.gone

    def _version(self) -> int:
        with self.database.read() as connection:
            return version_of(connection)

    def close(self) -> None:
        """Give the database connections back."""
        self.database.close()


_open: dict[str, Store] = {}
_lock = threading.Lock()


def open_store(url: str | None = None) -> Store:
    """The store of this process for `url` (default: the settings'); opened and migrated once.

    Raises:
        StoreError: it cannot be reached, is locked, full or too new.
    """
    url = url or database_url()
    with _lock:
        if url not in _open:
            opened = Store(url)
            if not opened.lasting:
                return opened
            _open[url] = opened
            if url == database_url():
                adopt(opened)
        return _open[url]


def close_stores() -> None:
    """Close every store of this process (tests, and before a fork)."""
    with _lock:
        for store in _open.values():
            store.close()
        _open.clear()
