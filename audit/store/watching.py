"""Queries about progress and workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import Base, age, now
from audit.store.presence import holds_its_slot, waiting
from audit.stored import ENDED, ProbeProgress, Progress, Run, Worker

ALIVE_SECONDS = 15.0
"""A worker whose last heartbeat is older than this is taken for dead."""


LONG_AGO = "2000-01-01T00:00:00.000+00:00"
"""The heartbeat of a worker that ended in peace."""


class WatchQueries(Base):
    """Progress of runs and the workers that make it."""

    def progress(self, run_id: str) -> Progress:
        """How far a run is: shards and rows done, per probe and in sum, with rate, remaining time and errors.

        Raises:
            UnknownName: no such run.
        """
        run: Run = self.run(run_id)  # type: ignore[attr-defined]
        joined = s.run_shards.join(s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        done, failed = s.shards.c.status == "done", s.shards.c.status == "failed"
        own = sa.and_(done, s.run_shards.c.reused == 0)

        def total(condition: Any, value: Any = 1) -> Any:
            return sa.func.sum(sa.case((condition, value), else_=0))

        query = (
            sa.select(
                s.run_shards.c.probe,
                sa.func.count().label("shards"),
                total(done).label("done"),
                total(failed).label("failed"),
                sa.func.sum(s.run_shards.c.reused).label("reused"),
                sa.func.sum(s.shards.c.rows).label("rows"),
                sa.func.sum(sa.case((failed, s.shards.c.rows), else_=s.shards.c.rows_done)).label("rows_done"),
                sa.func.sum(sa.case((failed, s.shards.c.rows), else_=s.shards.c.errors)).label("errors"),
                total(own, s.shards.c.rows).label("own_rows"),
                total(own, s.shards.c.seconds).label("own_seconds"),
            )
            .select_from(joined)
            .where(s.run_shards.c.run_id == run.id)
            .group_by(s.run_shards.c.probe)
        )
        with self.database.read() as connection:
            found = {r["probe"]: dict(r) for r in connection.execute(query).mappings()}
        living = [worker for worker in self.workers() if worker.alive]
        workers = len(living)
        probes = tuple(
            _probe_progress(p.probe, p.status == "skipped", p.reason, found.get(p.probe), run, max(1, workers))
            for p in self.probes(run.id)  # type: ignore[attr-defined]
        )
        return _sums(run, probes, living)

    # -- workers ---------------------------------------------------------------------------------------------------

    def workers(self) -> list[Worker]:
        """Every worker that has not been given up, living or not."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(s.workers).order_by(s.workers.c.id)).mappings().all()
        return [_worker(dict(row)) for row in rows]

    def heartbeat(self, worker: str, *, host: str, pid: int, started_at: str, activity: str) -> None:
        """Say that a worker lives and what it does."""
        values = {"host": host, "pid": pid, "started_at": started_at, "heartbeat_at": now(), "activity": activity}
        with self.database.write() as connection:
            if not connection.execute(sa.update(s.workers).where(s.workers.c.id == worker).values(**values)).rowcount:
                connection.execute(sa.insert(s.workers).values(id=worker, **values))

    def end_worker(self, worker: str) -> None:
        """A worker ended in peace: it counts as dead at once, and another takes over what it left."""
        with self.database.write() as connection:
            ended = sa.update(s.workers).where(s.workers.c.id == worker)
            connection.execute(ended.values(heartbeat_at=LONG_AGO, activity="ended"))

    def forget_worker(self, worker: str) -> None:
        """Remove a worker that has ended."""
        with self.database.write() as connection:
            connection.execute(sa.delete(s.workers).where(s.workers.c.id == worker))


def _worker(row: dict[str, Any]) -> Worker:
    old = age(row["heartbeat_at"])
    old = float("inf") if old is None else old
    held = holds_its_slot(row["id"], row["host"])
    # a time to come was written before the clock was set back: one who lives writes another within seconds
    alive = abs(old) < ALIVE_SECONDS if held is None else held
    silent = alive and old >= ALIVE_SECONDS
    return Worker(
        **row,
        alive=alive,
        waiting=waiting(row["activity"], row["heartbeat_at"], silent=silent) if alive else None,
        ended=not alive and row["heartbeat_at"] == LONG_AGO,
    )


def _probe_progress(
    probe: str, skipped: bool, reason: str, row: dict[str, Any] | None, run: Run, workers: int
) -> ProbeProgress:
    if skipped or row is None:
        return ProbeProgress(probe, "skipped" if skipped else "waiting", reason, 0, 0, 0, 0, 0, 0, 0, None, None)
    seconds, own = float(row["own_seconds"] or 0), int(row["own_rows"] or 0)
    rate = own / seconds if seconds > 0 and own else None
    if rate is None:  # nothing finished yet: the calibration's word
        per_row = ((run.estimate or {}).get("probes", {}).get(probe) or {}).get("seconds_per_row")
        rate = 1 / per_row if per_row else None
    left = int(row["rows"]) - int(row["rows_done"])
    ended = row["done"] + row["failed"] == row["shards"]
    status = "done" if ended else "running" if row["rows_done"] > 0 else "waiting"
    return ProbeProgress(
        probe=probe,
        status=status,  # type: ignore[arg-type]
        reason=reason,
        shards=int(row["shards"]),
        shards_done=int(row["done"]),
        shards_failed=int(row["failed"]),
        shards_reused=int(row["reused"]),
        rows=int(row["rows"]),
        rows_done=int(row["rows_done"]),
        errors=int(row["errors"]),
        rate=rate,
        eta=0.0 if ended else left / rate / workers if rate else None,
    )


def _sums(run: Run, probes: tuple[ProbeProgress, ...], living: Sequence[Worker]) -> Progress:
    etas = [p.eta for p in probes if p.status != "skipped"]
    known = [eta for eta in etas if eta is not None]
    elapsed = None
    begun = age(run.started_at) if run.started_at else None
    ended = age(run.finished_at) if run.finished_at and run.status in ENDED else 0.0
    if begun is not None and ended is not None:
        elapsed = max(0.0, begun - ended)  # the clock may have been set back since
    return Progress(
        run_id=run.id,
        status=run.status,
        wanted=run.wanted,
        probes=probes,
        shards=sum(p.shards for p in probes),
        shards_done=sum(p.shards_done for p in probes),
        shards_failed=sum(p.shards_failed for p in probes),
        shards_reused=sum(p.shards_reused for p in probes),
        rows=sum(p.rows for p in probes),
        rows_done=sum(p.rows_done for p in probes),
        errors=sum(p.errors for p in probes),
        eta=sum(known) if etas and len(known) == len(etas) else None,
        elapsed=elapsed,
        workers=len(living),
        error=run.error,
        waiting=_all_wait(living) if run.active else None,
    )


def _all_wait(living: Sequence[Worker]) -> str | None:
    """Since when every worker waits and why, as said of the one that has waited longest; None when one can work."""
    found = [worker.waiting for worker in living if worker.waiting is not None]
    return str(min(found, key=lambda one: one.since)) if found and len(found) == len(living) else None
