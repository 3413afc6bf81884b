"""Deletion with a grace: a discarded run can be had back for a quarter of an hour, then it is erased.

When it was discarded stands in the database, so nothing depends on the process or the browser that did it: whatever
crashes meanwhile, until the time is over the run can be had back, and from then on the next worker, page or command that
comes by erases it.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from audit.actor import PROJECT
from audit.store import NewEvent, Store

log = logging.getLogger("assay.worker")

GRACE = timedelta(minutes=15)


def erase_discarded(store: Store, at: datetime | None = None) -> int:
    """Erase the runs that were discarded long enough ago; returns how many.

    Args:
        store: where they are; at: the time it is, default now.
    """
    before = ((at or datetime.now(UTC)) - GRACE).isoformat(timespec="milliseconds")
    due = store.deleted_runs(before=before)
    for run in due:
        event = NewEvent("assay", "system", PROJECT, "erase_discarded", "run", subject=run.id, run_id=run.id)
        with store.noting(event, attempts=False):  # where another was quicker, it has told
            store.delete_run(run.id)
        log.info("run %s erased, deleted at %s", run.id, run.deleted_at)
    return len(due)
