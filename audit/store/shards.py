"""Queries about shards: planning them, and storing what they give exactly once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import CHUNK, Base, dump, load, now
from audit.stored import Shard


@dataclass(frozen=True, slots=True)
class PlannedShard:
    """A shard to be stored: its key (the id, or the id and the run when nothing may be reused) and its rows."""

    position: int
    probe: str
    key: str
    shard_id: str
    rows: tuple[int, ...]


class ShardQueries(Base):
    """Shards."""

    def add_plan(
        self,
        run_id: str,
        rows: Sequence[dict[str, Any]],
        probes: Sequence[dict[str, Any]],
        shards: Sequence[PlannedShard],
        **values: Any,
    ) -> int:
        """Store a run's rows, probes and shards in one transaction; return how many shards were done before.

        Calling it again for the same run changes nothing. Shards whose rows failed are not taken over from other
        runs, they are computed again.

        Args:
            run_id: the full id.
            rows: columns of `schema.run_rows` without run_id; probes: of `schema.run_probes` without run_id.
            shards: in the order of the run.
            values: columns of `schema.runs` to set with it; data as plain data.
        """
        keys = [shard.key for shard in shards]
        with self.database.write() as connection:
            if connection.execute(sa.select(s.run_probes.c.position).where(s.run_probes.c.run_id == run_id)).first():
                return 0
            for start in range(0, len(rows), CHUNK):
                chunk = [{"run_id": run_id, **row} for row in rows[start : start + CHUNK]]
                connection.execute(sa.insert(s.run_rows), chunk)
            connection.execute(sa.insert(s.run_probes), [{"run_id": run_id, **probe} for probe in probes])
            known = self._states(connection, keys)
            again = [
                key for key, (status, errors) in known.items() if status == "failed" or (status == "done" and errors)
            ]
            self._rename_for_others(connection, again)
            reused = {key for key, (status, errors) in known.items() if status == "done" and not errors}
            new = [shard for shard in shards if shard.key not in known or shard.key in again]
            if new:
                connection.execute(sa.insert(s.shards), [_fresh_shard(shard) for shard in new])
            if shards:
                links = [
                    {
                        "run_id": run_id, "position": shard.position, "probe": shard.probe, "shard_key": shard.key,
                        "rows": dump(shard.rows), "reused": int(shard.key in reused),
                    }
                    for shard in shards
                ]  # fmt: skip
                connection.execute(sa.insert(s.run_shards), links)
            values = {k: dump(v) if isinstance(v, (dict, list, tuple)) else v for k, v in values.items()}
            if values:
                connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(**values))
        return len(reused)

    def shards(self, run_id: str, *, status: str | None = None, limit: int | None = None) -> list[Shard]:
        """The shards of a run in their order, all or those in one state (pending, done, failed)."""
        joined = s.run_shards.join(s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        query = (
            sa.select(s.run_shards, s.shards.c.shard_id, s.shards.c.status, s.shards.c.errors, s.shards.c.error)
            .select_from(joined)
            .where(s.run_shards.c.run_id == run_id)
            .order_by(s.run_shards.c.position)
        )
        if status is not None:
            query = query.where(s.shards.c.status == status)
        if limit is not None:
            query = query.limit(limit)
        with self.database.read() as connection:
            return [_shard(row) for row in connection.execute(query).mappings()]

    def shard(self, run_id: str, position: int) -> Shard | None:
        """One shard of a run, or None when the run or shard is gone."""
        joined = s.run_shards.join(s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        query = (
            sa.select(s.run_shards, s.shards.c.shard_id, s.shards.c.status, s.shards.c.errors, s.shards.c.error)
            .select_from(joined)
            .where(s.run_shards.c.run_id == run_id, s.run_shards.c.position == position)
        )
        with self.database.read() as connection:
            row = connection.execute(query).mappings().first()
        return _shard(row) if row else None

    def start_shard(self, key: str, worker: str) -> int:
        """Note that a worker begins this shard; return how often it has been begun without an end."""
        query = sa.update(s.shards).where(s.shards.c.key == key, s.shards.c.status == "pending")
        with self.database.write() as connection:
            connection.execute(query.values(starts=s.shards.c.starts + 1, worker=worker, rows_done=0))
            return int(connection.execute(sa.select(s.shards.c.starts).where(s.shards.c.key == key)).scalar() or 0)

    def forget_starts(self, key: str) -> None:
        """The shard was stopped on purpose: its earlier starts say nothing against it."""
        with self.database.write() as connection:
            connection.execute(sa.update(s.shards).where(s.shards.c.key == key).values(starts=0))

    def shard_moved(self, key: str, rows_done: int) -> None:
        """Note how many rows of a running shard are done, for the progress display."""
        query = sa.update(s.shards).where(s.shards.c.key == key, s.shards.c.status == "pending")
        with self.database.write() as connection:
            connection.execute(query.values(rows_done=rows_done))

    def finish_shard(self, key: str, rows: Sequence[dict[str, Any]], *, seconds: float, worker: str) -> bool:
        """Store a shard's records and mark it done, in one transaction and once only.

        Args:
            key: the shard's key.
            rows: columns of `schema.records` without shard_key and position, in row order.
            seconds: what it took; worker: who did it.

        Returns:
            False when another worker finished it first, or the run was deleted: nothing was written then.
        """
        digest = hashlib.sha256("".join(row["digest"] for row in rows).encode()).hexdigest()
        values = {
            "status": "done", "rows_done": s.shards.c.rows, "errors": sum(row["error"] is not None for row in rows),
            "digest": digest, "seconds": seconds, "worker": worker, "finished_at": now(), "error": None,
        }  # fmt: skip
        query = sa.update(s.shards).where(s.shards.c.key == key, s.shards.c.status != "done").values(**values)
        with self.database.write() as connection:
            if connection.execute(query).rowcount == 0:
                return False
            numbered = [{"shard_key": key, "position": i, **row} for i, row in enumerate(rows)]
            if numbered:
                connection.execute(sa.insert(s.records), numbered)
        return True

    def fail_shard(self, key: str, error: str, *, worker: str) -> None:
        """Mark a shard as failed for good; its rows have no records."""
        query = sa.update(s.shards).where(s.shards.c.key == key, s.shards.c.status == "pending")
        with self.database.write() as connection:
            connection.execute(query.values(status="failed", error=error, worker=worker, finished_at=now()))

    @staticmethod
    def _forget_failures(connection: sa.Connection, run_id: str) -> int:
        """Replace a run's failed shards, and those with failed rows, by pending ones; return how many rows that is.

        Other runs that share such a shard keep what they have.
        """
        joined = s.run_shards.join(s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        bad = sa.or_(s.shards.c.status == "failed", s.shards.c.errors > 0)
        query = (
            sa.select(s.run_shards.c.position, s.shards).select_from(joined).where(s.run_shards.c.run_id == run_id, bad)
        )
        count = 0
        for row in connection.execute(query).mappings().all():
            tries = row["key"].count("~") + 1
            key = f"{row['shard_id']}~{run_id}{'~' * tries}"
            count += row["errors"] if row["status"] == "done" else row["rows"]
            again = PlannedShard(row["position"], "", key, row["shard_id"], ())
            values = _fresh_shard(again) | {"rows": row["rows"]}
            connection.execute(sa.insert(s.shards).values(**values))
            link = s.run_shards.c.run_id == run_id, s.run_shards.c.position == row["position"]
            connection.execute(sa.update(s.run_shards).where(*link).values(shard_key=key, reused=0))
            Base._drop_orphans(connection, [row["key"]])
        return count

    def wrong_shards(self, run_id: str) -> list[int]:
        """Positions of shards whose digest is not that of their records."""
        wrong = []
        digests = sa.select(s.shards.c.key, s.shards.c.digest).where(s.shards.c.status == "done")
        for shard in self.shards(run_id, status="done"):
            query = sa.select(s.records.c.digest).where(s.records.c.shard_key == shard.key)
            with self.database.read() as connection:
                stated = connection.execute(digests.where(s.shards.c.key == shard.key)).one().digest
                found = connection.execute(query.order_by(s.records.c.position)).scalars().all()
            if hashlib.sha256("".join(found).encode()).hexdigest() != stated:
                wrong.append(shard.position)
        return wrong

    @staticmethod
    def _states(connection: sa.Connection, keys: Sequence[str]) -> dict[str, tuple[str, int]]:
        known: dict[str, tuple[str, int]] = {}
        for start in range(0, len(keys), CHUNK):
            query = sa.select(s.shards.c.key, s.shards.c.status, s.shards.c.errors)
            found = connection.execute(query.where(s.shards.c.key.in_(keys[start : start + CHUNK])))
            known.update({r.key: (r.status, r.errors) for r in found})
        return known

    @staticmethod
    def _rename_for_others(connection: sa.Connection, keys: Sequence[str]) -> None:
        """Free the plain keys of shards with failures, so that a new run computes them while old runs keep theirs."""
        for key in keys:
            values = connection.execute(sa.select(s.shards).where(s.shards.c.key == key)).mappings().one()
            number = connection.execute(
                sa.select(sa.func.count()).select_from(s.shards).where(s.shards.c.shard_id == values["shard_id"])
            ).scalar()
            other = f"{values['shard_id']}~old{number}"
            connection.execute(sa.insert(s.shards).values(**{**values, "key": other}))
            connection.execute(sa.update(s.run_shards).where(s.run_shards.c.shard_key == key).values(shard_key=other))
            connection.execute(sa.update(s.records).where(s.records.c.shard_key == key).values(shard_key=other))
            connection.execute(sa.delete(s.shards).where(s.shards.c.key == key))


def _fresh_shard(shard: PlannedShard) -> dict[str, Any]:
    return {
        "key": shard.key, "shard_id": shard.shard_id, "status": "pending", "starts": 0, "rows": len(shard.rows),
        "rows_done": 0, "errors": 0,
    }  # fmt: skip


def _shard(row: Any) -> Shard:
    return Shard(
        position=row["position"],
        probe=row["probe"],
        key=row["shard_key"],
        shard_id=row["shard_id"],
        rows=tuple(load(row["rows"])),
        status=row["status"],
        reused=bool(row["reused"]),
        errors=row["errors"],
        error=row["error"],
    )
