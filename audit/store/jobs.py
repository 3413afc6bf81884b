"""Queries about jobs: reports, estimates and predictions of tables, made by a worker."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from audit.errors import UnknownName
from audit.store import schema as s
from audit.store.base import CHUNK, dump, load, now
from audit.store.blobs import FileQueries
from audit.store.files import Blob
from audit.stored import Job, NewFile

WITH_FILES = ("report", "predictions")
"""Kinds of jobs that make files."""


class JobQueries(FileQueries):
    """Jobs."""

    def add_job(
        self,
        kind: str,
        run_id: str | None,
        args: Mapping[str, Any],
        *,
        result: Mapping[str, Any] | None = None,
        files: Sequence[NewFile] = (),
    ) -> Job:
        """Queue a job for a worker: `report` of a run, `estimate` of a spec, `predictions` of a table; with `result` it is listed as done.

        Raises:
            DiskError, FilesError: its files cannot be kept; nothing is listed.
        """
        job_id, at = secrets.token_hex(6), now()
        values: dict[str, Any] = {
            "id": job_id,
            "kind": kind,
            "run_id": run_id,
            "args": dump(dict(args)),
            "created_at": at,
        }
        if result is None:
            values |= {"status": "queued"}
        else:
            values |= {"status": "done", "result": dump(dict(result)), "finished_at": at}
        with self.keeping([file.content for file in files]) as blobs, self.database.write() as connection:
            connection.execute(sa.insert(s.jobs).values(**values))
            _refer(connection, job_id, files, blobs)
            if kind == "predictions":  # done on their table, as its event tells
                self._note(connection, "table", args["table"]["path"])
            else:
                self._note(connection, kind, job_id, run_id)
        return self.job(job_id)

    def job(self, job_id: str) -> Job:
        """One job.

        Raises:
            UnknownName: none has that id.
        """
        found = self.jobs(job_id=job_id)
        if not found:
            raise UnknownName("job", job_id, ())
        return found[0]

    def jobs(
        self,
        *,
        kind: str | None = None,
        run_id: str | None = None,
        status: str | None = None,
        job_id: str | None = None,
    ) -> tuple[Job, ...]:
        """Jobs that fit every condition given, the newest first."""
        query = sa.select(s.jobs).order_by(s.jobs.c.created_at.desc(), s.jobs.c.id)
        for column, value in (
            (s.jobs.c.kind, kind),
            (s.jobs.c.run_id, run_id),
            (s.jobs.c.status, status),
            (s.jobs.c.id, job_id),
        ):
            if value is not None:
                query = query.where(column == value)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            files = _files_of(connection, [r["id"] for r in rows])
        return tuple(_job(r, files.get(r["id"], [])) for r in rows)

    def reports(self, run_id: str) -> tuple[Job, ...]:
        """The reports of a run, the newest first; `result` when done has "files": [{name, sha256, bytes}]."""
        return self.jobs(kind="report", run_id=run_id)

    def predictions(self, sha256: str) -> tuple[Job, ...]:
        """The predictions of every row of a table, the newest first; `result` when done has "files" as a report's."""
        return tuple(job for job in self.jobs(kind="predictions") if job.args["table"]["path"] == sha256)

    def forget_predictions(self, sha256: str) -> None:
        """Forget the predictions of a table, which hold its texts, with their files."""
        for job in self.predictions(sha256):
            self.delete_job(job.id)

    def update_job(
        self,
        job_id: str,
        status: str,
        *,
        result: Mapping[str, Any] | None = None,
        error: str | None = None,
        files: Sequence[NewFile] = (),
    ) -> bool:
        """Set a job's state; False when it was deleted.

        Raises:
            DiskError, FilesError: its files cannot be kept; its state is as before.
        """
        values: dict[str, Any] = {"status": status, "error": error}
        if result is not None:
            values["result"] = dump(dict(result))
        if status in {"done", "failed"}:
            values["finished_at"] = now()
        with self.keeping([file.content for file in files]) as blobs, self.database.write() as connection:
            found = connection.execute(sa.update(s.jobs).where(s.jobs.c.id == job_id).values(**values)).rowcount > 0
            if found and files:
                connection.execute(sa.delete(s.job_files).where(s.job_files.c.job_id == job_id))
                _refer(connection, job_id, files, blobs)
        return found

    def delete_job(self, job_id: str) -> None:
        """Forget a job and the files that only it has."""
        with self.database.write() as connection:
            mine = sa.select(s.job_files.c.sha256).where(s.job_files.c.job_id == job_id)
            hashes = list(connection.execute(mine).scalars())
            connection.execute(sa.delete(s.jobs).where(s.jobs.c.id == job_id))
        self.drop_files(hashes)


def _refer(connection: sa.Connection, job_id: str, files: Sequence[NewFile], blobs: Sequence[Blob]) -> None:
    rows = [
        {"job_id": job_id, "position": i, "name": file.name, "sha256": blob.sha256, "bytes": blob.bytes}
        for i, (file, blob) in enumerate(zip(files, blobs, strict=True))
    ]
    if rows:
        connection.execute(sa.insert(s.job_files), rows)


def _files_of(connection: sa.Connection, jobs: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The files of some jobs, each {name, sha256, bytes}."""
    found: dict[str, list[dict[str, Any]]] = {}
    for start in range(0, len(jobs), CHUNK):
        mine = s.job_files.c.job_id.in_(jobs[start : start + CHUNK])
        query = sa.select(s.job_files).where(mine).order_by(s.job_files.c.job_id, s.job_files.c.position)
        for row in connection.execute(query).mappings():
            found.setdefault(row["job_id"], []).append({name: row[name] for name in ("name", "sha256", "bytes")})
    return found


def _job(row: Any, files: Sequence[Mapping[str, Any]]) -> Job:
    result = load(row["result"]) if row["result"] else None
    if result is not None and row["kind"] in WITH_FILES:
        result |= {"files": list(files)}
    return Job(
        id=row["id"],
        kind=row["kind"],
        run_id=row["run_id"],
        args=load(row["args"]),
        status=row["status"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        result=result,
        error=row["error"],
    )
