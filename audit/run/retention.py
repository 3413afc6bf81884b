"""How long ended runs are kept: `ASSAY_RETENTION_DAYS` after its end a run is erased with its texts, reports and table.

Nothing is erased unless that is set. Runs named in `ASSAY_RETENTION_KEEP` (ids, comma-separated) stay, and so do those
that were imported: when they came here is not known. Exported bundles are out of reach.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.errors import InputError, UnknownName
from audit.store import ENDED, Run, Store
from audit.store.erasing import is_run_id
from audit.times import read_time
from models.places import home, setting

log = logging.getLogger("assay.worker")

MOST_DAYS = 36_500
EVERY = 1_000_000


def retention_days() -> int | None:
    """Days an ended run is kept; None: for good.

    Raises:
        InputError: the setting is no whole number of days.
    """
    said = (setting("retention_days") or "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 7 and 1 <= int(said) <= MOST_DAYS):
        raise InputError(
            f"The setting retention_days (ASSAY_RETENTION_DAYS) is '{said[:40]}'; give whole days from 1 to {MOST_DAYS:,}, or "
            "leave it out to keep runs for good."
        )
    return int(said)


def kept_runs() -> frozenset[str]:
    """Ids of runs that are never erased by themselves.

    Raises:
        InputError: one of them is no id, so that a slip of the pen cannot cost a run.
    """
    named = [part.strip() for part in (setting("retention_keep") or "").split(",") if part.strip()]
    for name in named:
        if not is_run_id(name):
            raise InputError(
                f"The setting retention_keep (ASSAY_RETENTION_KEEP) names '{name[:40]}'; give whole ids of runs, comma-separated."
            )
    return frozenset(named)


def erased_on(run: Run | Mapping[str, Any]) -> datetime | None:
    """When a run will be erased; None: never by itself, as where it is not known when it ended.

    Args:
        run: a run, or a line of `Store.runs`.

    Raises:
        InputError: a setting is not right.
    """
    days = retention_days()
    get = run.get if isinstance(run, Mapping) else lambda name: getattr(run, name)
    if days is None or get("imported") or get("status") not in ENDED or get("id") in kept_runs():
        return None
    ended = get("finished_at")
    at = read_time(ended if isinstance(ended, str) else get("created_at"))
    return None if at is None else at + timedelta(days=days)


def erasing_note(run: Run | Mapping[str, Any]) -> str:
    """`will be erased on 2026-12-24`, or nothing."""
    at = erased_on(run)
    return "" if at is None else f"will be erased on {at:%Y-%m-%d}"


def erase_due(store: Store, at: datetime | None = None) -> int:
    """Erase what has been kept long enough: runs, then tables and reports that no run has; return how many runs.

    Args:
        store: where they are; at: the time it is, default now.

    Raises:
        InputError: a setting is not right; nothing was erased.
    """
    days = retention_days()
    if days is None:
        return 0
    at = at or datetime.now(UTC)
    frame = store.runs(status=tuple(ENDED), limit=EVERY)
    lines: list[Any] = frame.to_dict("records")
    due = [line["id"] for line in lines if (when := erased_on(line)) is not None and when <= at]
    for run_id in due:
        store.delete_run(run_id)
        log.info("run %s erased with its texts and reports, %s days after its end", run_id, days)
    before = at - timedelta(days=days)
    _erase_tables(store, before)
    _erase_jobs(store, before)
    _erase_reports(store)
    store.database.wipe()
    return len(due)


def _erase_tables(store: Store, before: datetime) -> None:
    for upload in store.uploads():
        at = read_time(upload.created_at)
        if upload.runs == 0 and at is not None and at <= before:
            with suppress(UnknownName):  # another worker was quicker
                store.delete_upload(upload.sha256)
                log.info("table %s erased, no run uses it any more", upload.sha256[:12])


def _erase_jobs(store: Store, before: datetime) -> None:
    for job in store.jobs(kind="estimate"):
        at = read_time(job.finished_at)
        if at is not None and at <= before:
            store.delete_job(job.id)


def _erase_reports(store: Store) -> None:
    """Remove report files of runs that are gone: a deletion may have been cut short."""
    folder = home() / "reports"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and is_run_id(path.name) and not store.exists(path.name):
            shutil.rmtree(path, ignore_errors=True)
