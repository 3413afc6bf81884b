"""What all groups of queries share: the database, JSON text, the clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from audit.events import NewEvent
from audit.store import schema as s
from audit.store.database import Database
from audit.strict_json import dumps
from audit.times import read_time

CHUNK = 500
"""How many values go into one IN (...): databases cap the number of parameters."""


def dump(data: Any) -> str:
    """Canonical JSON text: sorted keys, no spaces, so that equal data is equal text."""
    return dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Any:
    """Read `dump`'s text back."""
    return json.loads(text)


def now() -> str:
    """The time as UTC ISO-8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def age(stamp: str) -> float | None:
    """Seconds since a time written by `now`; None where it is not one."""
    at = read_time(stamp)
    return None if at is None else (datetime.now(UTC) - at).total_seconds()


@dataclass(slots=True)
class Deed:
    """What somebody is doing: the event that tells of it, and whether it was written already."""

    event: NewEvent
    noted: bool = False


going_on: ContextVar[Deed | None] = ContextVar("going_on", default=None)
"""What is being done by the code that runs now; set by `Store.noting`."""


def insert_event(
    connection: sa.Connection,
    event: NewEvent,
    *,
    subject: str,
    run_id: str | None,
    outcome: str = "done",
    error: str | None = None,
) -> None:
    """Write an event in the caller's transaction."""
    values = {name: getattr(event, name) for name in ("who", "via", "project", "verb", "kind")}
    values |= {"subject": subject, "run_id": run_id, "outcome": outcome, "error": error}
    connection.execute(sa.insert(s.events).values(at=now(), **values))


class Base:
    """Holds the database; the query classes derive from it and `Store` from them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @staticmethod
    def _note(connection: sa.Connection, kind: str, subject: str, run_id: str | None = None) -> None:
        """Write the event of what is going on, if that is on something of this kind, in the transaction that does it.

        Called by the queries that do what somebody asked for, with the id of what they did it on.
        """
        deed = going_on.get()
        if deed is not None and deed.event.kind == kind:
            insert_event(connection, deed.event, subject=subject, run_id=run_id)
            deed.noted = True

    @staticmethod
    @contextmanager
    def _part_of_it(verb: str, kind: str, subject: str, run_id: str | None) -> Iterator[None]:
        """Within the block something is done besides what is going on, by the same actor; nothing where nobody acts."""
        whole = going_on.get()
        if whole is None:
            yield
            return
        token = going_on.set(Deed(replace(whole.event, verb=verb, kind=kind, subject=subject, run_id=run_id)))
        try:
            yield
        finally:
            going_on.reset(token)

    @staticmethod
    def _contains(column: Any, part: str) -> Any:
        escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return column.ilike(f"%{escaped}%", escape="\\")

    def _among(self, column: Any, values: Sequence[str]) -> Any:
        """Whether a column has one of some values; of many they go as one parameter, for databases cap how many there are."""
        if len(values) <= CHUNK:
            return column.in_(values)
        told = sa.literal(json.dumps(list(values)), sa.Text)
        if self.database.url.startswith("sqlite"):
            each = sa.func.json_each(told).table_valued("value")
        else:
            each = sa.func.jsonb_array_elements_text(sa.cast(told, JSONB)).table_valued("value")
        return column.in_(sa.select(each.c.value))

    @staticmethod
    def _drop_orphans(connection: sa.Connection, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            used = set(
                connection.execute(
                    sa.select(s.run_shards.c.shard_key).where(s.run_shards.c.shard_key.in_(chunk)).distinct()
                ).scalars()
            )
            orphans = [key for key in chunk if key not in used]
            if orphans:
                connection.execute(sa.delete(s.shards).where(s.shards.c.key.in_(orphans)))
