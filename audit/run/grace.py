"""A day's grace before runs are erased by themselves, from when a worker first met a time to keep them that is so short.

Without it the first worker after the setting was made, or made shorter, would erase within minutes what is overdue by
then. When it was met stands in a file of the data folder; a time made longer keeps its grace. It begins anew where a worker
looks after a week or more in which none did: the machine was off, or its clock is wrong, and a clock that leaps by years
would have every run overdue at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from audit.times import read_time
from models.places import home
from models.writing import write_whole

GRACE = timedelta(hours=24)
LEAP = timedelta(days=7)
"""Between two looks of workers at most; after more the grace begins anew."""
HOUR = timedelta(hours=1)


def place() -> Path:
    """The file in which it stands since when runs are kept for so many days."""
    return home() / "retention.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What workers knew when one last looked.

    Attributes:
        days: how long runs are kept.
        since: when that was met.
        seen: when a worker last looked, to the hour.
    """

    days: int
    since: datetime
    seen: datetime


def known_since(days: int, at: datetime) -> datetime:
    """Since when these days, or fewer, are known to workers; `at` if not yet, or if none looked for long.

    Args:
        days: how long runs are kept; at: the time it is.
    """
    known = _read()
    if known is None or known.days > days or known.since > at or at - known.seen > LEAP:
        return at
    return known.since


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
    known, since = _read(), known_since(days, at)
    if known is None or (known.days, known.since) != (days, since) or abs(at - known.seen) >= HOUR:
        said = {"days": days, "since": since.isoformat(), "seen": at.isoformat()}
        write_whole(place(), json.dumps(said) + "\n")
    return since == at


def _read() -> Known | None:
    try:
        found = json.loads(place().read_bytes())
        days, since = found["days"], read_time(found["since"])
        seen = read_time(found["seen"]) if "seen" in found else since
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Known(days, since, seen) if isinstance(days, int) and since is not None and seen is not None else None
