"""Queries about the rows of a run: what was audited, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import sqlalchemy as sa

from audit.records import Example
from audit.store import schema as s
from audit.store.base import CHUNK, Base, load


class RowQueries(Base):
    """Rows of runs."""

    def examples(self, run_id: str, positions: Iterable[int] | None = None) -> list[Example]:
        """The audited rows of a run, in their order, or those at `positions` (as given, at most a shard's worth)."""
        query = sa.select(s.run_rows).where(s.run_rows.c.run_id == run_id).order_by(s.run_rows.c.position)
        wanted = None if positions is None else list(positions)
        if wanted is not None:
            query = query.where(s.run_rows.c.position.in_(wanted))
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        found = {r["position"]: _example(r) for r in rows}
        return list(found.values()) if wanted is None else [found[p] for p in wanted]

    def iter_examples(self, run_id: str) -> Iterator[Example]:
        """The audited rows of a run in their order, read a few thousand at a time."""
        last, size = -1, CHUNK * 4
        while True:
            query = sa.select(s.run_rows).where(s.run_rows.c.run_id == run_id, s.run_rows.c.position > last)
            with self.database.read() as connection:
                found = connection.execute(query.order_by(s.run_rows.c.position).limit(size)).mappings().all()
            yield from (_example(row) for row in found)
            if len(found) < size:
                return
            last = found[-1]["position"]

    def weights(self, run_id: str) -> dict[str, int]:
        """Content id -> how often it occurs in the sample."""
        query = sa.select(s.run_rows.c.content_id, s.run_rows.c.weight).where(s.run_rows.c.run_id == run_id)
        with self.database.read() as connection:
            return {row.content_id: row.weight for row in connection.execute(query)}

    def example(self, run_id: str, row_id: str) -> Example | None:
        """One audited row by its id; None when the run has no such row."""
        query = sa.select(s.run_rows).where(s.run_rows.c.run_id == run_id, s.run_rows.c.row_id == row_id)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().first()
        return _example(row) if row else None

    def rows(
        self, run_id: str, *, limit: int | None = None, offset: int = 0, search: str | None = None
    ) -> pd.DataFrame:
        """The audited rows of a run as a DataFrame, in their order.

        Args:
            limit, offset: the page wanted; search: part of the text, upper and lower case alike.

        Returns:
            position, row_id, content_id, weight (how often the content occurs in the sample), text, pair, label,
            groups (dict), line (of the file).
        """
        names = ["position", "row_id", "content_id", "weight", "text", "pair", "label", "groups", "line"]
        query = sa.select(*(s.run_rows.c[n] for n in names)).where(s.run_rows.c.run_id == run_id)
        if search:
            query = query.where(self._contains(s.run_rows.c.text, search))
        query = query.order_by(s.run_rows.c.position).offset(offset).limit(limit if limit is not None else 1 << 31)
        with self.database.read() as connection:
            frame = pd.DataFrame(connection.execute(query).all(), columns=names)
        frame["groups"] = frame["groups"].map(load)
        return frame


def _example(row: Any) -> Example:
    return Example(
        row_id=row["row_id"],
        text=row["text"],
        pair=row["pair"],
        label=row["label"],
        groups=load(row["groups"]),
        rationale=tuple(load(row["rationale"])) if row["rationale"] else None,
        line=row["line"],
    )
