"""Deletion with a grace: a discarded run can be had back for a quarter of an hour, then it is erased.

When it was discarded stands in the database, so nothing depends on the process or the browser that did it: whatever
crashes meanwhile, until the time is over the run can be had back. That time was written by a clock which may leap since, so
a process erases only what it has itself seen lie there for as long, or what is a week old by any clock.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from audit.actor import PROJECT
from audit.store import NewEvent, Store
from audit.store.lasting import Lasting
from audit.stored import DeletedRun
from audit.times import read_time

log = logging.getLogger("assay.worker")

GRACE = timedelta(minutes=15)
OLD = timedelta(days=7)
"""From this age on nobody needs to have seen it lie there."""
_SEEN = Lasting(GRACE.total_seconds())


def erase_discarded(store: Store, at: datetime | None = None, seen: Lasting = _SEEN) -> int:
    """Erase the runs that were discarded long enough ago; returns how many.

    Args:
        store: where they are; at: the time it is, default now; seen: what this process has seen lie there.
    """
    now = at or datetime.now(UTC)
    deleted = {f"{run.id} {run.deleted_at}": run for run in store.deleted_runs()}
    lasting = seen.of("discarded", deleted)
    due = [run for key, run in deleted.items() if _age(run, now) > (GRACE if key in lasting else OLD)]
    for run in due:
        event = NewEvent("assay", "system", PROJECT, "erase_discarded", "run", subject=run.id, run_id=run.id)
        with store.noting(event, attempts=False):  # where another was quicker, it has told
            store.delete_run(run.id)
        log.info("run %s erased, deleted at %s", run.id, run.deleted_at)
    return len(due)


def _age(run: DeletedRun, now: datetime) -> timedelta:
    """How long ago it was discarded, by the clock on the wall; none where that cannot be told."""
    discarded = read_time(run.deleted_at)
    return timedelta() if discarded is None else now - discarded
