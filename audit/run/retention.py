"""How long ended runs are kept: `ASSAY_RETENTION_DAYS` after its end a run is erased with its texts, reports and table.

The first day after that was set, or was set to fewer days, nothing is erased yet, so that nobody loses runs by surprise.
Nothing is erased unless that is set. Runs named in `ASSAY_RETENTION_KEEP` (ids, comma-separated) stay, and so do those
that were imported: when they came here is not known. Exported bundles are out of reach.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.actor import PROJECT
from audit.errors import InputError
from audit.language.translating import tr_later
from audit.run import grace
from audit.store import ENDED, NewEvent, Run, Store
from audit.store.erasing import is_run_id
from audit.times import read_time
from models.places import home, setting

log = logging.getLogger("assay.worker")

MOST_DAYS = 36_500
EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class Retention:
    """How long ended runs are kept, as the settings say: read once, asked of many runs.

    Attributes:
        days: from a run's end; None: for good.
        kept: ids of runs that are never erased by themselves.
        begins: nothing is erased before, see `audit.run.grace`; None: nothing ever is.
    """

    days: int | None
    kept: frozenset[str]
    begins: datetime | None

    @classmethod
    def read(cls, at: datetime | None = None) -> Retention:
        """What the settings say now.

        Args:
            at: the time it is, default now.

        Raises:
            InputError: one of them is not right.
        """
        days = retention_days()
        if days is None:
            return cls(None, frozenset(), None)
        return cls(days, kept_runs(), grace.known_since(days, at or datetime.now(UTC)) + grace.GRACE)

    def ends(self, run: Run | Mapping[str, Any]) -> datetime | None:
        """When a run will be erased; None: never by itself, as where it is not known when it ended.

        Args:
            run: a run, or a line of `Store.runs`.
        """
        get = run.get if isinstance(run, Mapping) else lambda name: getattr(run, name)
        if (
            self.days is None
            or self.begins is None
            or get("imported")
            or get("status") not in ENDED
            or get("id") in self.kept
        ):
            return None
        ended = get("finished_at")
        at = read_time(ended if isinstance(ended, str) else get("created_at"))
        return None if at is None else max(at + timedelta(days=self.days), self.begins)

    def day(self, run: Run | Mapping[str, Any]) -> str | None:
        """The day of that, `2026-12-24`; None: never."""
        at = self.ends(run)
        return None if at is None else f"{at:%Y-%m-%d}"

    def note(self, run: Run | Mapping[str, Any]) -> str:
        """`will be erased on 2026-12-24`, or nothing."""
        day = self.day(run)
        return "" if day is None else tr_later(f"will be erased on {day}")


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


def erase_due(store: Store, at: datetime | None = None) -> int:
    """Erase what has been kept long enough: runs, then tables and reports that no run has; return how many runs.

    Args:
        store: where they are; at: the time it is, default now.

    Raises:
        InputError: a setting is not right; nothing was erased.
        DiskError: when the grace began cannot be written; nothing was erased.
    """
    at = at or datetime.now(UTC)
    kept = Retention.read(at)
    began = grace.note(kept.days, at)
    if kept.days is None or kept.begins is None:
        return 0
    if began:
        log.info(
            "runs are kept for %s days from now on; nothing is erased before %s",
            kept.days,
            f"{kept.begins:%Y-%m-%d %H:%M} UTC",
        )
    if at < kept.begins:
        return 0
    frame = store.runs(status=tuple(ENDED), limit=EVERY)
    lines: list[Any] = frame.to_dict("records")
    due = [line["id"] for line in lines if (when := kept.ends(line)) is not None and when <= at]
    for run_id in due:
        with store.noting(_erasing("run", run_id)):
            store.delete_run(run_id)
        log.info("run %s erased with its texts and reports, %s days after its end", run_id, kept.days)
    before = at - timedelta(days=kept.days)
    _erase_tables(store, before)
    _erase_jobs(store, before)
    _erase_reports(store)
    store.database.wipe()
    return len(due)


def _erase_tables(store: Store, before: datetime) -> None:
    for upload in store.uploads():
        at = read_time(upload.created_at)
        if upload.runs or at is None or at > before:
            continue
        with store.noting(_erasing("table", upload.sha256), attempts=False):
            if store.delete_unused_upload(upload.sha256):  # else another was quicker, or a run was started on it
                log.info("table %s erased, no run uses it any more", upload.sha256[:12])


def _erasing(kind: str, subject: str) -> NewEvent:
    """Nobody does it: the settings have it done."""
    run_id = subject if kind == "run" else None
    return NewEvent("assay", "system", PROJECT, f"erase_{kind}", kind, subject=subject, run_id=run_id)


def _erase_jobs(store: Store, before: datetime) -> None:
    for job in store.jobs(kind="estimate"):
        at = read_time(job.finished_at)
        if at is not None and at <= before:
            store.delete_job(job.id)


def _erase_reports(store: Store) -> None:
    """Remove report files of runs that are gone from where an earlier Assay kept them: a deletion may have been cut short."""
    folder, deleted = home() / "reports", {run.id for run in store.deleted_runs()}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and is_run_id(path.name) and not (store.exists(path.name) or path.name in deleted):
            shutil.rmtree(path, ignore_errors=True)
