"""Queries about slices that are kept by name, for all runs."""

from __future__ import annotations

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import Base, now
from audit.stored import StoredSlice


class SliceQueries(Base):
    """Slices of this installation."""

    def slices(self) -> tuple[StoredSlice, ...]:
        """Every slice, by name."""
        with self.database.read() as connection:
            found = connection.execute(sa.select(s.slices).order_by(s.slices.c.name)).mappings().all()
        return tuple(StoredSlice(**row) for row in found)

    def save_slice(self, name: str, condition: str, *, who: str) -> StoredSlice:
        """Keep a slice under a name; one that has it already is replaced."""
        kept = StoredSlice(name, condition, who, now())
        with self.database.write() as connection:
            connection.execute(sa.delete(s.slices).where(s.slices.c.name == name))
            values = {"name": name, "condition": condition, "who": who, "saved_at": kept.saved_at}
            connection.execute(sa.insert(s.slices).values(**values))
            self._note(connection, "slice", name)
        return kept

    def rename_slice(self, name: str, new: str) -> bool:
        """Give a slice another name, which none has yet. Whether there was one."""
        with self.database.write() as connection:
            update = sa.update(s.slices).where(s.slices.c.name == name).values(name=new)
            found = connection.execute(update).rowcount > 0
            if found:
                self._note(connection, "slice", new)
        return found

    def delete_slice(self, name: str) -> bool:
        """Forget a slice; policies that were made with it keep its condition. Whether there was one."""
        with self.database.write() as connection:
            gone = connection.execute(sa.delete(s.slices).where(s.slices.c.name == name)).rowcount > 0
            if gone:
                self._note(connection, "slice", name)
        return gone
