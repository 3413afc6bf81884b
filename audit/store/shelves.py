"""Queries about uploads (originals kept once by hash) and jobs (reports and estimates made by a worker)."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from audit.errors import InputError, UnknownName
from audit.store import schema as s
from audit.store.base import CHUNK, dump, load, now
from audit.store.blobs import FileQueries
from audit.store.files import Blob
from audit.stored import Job, NewFile, Upload
from audit.strict_json import part

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl")


class ShelfQueries(FileQueries):
    """Uploads and jobs."""

    # -- uploads ---------------------------------------------------------------------------------------------------

    def add_upload(
        self,
        source: Path | BinaryIO,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        rename: bool = False,
    ) -> Upload:
        """Keep an original file under its hash; the same bytes are kept once.

        Runs keep the name their table had when they were started, whatever it is called later.

        Args:
            source: a path or an open binary file; it is copied in pieces, never held in memory.
            name: the file's name as the user knows it.
            options: column choices (text, label, pair, groups, encoding, delimiter, quotes) to remember; None keeps the old.
            rename: whether bytes that are here already get this name; else they keep theirs.

        Raises:
            InputError: the kind of file is not one Assay reads.
            DiskError: the disk refuses; nothing of it is kept.
        """
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise InputError(f"'{name}' is not a table Assay reads; allowed are {', '.join(SUFFIXES)}.")
        with self.keeping([source]) as (blob,), self.database.write() as connection:
            mine = s.uploads.c.sha256 == blob.sha256
            known = connection.execute(sa.select(s.uploads.c.suffix).where(mine)).scalar()
            if known is None:
                values = {"sha256": blob.sha256, "name": name, "suffix": suffix, "bytes": blob.bytes}
                values |= {"created_at": now(), "options": dump(dict(options or {})), "summary": "{}"}
                connection.execute(sa.insert(s.uploads).values(**values))
            changes = ({"name": name} if rename else {}) | ({} if options is None else {"options": dump(dict(options))})
            if known is not None and changes:
                connection.execute(sa.update(s.uploads).where(mine).values(**changes))
            self._note(connection, "table", blob.sha256)
        return self.upload(blob.sha256)

    def upload(self, sha256: str) -> Upload:
        """One upload by its hash.

        Raises:
            UnknownName: none has that hash.
        """
        found = self._uploads(s.uploads.c.sha256 == sha256)
        if not found:
            raise UnknownName("table", sha256, ())
        return found[0]

    def uploads(self) -> tuple[Upload, ...]:
        """Every upload, the newest first."""
        return tuple(self._uploads())

    def describe_upload(
        self, sha256: str, *, options: Mapping[str, Any] | None = None, summary: Mapping[str, Any] | None = None
    ) -> None:
        """Remember column choices or the profile shown on pages."""
        values = {k: dump(dict(v)) for k, v in (("options", options), ("summary", summary)) if v is not None}
        if values:
            with self.database.write() as connection:
                connection.execute(sa.update(s.uploads).where(s.uploads.c.sha256 == sha256).values(**values))
                if options is not None:  # a profile is nobody's decision
                    self._note(connection, "table", sha256)

    def delete_upload(self, sha256: str) -> int:
        """Delete an upload, its file and every run of it; return how many runs that were.

        Raises:
            UnknownName: none has that hash.
            FilesError: its file could not be removed; all the rest is gone.
        """
        self.upload(sha256)
        with self.database.read() as connection:
            ids = list(connection.execute(sa.select(s.runs.c.id).where(s.runs.c.upload == sha256)).scalars())
            ids += [run_id for run_id, other in _references(connection) if other == sha256 and run_id not in ids]
        for run_id in ids:
            with self._part_of_it("delete_run", "run", run_id, run_id):
                self.delete_run(run_id)  # type: ignore[attr-defined]
        self.delete_unused_upload(sha256)
        self.database.wipe()
        return len(ids)

    def delete_unused_upload(self, sha256: str) -> bool:
        """Delete an upload and its file unless a run uses it; whether it was."""
        with self.database.write() as connection:
            if any(other == sha256 for _, other in _references(connection)):
                return False
            used = sa.exists().where(s.runs.c.upload == s.uploads.c.sha256)
            gone = connection.execute(sa.delete(s.uploads).where(s.uploads.c.sha256 == sha256, ~used)).rowcount > 0
            if gone:
                self._note(connection, "table", sha256)
        if gone:
            self.drop_files([sha256])
        return gone

    def _uploads(self, *conditions: Any) -> list[Upload]:
        runs = sa.select(sa.func.count()).where(s.runs.c.upload == s.uploads.c.sha256).scalar_subquery()
        query = sa.select(s.uploads, runs.label("runs")).where(*conditions)
        with self.database.read() as connection:
            rows = (
                connection.execute(query.order_by(s.uploads.c.created_at.desc(), s.uploads.c.sha256)).mappings().all()
            )
            named = sa.select(s.runs.c.upload, s.runs.c.table_name).distinct().order_by(s.runs.c.table_name)
            compared = Counter(sha256 for _, sha256 in _references(connection))
            used = connection.execute(named.where(s.runs.c.upload.in_([r["sha256"] for r in rows]))).all()
        return [
            Upload(
                sha256=r["sha256"], name=r["name"], suffix=r["suffix"], bytes=r["bytes"], created_at=r["created_at"],
                options=load(r["options"]), summary=load(r["summary"]), runs=r["runs"] + compared[r["sha256"]],
                also=tuple(name for upload, name in used if upload == r["sha256"] and name != r["name"]),
            )
            for r in rows
        ]  # fmt: skip

    # -- jobs ------------------------------------------------------------------------------------------------------

    def add_job(
        self,
        kind: str,
        run_id: str | None,
        args: Mapping[str, Any],
        *,
        result: Mapping[str, Any] | None = None,
        files: Sequence[NewFile] = (),
    ) -> Job:
        """Queue a job for a worker: `report` of a run, or `estimate` of a spec; with `result` it is listed as done.

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


def _references(connection: sa.Connection) -> list[tuple[str, str]]:
    """(run, upload) of every run that compares its table with another one; those that compare it with itself left out."""
    mine = s.runs.c.spec.contains('"reference":')
    found = connection.execute(sa.select(s.runs.c.id, s.runs.c.upload, s.runs.c.spec).where(mine)).all()
    named = ((run_id, upload, part(load(spec), "reference").get("path")) for run_id, upload, spec in found)
    return [(run_id, other) for run_id, upload, other in named if isinstance(other, str) and other != upload]


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
    if result is not None and row["kind"] == "report":
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
