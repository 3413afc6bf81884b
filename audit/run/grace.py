"""A day's grace before runs are erased by themselves, from when a worker first met a time to keep them that is so short.

Without it the first worker after the setting was made, or made shorter, would erase within minutes what is overdue by
then. When it was met stands in a file of the data folder; a time made longer keeps its grace.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from audit.times import read_time
from models.places import home
from models.writing import write_whole

GRACE = timedelta(hours=24)


def place() -> Path:
    """The file in which it stands since when runs are kept for so many days."""
    return home() / "retention.json"


def known_since(days: int, at: datetime) -> datetime:
    """Since when these days, or fewer, are known to workers; `at` if not yet.

    Args:
        days: how long runs are kept; at: the time it is.
    """
    kept, since = _read()
    return since if kept is not None and since is not None and kept <= days and since <= at else at


def note(days: int | None, at: datetime) -> bool:
    """Keep what workers know now; returns whether the grace begins.

    Args:
        days: how long runs are kept, None: for good, which ends what was known; at: the time it is.

    Raises:
        DiskError: it cannot be written.
    """
    if days is None:
        place().unlink(missing_ok=True)
        return False
    since = known_since(days, at)
    if _read() != (days, since):
        write_whole(place(), json.dumps({"days": days, "since": since.isoformat()}) + "\n")
    return since == at


def _read() -> tuple[int | None, datetime | None]:
    try:
        found = json.loads(place().read_bytes())
        days, since = found["days"], read_time(found["since"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, None
    return (days, since) if isinstance(days, int) else (None, None)
