"""What all groups of queries share: the database, JSON text, the clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.engine import Database
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


class Base:
    """Holds the database; the query classes derive from it and `Store` from them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @staticmethod
    def _contains(column: Any, part: str) -> Any:
        escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return column.ilike(f"%{escaped}%", escape="\\")

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
