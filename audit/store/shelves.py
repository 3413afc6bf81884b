"""Queries about uploads (originals kept once by hash) and jobs (reports and estimates made by a worker)."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from audit.errors import InputError, UnknownName
from audit.store import schema as s
from audit.store.base import Base, dump, load, now
from audit.store.views import Job, Upload
from models.places import home
from models.writing import told

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl")


class ShelfQueries(Base):
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
        """Keep an original file under its hash in ASSAY_HOME/uploads; the same bytes are kept once.

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
        temporary, sha256, size = _copied(source)
        place: Path | None = None
        try:
            with self.database.write() as connection:
                mine = s.uploads.c.sha256 == sha256
                known = connection.execute(sa.select(s.uploads.c.suffix).where(mine)).scalar()
                place = None if known is not None else upload_path(sha256, suffix)
                temporary.replace(place or upload_path(sha256, str(known)))
                if known is None:
                    values = {"sha256": sha256, "name": name, "suffix": suffix, "bytes": size, "created_at": now()}
                    values |= {"options": dump(dict(options or {})), "summary": "{}"}
                    connection.execute(sa.insert(s.uploads).values(**values))
                changes = ({"name": name} if rename else {}) | (
                    {} if options is None else {"options": dump(dict(options))}
                )
                if known is not None and changes:
                    connection.execute(sa.update(s.uploads).where(mine).values(**changes))
        except BaseException:
            if place is not None:  # nobody would know of it
                place.unlink(missing_ok=True)
            raise
        finally:
            temporary.unlink(missing_ok=True)
        return self.upload(sha256)

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

    def delete_upload(self, sha256: str) -> int:
        """Delete an upload, its file and every run of it; return how many runs that were."""
        upload = self.upload(sha256)
        with self.database.read() as connection:
            ids = list(connection.execute(sa.select(s.runs.c.id).where(s.runs.c.upload == sha256)).scalars())
        for run_id in ids:
            self.delete_run(run_id)  # type: ignore[attr-defined]
        with self.database.write() as connection:
            connection.execute(sa.delete(s.uploads).where(s.uploads.c.sha256 == sha256))
        Path(upload.path).unlink(missing_ok=True)
        self.database.wipe()
        return len(ids)

    def _uploads(self, *conditions: Any) -> list[Upload]:
        runs = sa.select(sa.func.count()).where(s.runs.c.upload == s.uploads.c.sha256).scalar_subquery()
        query = sa.select(s.uploads, runs.label("runs")).where(*conditions)
        with self.database.read() as connection:
            rows = (
                connection.execute(query.order_by(s.uploads.c.created_at.desc(), s.uploads.c.sha256)).mappings().all()
            )
            named = sa.select(s.runs.c.upload, s.runs.c.table_name).distinct().order_by(s.runs.c.table_name)
            used = connection.execute(named.where(s.runs.c.upload.in_([r["sha256"] for r in rows]))).all()
        return [
            Upload(
                sha256=r["sha256"], name=r["name"], suffix=r["suffix"], bytes=r["bytes"], created_at=r["created_at"],
                options=load(r["options"]), summary=load(r["summary"]), path=str(upload_path(r["sha256"], r["suffix"])),
                runs=r["runs"], also=tuple(name for upload, name in used if upload == r["sha256"] and name != r["name"]),
            )
            for r in rows
        ]  # fmt: skip

    # -- jobs ------------------------------------------------------------------------------------------------------

    def add_job(
        self, kind: str, run_id: str | None, args: Mapping[str, Any], *, result: Mapping[str, Any] | None = None
    ) -> Job:
        """Queue a job for a worker: `report` of a run, or `estimate` of a spec; with `result` it is listed as done."""
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
        with self.database.write() as connection:
            connection.execute(sa.insert(s.jobs).values(**values))
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
        return tuple(_job(r) for r in rows)

    def reports(self, run_id: str) -> tuple[Job, ...]:
        """The reports of a run, the newest first; `result` when done is {"files": [{name, path, sha256, bytes}]}."""
        return self.jobs(kind="report", run_id=run_id)

    def update_job(
        self, job_id: str, status: str, *, result: Mapping[str, Any] | None = None, error: str | None = None
    ) -> bool:
        """Set a job's state; False when it was deleted."""
        values: dict[str, Any] = {"status": status, "error": error}
        if result is not None:
            values["result"] = dump(dict(result))
        if status in {"done", "failed"}:
            values["finished_at"] = now()
        with self.database.write() as connection:
            return connection.execute(sa.update(s.jobs).where(s.jobs.c.id == job_id).values(**values)).rowcount > 0

    def delete_job(self, job_id: str) -> None:
        """Forget a job; its files are the caller's to remove."""
        with self.database.write() as connection:
            connection.execute(sa.delete(s.jobs).where(s.jobs.c.id == job_id))


def upload_path(sha256: str, suffix: str) -> Path:
    """Where an original is kept."""
    return home() / "uploads" / f"{sha256}{suffix}"


def _copied(source: Path | BinaryIO) -> tuple[Path, str, int]:
    """A copy beside the uploads, with its sha256 and size; nothing is left behind when it cannot be made."""
    folder = home() / "uploads"
    with told(folder):
        folder.mkdir(exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    digest = hashlib.sha256()
    try:
        with told(folder), os.fdopen(handle, "wb") as out:
            if isinstance(source, Path):
                with source.open("rb") as file:
                    shutil.copyfileobj(file, out, 1 << 20)
            else:
                shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        with open(temporary, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        return Path(temporary), digest.hexdigest(), os.path.getsize(temporary)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        run_id=row["run_id"],
        args=load(row["args"]),
        status=row["status"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        result=load(row["result"]) if row["result"] else None,
        error=row["error"],
    )
