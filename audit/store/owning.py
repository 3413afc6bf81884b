"""Queries about what people make of runs: names, tags, stars, notes, a baseline, and runs deleted for now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from audit.errors import UnknownName
from audit.store import schema as s
from audit.store.base import Base, dump, load, now
from audit.stored import ACTIVE, About, DeletedRun, Note


class OwnQueries(Base):
    """What belongs to a run beside what was computed."""

    def rename_run(self, run_id: str, name: str) -> None:
        """Give a run another name."""
        self._own(run_id, name=name)

    def tag_run(self, run_id: str, tags: Sequence[str]) -> None:
        """Give a run these tags in place of those it has."""
        self._own(run_id, tags=dump(list(tags)))

    def star_run(self, run_id: str, starred: bool) -> None:
        """Put a star on a run, or take it off."""
        self._own(run_id, starred=int(starred))

    def archive_run(self, run_id: str, archived: bool) -> None:
        """Put a run away, where lists leave it out, or take it back."""
        self._own(run_id, archived=int(archived))

    def mark_baseline(self, run_id: str, wanted: bool) -> None:
        """Hold the other runs of a run's model against it, and against none besides; or no longer."""
        with self.database.write() as connection:
            model = sa.select(s.runs.c.model).where(s.runs.c.id == run_id).scalar_subquery()
            if wanted:
                connection.execute(sa.update(s.runs).where(s.runs.c.model == model).values(baseline=0))
            connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(baseline=int(wanted)))
            self._note(connection, "run", run_id, run_id)

    def baseline(self, model: str) -> str | None:
        """The id of the run that a model's other runs are held against; None where nobody marked one."""
        query = sa.select(s.runs.c.id).where(s.runs.c.model == model, s.runs.c.baseline == 1)
        with self.database.read() as connection:
            found = connection.execute(query.where(s.runs.c.deleted_at.is_(None))).scalars().first()
        return None if found is None else str(found)

    def tags(self) -> tuple[str, ...]:
        """Every tag that a run has, in alphabetical order."""
        query = sa.select(s.runs.c.tags).where(s.runs.c.tags != "[]", s.runs.c.deleted_at.is_(None)).distinct()
        with self.database.read() as connection:
            found = {str(tag) for tags in connection.execute(query).scalars() for tag in load(tags)}
        return tuple(sorted(found, key=str.casefold))

    # -- notes -----------------------------------------------------------------------------------------------------

    def notes(self, run_id: str, about: About | None = None) -> tuple[Note, ...]:
        """What people wrote about a run, its findings and rows; `about`: only of one of these."""
        n = s.notes.c
        query = sa.select(n.about, n.subject, n.note, n.who, n.written_at).where(n.run_id == run_id)
        if about is not None:
            query = query.where(n.about == about)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(n.about.desc(), n.written_at, n.subject)).mappings().all()
        return tuple(Note(**row) for row in rows)

    def note(self, run_id: str, about: About = "run", subject: str = "") -> Note | None:
        """What somebody wrote about a run, or one of its findings or rows; None where nobody did."""
        return next((note for note in self.notes(run_id, about) if note.subject == subject), None)

    def with_notes(self, run_id: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of a run (with their `row_id`) with a column `note`, empty where nobody wrote one."""
        written = {note.subject: note.note for note in self.notes(run_id, "row")}
        return rows.assign(note=[written.get(str(row_id), "") for row_id in rows["row_id"]])

    def save_note(self, run_id: str, about: About, subject: str, note: str, *, who: str) -> None:
        """Keep what somebody wrote, in place of what was there; nothing written removes it."""
        n = s.notes.c
        with self.database.write() as connection:
            connection.execute(sa.delete(s.notes).where(n.run_id == run_id, n.about == about, n.subject == subject))
            if note:
                values = {"about": about, "subject": subject, "note": note, "who": who, "written_at": now()}
                connection.execute(sa.insert(s.notes).values(run_id=run_id, **values))
            self._note(connection, "run", run_id, run_id)

    # -- deleted for now -------------------------------------------------------------------------------------------

    def hide_run(self, run_id: str) -> None:
        """Delete a run for now: it is in no list and under no name, and workers stop. `restore_run` has it back.

        What goes on is cancelled at once: its worker finds no such run and stops, so nobody else would.
        """
        at = now()
        mine = sa.update(s.runs).where(s.runs.c.id == run_id, s.runs.c.deleted_at.is_(None))
        going = mine.where(s.runs.c.status.in_((*ACTIVE, "paused")))
        with self.database.write() as connection:
            connection.execute(going.values(status="cancelled", wanted="cancel", finished_at=at))
            connection.execute(mine.values(deleted_at=at))
            self._note(connection, "run", run_id, run_id)

    def restore_run(self, run_id: str) -> None:
        """Have a run back that was deleted for now.

        Raises:
            UnknownName: it is gone, or was never deleted.
        """
        with self.database.write() as connection:
            mine = s.runs.c.id == run_id, s.runs.c.deleted_at.is_not(None)
            if not connection.execute(sa.update(s.runs).where(*mine).values(deleted_at=None)).rowcount:
                raise UnknownName("deleted run", run_id, [run.id for run in self.deleted_runs()])
            self._note(connection, "run", run_id, run_id)

    def deleted_runs(self, *, before: str | None = None) -> tuple[DeletedRun, ...]:
        """Runs that are deleted and can still be had back, the latest first; `before`: only those deleted before a time."""
        query = sa.select(s.runs.c.id, s.runs.c.name, s.runs.c.deleted_at).where(s.runs.c.deleted_at.is_not(None))
        if before is not None:
            query = query.where(s.runs.c.deleted_at < before)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(s.runs.c.deleted_at.desc(), s.runs.c.id)).all()
        return tuple(DeletedRun(*row) for row in rows)

    def erase_deleted(self, run_id: str) -> None:
        """Erase a run that is deleted before its time to be had back is over: its id is wanted again."""
        if any(run.id == run_id for run in self.deleted_runs()):
            with self._part_of_it("erase_discarded", "run", run_id, run_id):
                self.delete_run(run_id)  # type: ignore[attr-defined]

    def _own(self, run_id: str, **values: Any) -> None:
        with self.database.write() as connection:
            connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(**values))
            self._note(connection, "run", run_id, run_id)
