"""Queries about uploads: originals, kept once by hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from audit.errors import InputError, UnknownName
from audit.language.translating import tr_later
from audit.store import schema as s
from audit.store.base import dump, load, now
from audit.store.blobs import FileQueries
from audit.stored import Upload
from audit.strict_json import part

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl")
SHEETS = {
    ".xls": tr_later("an old Excel workbook"),
    ".xlsm": tr_later("a workbook with macros"),
    ".xlsb": tr_later("a binary Excel workbook"),
    ".ods": tr_later("an OpenDocument spreadsheet"),
    ".numbers": tr_later("a Numbers spreadsheet"),
}
"""Spreadsheets that are not read, by the ending of their name."""


class UploadQueries(FileQueries):
    """Uploads."""

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
            options: what was chosen (see `audit.table_choices`) to remember; None keeps the old.
            rename: whether bytes that are here already get this name; else they keep theirs.

        Raises:
            InputError: the kind of file is not one Assay reads.
            DiskError: the disk refuses; nothing of it is kept.
        """
        suffix = Path(name).suffix.lower()
        if suffix in SHEETS:
            raise InputError(
                f"'{name}' is {SHEETS[suffix]} ({suffix}), which Assay does not open; save it as an Excel workbook (.xlsx) or as "
                "CSV (UTF-8)."
            )
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
            self.forget_predictions(sha256)  # type: ignore[attr-defined]
            self.drop_files([sha256])
        return gone

    def _uploads(self, *conditions: Any) -> list[Upload]:
        there = s.runs.c.upload == s.uploads.c.sha256, s.runs.c.deleted_at.is_(None)
        runs = sa.select(sa.func.count()).where(*there).scalar_subquery()
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


def _references(connection: sa.Connection) -> list[tuple[str, str]]:
    """(run, upload) of every run that compares its table with another one; those that compare it with itself left out."""
    mine = s.runs.c.spec.contains('"reference":')
    found = connection.execute(sa.select(s.runs.c.id, s.runs.c.upload, s.runs.c.spec).where(mine)).all()
    named = ((run_id, upload, part(load(spec), "reference").get("path")) for run_id, upload, spec in found)
    return [(run_id, other) for run_id, upload, other in named if isinstance(other, str) and other != upload]
