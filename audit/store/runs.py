"""Queries about runs: adding, listing, finding, their wishes and states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from audit.errors import AmbiguousName, UnknownName
from audit.store import schema as s
from audit.store.base import dump, load, now
from audit.store.blobs import FileQueries
from audit.store.erasing import erase_files
from audit.stored import ACTIVE, NewRun, Run, RunProbe

_PREFIX = re.compile(r"[0-9a-f]{4,12}")
_THERE = s.runs.c.deleted_at.is_(None)
"""Of runs that are not deleted."""
RUN_COLUMNS = (
    "id", "name", "suite", "status", "wanted", "model", "table_name", "upload", "rows_sampled", "shards", "shards_done",
    "verdict", "created_at", "started_at", "finished_at", "who", "error", "result_hash", "spec_hash", "imported", "tags",
    "starred", "archived", "baseline",
)  # fmt: skip


class RunQueries(FileQueries):
    """Runs and their probes."""

    def runs(
        self,
        *,
        status: Sequence[str] | None = None,
        model: str | None = None,
        upload: str | None = None,
        search: str | None = None,
        verdict: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> pd.DataFrame:
        """Runs, the newest first, as a DataFrame with the columns `RUN_COLUMNS`.

        Args:
            status: only these states, for example `("finished", "paused")`.
            model: only this model; upload: only this table's sha256.
            search: part of the run's name, id, model, table, tags or of a note on it, its rows or findings.
            verdict: only these.
            starred, archived: only those that are, or are not.
            limit, offset: the page wanted.

        Returns:
            id, name, suite, status, wanted, model, table_name, upload (sha256), rows_sampled, shards, shards_done
            (counts), verdict (PASS, FAIL, INCONCLUSIVE or None), created_at, started_at, finished_at (UTC ISO-8601),
            who, error, result_hash, spec_hash, imported (0/1), tags (a tuple), starred, archived, baseline (0/1). Deleted
            runs are in no list, also while they can be had back.
        """
        mine = s.run_shards.c.run_id == s.runs.c.id
        total = sa.select(sa.func.count()).where(mine).scalar_subquery().label("shards")
        done = (
            sa.select(sa.func.count())
            .select_from(s.run_shards.join(s.shards))
            .where(mine, s.shards.c.status != "pending")
            .scalar_subquery()
            .label("shards_done")
        )
        columns = [total if c == "shards" else done if c == "shards_done" else s.runs.c[c] for c in RUN_COLUMNS]
        query = sa.select(*columns).order_by(s.runs.c.created_at.desc(), s.runs.c.id).limit(limit).offset(offset)
        query = query.where(*self._run_conditions(status, model, upload, search, verdict, starred, archived))
        with self.database.read() as connection:
            frame = pd.DataFrame(connection.execute(query).all(), columns=list(RUN_COLUMNS))
        frame["tags"] = [tuple(load(tags)) for tags in frame["tags"]]
        return frame

    def count_runs(
        self,
        *,
        status: Sequence[str] | None = None,
        model: str | None = None,
        upload: str | None = None,
        search: str | None = None,
        verdict: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> int:
        """How many runs `runs` would list without a limit."""
        conditions = self._run_conditions(status, model, upload, search, verdict, starred, archived)
        query = sa.select(sa.func.count()).select_from(s.runs).where(*conditions)
        with self.database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def count_outcomes(self) -> dict[tuple[str, str | None], int]:
        """How many runs there are of each state and verdict (None: it has none)."""
        columns = (s.runs.c.status, s.runs.c.verdict)
        query = sa.select(*columns, sa.func.count()).group_by(*columns)
        with self.database.read() as connection:
            return {(status, verdict): int(n) for status, verdict, n in connection.execute(query)}

    def run(self, run_id: str) -> Run:
        """The run with this id, unique prefix of an id, or `latest`.

        Raises:
            UnknownName: none or several runs match; the message lists the choices.
        """
        with self.database.read() as connection:
            row = connection.execute(sa.select(s.runs).where(s.runs.c.id == self._resolve(connection, run_id))).one()
        return _run(row._mapping)

    def resolve(self, run_id: str) -> str:
        """The full id of a run given by id, unique prefix or `latest`.

        Raises:
            UnknownName: none or several runs match.
        """
        with self.database.read() as connection:
            return self._resolve(connection, run_id)

    def exists(self, run_id: str) -> bool:
        """Whether a run has exactly this id, and is not deleted."""
        query = sa.select(s.runs.c.id).where(s.runs.c.id == run_id, _THERE)
        with self.database.read() as connection:
            return connection.execute(query).first() is not None

    def probes(self, run_id: str) -> tuple[RunProbe, ...]:
        """The probes of a run in the order of its spec, skipped ones with their reason; empty before it was planned."""
        query = sa.select(s.run_probes).where(s.run_probes.c.run_id == run_id).order_by(s.run_probes.c.position)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            RunProbe(
                probe=r["probe"], kind=r["kind"], name=r["name"], version=r["version"], params=load(r["params"]),
                status=r["status"], reason=r["reason"], rows=r["rows"],
            )
            for r in rows
        )  # fmt: skip

    # -- writing ---------------------------------------------------------------------------------------------------

    def add_run(self, run: NewRun) -> Run:
        """Record a run before anything of it is loaded; a worker picks it up."""
        values: dict[str, Any] = {
            "id": run.id, "name": run.name, "suite": run.suite, "status": "queued", "wanted": "run", "attempt": 1,
            "started_attempt": 0, "priority": run.priority, "fresh": int(run.fresh), "created_at": now(),
            "who": run.who, "spec": dump(run.spec), "spec_hash": run.spec_hash,
            "policy": dump(run.policy) if run.policy is not None else None, "model": run.model,
            "table_name": run.table_name, "upload": run.upload, "reproducible": 1, "note": run.note, "imported": 0,
            **run.extra,
        }  # fmt: skip
        with self.database.write() as connection:
            connection.execute(sa.insert(s.runs).values(**values))
            self._note(connection, "run", run.id, run.id)
        return self.run(run.id)

    def update_run(self, run_id: str, *, attempt: int | None = None, **values: Any) -> bool:
        """Set columns of a run (`spec`, `identity` and other data as plain data); False when it is gone.

        Args:
            run_id: the full id.
            attempt: only if the run is still at this attempt, so that a superseded workflow changes nothing.
            values: column names of `schema.runs`.
        """
        as_json = {"identity", "model_card", "labels", "estimate", "provenance", "policy"}
        values = {k: dump(v) if k in as_json and v is not None else v for k, v in values.items()}
        query = sa.update(s.runs).where(s.runs.c.id == run_id).values(**values)
        if attempt is not None:
            query = query.where(s.runs.c.attempt == attempt)
        with self.database.write() as connection:
            return connection.execute(query).rowcount > 0

    def wish(self, run_id: str, wanted: str, *, settle: bool) -> Run:
        """Record what the user wants of a run that is not over.

        Args:
            run_id: the full id.
            wanted: pause or cancel.
            settle: no worker lives, so bring the state after the wish at once.
        """
        values: dict[str, Any] = {"wanted": wanted}
        if settle:
            values["status"] = {"pause": "paused", "cancel": "cancelled"}[wanted]
            if wanted == "cancel":
                values["finished_at"] = now()
        states = (*ACTIVE, "paused") if wanted == "cancel" else ACTIVE
        with self.database.write() as connection:
            connection.execute(
                sa.update(s.runs).where(s.runs.c.id == run_id, s.runs.c.status.in_(states)).values(**values)
            )
            if wanted == "cancel":  # a paused run has no workflow that could follow the wish
                connection.execute(
                    sa.update(s.runs)
                    .where(s.runs.c.id == run_id, s.runs.c.status == "paused")
                    .values(status="cancelled", finished_at=now())
                )
            self._note(connection, "run", run_id, run_id)
        return self.run(run_id)

    def queue_again(self, run_id: str) -> Run:
        """Queue the next attempt of a run; what is done stays done."""
        with self.database.write() as connection:
            self._queue(connection, run_id)
        return self.run(run_id)

    def queue_retry(self, run_id: str) -> Run | None:
        """Queue the next attempt of a run, its failed rows among what is to be done; None where it finished without any."""
        with self.database.write() as connection:
            failed = self._forget_failures(connection, run_id)  # type: ignore[attr-defined]
            status = connection.execute(sa.select(s.runs.c.status).where(s.runs.c.id == run_id)).scalar()
            if not failed and status == "finished":
                return None
            self._queue(connection, run_id)
        return self.run(run_id)

    def _queue(self, connection: sa.Connection, run_id: str) -> None:
        values = {
            "wanted": "run", "status": "queued", "attempt": s.runs.c.attempt + 1, "error": None, "finished_at": None,
            "result_hash": None, "verdict": None, "note": "",
        }  # fmt: skip
        connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(**values))
        self._note(connection, "run", run_id, run_id)

    def set_priority(self, run_id: str, priority: int) -> Run:
        """Have what a run still has to do go before or after other runs': 1 is first."""
        with self.database.write() as connection:
            connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(priority=priority))
            self._note(connection, "run", run_id, run_id)
        return self.run(run_id)

    def unstarted(self) -> list[tuple[str, int, int]]:
        """(run id, attempt, priority) of queued attempts that no workflow was started for yet, oldest first."""
        query = (
            sa.select(s.runs.c.id, s.runs.c.attempt, s.runs.c.priority)
            .where(s.runs.c.status == "queued", s.runs.c.started_attempt < s.runs.c.attempt, _THERE)
            .order_by(s.runs.c.created_at)
        )
        with self.database.read() as connection:
            return [(r.id, r.attempt, r.priority) for r in connection.execute(query)]

    def mark_started(self, run_id: str, attempt: int) -> None:
        """A workflow exists for this attempt."""
        query = sa.update(s.runs).where(s.runs.c.id == run_id, s.runs.c.started_attempt < attempt)
        with self.database.write() as connection:
            connection.execute(query.values(started_attempt=attempt))

    def any_active(self) -> bool:
        """Whether any run or job is waiting for a worker or being worked on."""
        with self.database.read() as connection:
            going = sa.select(s.runs.c.id).where(s.runs.c.status.in_(ACTIVE), _THERE)
            active = connection.execute(going.limit(1)).first()
            job = connection.execute(
                sa.select(s.jobs.c.id).where(s.jobs.c.status.in_(("queued", "running"))).limit(1)
            ).first()
        return active is not None or job is not None

    def delete_run(self, run_id: str) -> None:
        """Delete a run, its results and report files, and every shard no other run uses; nothing of them stays readable.

        Raises:
            StoreError: a report file could not be removed; all the rest is gone.
        """
        with self.database.write() as connection:
            keys = sa.select(s.run_shards.c.shard_key).where(s.run_shards.c.run_id == run_id)
            mine = list(connection.execute(keys).scalars())
            of_jobs = sa.select(s.job_files.c.sha256).join(s.jobs).where(s.jobs.c.run_id == run_id)
            files = list(connection.execute(of_jobs).scalars())
            if connection.execute(sa.delete(s.runs).where(s.runs.c.id == run_id)).rowcount:
                self._note(connection, "run", run_id, run_id)
            self._drop_orphans(connection, mine)
        self.drop_files(files)
        erase_files(run_id)
        self.database.wipe()

    # -- helpers ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _resolve(connection: sa.Connection, run_id: str) -> str:
        if run_id == "latest":
            query = sa.select(s.runs.c.id).where(_THERE).order_by(s.runs.c.created_at.desc(), s.runs.c.id)
            found = connection.execute(query.limit(1)).scalars().all()
        else:
            ids = sa.select(s.runs.c.id).where(_THERE)
            found = connection.execute(ids.where(s.runs.c.id == run_id)).scalars().all()
            if not found and _PREFIX.fullmatch(run_id):
                found = connection.execute(ids.where(s.runs.c.id.like(f"{run_id}%"))).scalars().all()
        if len(found) > 1:
            raise AmbiguousName("run", run_id, list(map(str, found)))
        if not found:
            query = sa.select(s.runs.c.id).where(_THERE).order_by(s.runs.c.created_at.desc()).limit(10)
            raise UnknownName("run", run_id, connection.execute(query).scalars().all() or ["(no runs yet)"])
        return str(found[0])

    def _run_conditions(
        self,
        status: Sequence[str] | None,
        model: str | None,
        upload: str | None,
        search: str | None,
        verdict: Sequence[str] | None,
        starred: bool | None,
        archived: bool | None,
    ) -> list[Any]:
        conditions: list[Any] = [_THERE]
        if status is not None:
            conditions.append(s.runs.c.status.in_(list(status)))
        if model is not None:
            conditions.append(s.runs.c.model == model)
        if upload is not None:
            conditions.append(s.runs.c.upload == upload)
        if search:
            named = [self._contains(s.runs.c[name], search) for name in ("name", "id", "model", "table_name", "tags")]
            noted = sa.exists().where(s.notes.c.run_id == s.runs.c.id, self._contains(s.notes.c.note, search))
            conditions.append(sa.or_(*named, noted))
        if verdict is not None:
            conditions.append(s.runs.c.verdict.in_(list(verdict)))
        conditions += [
            s.runs.c[name] == int(wanted)
            for name, wanted in (("starred", starred), ("archived", archived))
            if wanted is not None
        ]
        return conditions


def _run(row: Any) -> Run:
    data = {name: row[name] for name in Run.__slots__}
    for name in ("spec", "policy", "model_card", "identity", "estimate", "provenance", "signature"):
        data[name] = load(data[name]) if data[name] is not None else None
    data["labels"] = tuple(load(data["labels"])) if data["labels"] else ()
    data["tags"] = tuple(load(data["tags"]))
    for name in ("fresh", "reproducible", "imported", "starred", "archived", "baseline", "policy_chosen"):
        data[name] = bool(data[name])
    return Run(**data)
