"""Times as the store keeps them: UTC, ISO-8601. Whoever shows one reads it here, for a stored one may be anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
UNKNOWN = "unknown"
_STORED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\+00:00", re.ASCII)


def read_time(stamp: object) -> datetime | None:
    """The moment that a text says; None where it says none, or one that no run can have been at.

    A time without its distance from UTC is taken for UTC.
    """
    if not isinstance(stamp, str):
        return None
    try:
        at = datetime.fromisoformat(stamp)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at < LATEST else None


def is_stored_time(stamp: str) -> bool:
    """Whether a text is a time as the store writes it: such ones sort as they follow each other."""
    return _STORED.fullmatch(stamp) is not None and read_time(stamp) is not None
