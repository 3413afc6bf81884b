"""Queries about events: who did what when, on what, and what came of it. They are only ever added to.

An event belongs into the transaction of what it tells of. Whoever does something says so before (`Store.noting`); the query
that does it writes the event in its own transaction (`Base._note`): both are stored, or neither is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from audit.errors import Forbidden, StoreError
from audit.events import Event, NewEvent
from audit.store import schema as s
from audit.store.base import Base, Deed, going_on, insert_event

log = logging.getLogger("assay.events")


class EventQueries(Base):
    """Events."""

    def events(self, *, run_id: str | None = None, limit: int = 100, offset: int = 0) -> tuple[Event, ...]:
        """Events, the newest first.

        Args:
            run_id: only those on this run, or on what is of it (a judgement, a report); a run that was deleted keeps its own.
            limit, offset: the page wanted.
        """
        query = sa.select(s.events).order_by(s.events.c.id.desc()).limit(limit).offset(offset)
        if run_id is not None:
            query = query.where(s.events.c.run_id == run_id)
        with self.database.read() as connection:
            return tuple(_event(row) for row in connection.execute(query).mappings())

    def count_events(self, *, run_id: str | None = None) -> int:
        """How many events `events` would list without a limit."""
        query = sa.select(sa.func.count()).select_from(s.events)
        if run_id is not None:
            query = query.where(s.events.c.run_id == run_id)
        with self.database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    @contextmanager
    def noting(self, event: NewEvent, *, attempts: bool = True) -> Iterator[None]:
        """Have what the block does told by an event, in its transaction; and what it could not do by one of its own.

        What changes nothing here (a file written elsewhere, a run that was paused already) is told when it is done; a file
        when it is begun as well, see `begun`. Of an error its kind is kept, never what it says: it may quote a text.

        Args:
            event: what is being done; the query that does it knows the id of what it is done on.
            attempts: whether there is an event where nothing was changed too.
        """
        deed = Deed(event)
        token = going_on.set(deed)
        try:
            yield
        except BaseException as error:
            going_on.reset(token)
            self._tell_of(deed, error)
            raise
        going_on.reset(token)
        if attempts and not deed.noted:
            with self.database.write() as connection:
                insert_event(connection, event, subject=event.subject, run_id=event.run_id)

    def begun(self, event: NewEvent) -> None:
        """Have it told that something is about to be done that this database has no part in.

        Raises:
            StoreError: it cannot be: then it is better left.
        """
        with self.database.write() as connection:
            insert_event(connection, event, subject=event.subject, run_id=event.run_id, outcome="begun")

    def _tell_of(self, deed: Deed, error: BaseException) -> None:
        outcome = "refused" if isinstance(error, Forbidden) else "failed"
        try:
            with self.database.write() as connection:
                insert_event(
                    connection, deed.event, subject=deed.event.subject, run_id=deed.event.run_id, outcome=outcome,
                    error=type(error).__name__,
                )  # fmt: skip
        except StoreError as other:  # the first error says more; a database that takes no writes was part of it
            log.warning("no event of %s (%s) could be written: %s", deed.event.verb, outcome, type(other).__name__)


def _event(row: Any) -> Event:
    return Event(**{name: row[name] for name in Event.__slots__})
