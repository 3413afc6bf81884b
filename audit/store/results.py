"""Queries about records: reading them a page at a time, one by one, or as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa

from audit.errors import UnknownName
from audit.records import Record
from audit.store import schema as s
from audit.store.base import Base
from audit.store.indexing import record_of
from audit.stored import RecordFilter

RECORD_COLUMNS = (
    "probe", "position", "row_id", "text", "label", "kind", "status", "predicted", "confidence", "correct",
    "flipped_to", "flips", "queries", "words_changed", "similarity", "valid", "truncated", "seconds", "error",
)  # fmt: skip

_FOUND = s.run_shards.join(s.records, s.records.c.shard_key == s.run_shards.c.shard_key)
_WITH_TEXT = _FOUND.join(
    s.run_rows,
    sa.and_(s.run_rows.c.run_id == s.run_shards.c.run_id, s.run_rows.c.row_id == s.records.c.row_id),
    isouter=True,  # what is about the sample as a whole has no row
)
_ORDER = (s.run_shards.c.position, s.records.c.position)


class ResultQueries(Base):
    """Records."""

    # -- records ---------------------------------------------------------------------------------------------------

    def records(
        self,
        run_id: str,
        where: RecordFilter | None = None,
        *,
        order_by: str = "",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> pd.DataFrame:
        """A page of a run's records as a DataFrame; filtered, sorted and cut by the database.

        Args:
            run_id: the full id.
            where: which records.
            order_by: one of the columns below; empty: the order of the run (probe by probe, row by row).
            descending: the other way round.
            limit, offset: the page wanted.

        Returns:
            probe, position (of the row in the run), row_id, text (original), label (true, or None), kind (prediction,
            attribution, attack, perturbation), status (ok, error, not_converged, or the attack's), predicted (on the
            original text), confidence (its probability), correct (0/1/None), flipped_to (label after a successful
            attack or of the first flip), flips, queries, words_changed, similarity, valid (0/1/None), truncated (0/1),
            seconds, error. `record` gives everything of one of them.

        Raises:
            UnknownName: `order_by` is no such column.
        """
        if order_by and order_by not in RECORD_COLUMNS:
            raise UnknownName("column", order_by, RECORD_COLUMNS)
        columns = [_column(name) for name in RECORD_COLUMNS]
        order = _order(order_by, descending)
        # first the keys of the page, by columns that an index covers; texts and the rest only for these few
        found = sa.select(s.run_shards.c.position.label("shard"), s.records.c.position.label("place"))
        found = found.select_from(_FOUND).where(*self._record_conditions(run_id, where)).order_by(*order)
        keys = found.limit(limit).offset(offset).subquery()
        joined = _WITH_TEXT.join(
            keys, sa.and_(keys.c.shard == s.run_shards.c.position, keys.c.place == s.records.c.position)
        )
        query = sa.select(*columns).select_from(joined).where(s.run_shards.c.run_id == run_id).order_by(*order)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return pd.DataFrame(rows, columns=list(RECORD_COLUMNS))

    def count_records(self, run_id: str, where: RecordFilter | None = None) -> int:
        """How many records the filter finds."""
        query = sa.select(sa.func.count()).select_from(_FOUND).where(*self._record_conditions(run_id, where))
        with self.database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def record(self, run_id: str, probe: str, row_id: str) -> Record:
        """One record in full.

        Raises:
            UnknownName: this run has no such record.
        """
        query = (
            sa.select(s.records.c.kind, s.records.c.payload)
            .select_from(_FOUND)
            .where(s.run_shards.c.run_id == run_id, s.run_shards.c.probe == probe, s.records.c.row_id == row_id)
        )
        with self.database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownName(f"record of probe '{probe}'", row_id, ())
        return record_of(row.kind, row.payload, probe)

    def row_records(self, run_id: str, row_id: str) -> dict[str, Record]:
        """Everything a run knows of one row: probe -> record."""
        query = (
            sa.select(s.run_shards.c.probe, s.records.c.kind, s.records.c.payload)
            .select_from(_FOUND)
            .where(s.run_shards.c.run_id == run_id, s.records.c.row_id == row_id)
            .order_by(*_ORDER)
        )
        with self.database.read() as connection:
            return {r.probe: record_of(r.kind, r.payload, r.probe) for r in connection.execute(query)}

    def iter_payloads(
        self, run_id: str, probe: str | None = None, *, where: RecordFilter | None = None, batch: int = 1000
    ) -> Iterator[tuple[str, str, str, str]]:
        """Yield (probe, kind, digest, payload JSON text) in the order of the run, shard by shard: memory stays flat."""
        chosen = RecordFilter(probe=probe) if where is None else where
        positions = (
            sa.select(s.run_shards.c.position).where(s.run_shards.c.run_id == run_id).order_by(s.run_shards.c.position)
        )
        if chosen.probe is not None:
            positions = positions.where(s.run_shards.c.probe == chosen.probe)
        with self.database.read() as connection:
            order = list(connection.execute(positions).scalars())
        step = max(1, batch // 64)
        for start in range(0, len(order), step):
            query = (
                sa.select(s.run_shards.c.probe, s.records.c.kind, s.records.c.digest, s.records.c.payload)
                .select_from(_FOUND)
                .where(s.run_shards.c.position.in_(order[start : start + step]))
                .where(*self._record_conditions(run_id, chosen))
                .order_by(*_ORDER)
            )
            with self.database.read() as connection:
                found = connection.execute(query).all()
            yield from ((r[0], r[1], r[2], r[3]) for r in found)

    def iter_records(
        self, run_id: str, probe: str | None = None, *, where: RecordFilter | None = None, batch: int = 1000
    ) -> Iterator[tuple[str, Record]]:
        """Yield (probe, record) in the order of the run, reading about `batch` records at a time."""
        for key, kind, _, payload in self.iter_payloads(run_id, probe, where=where, batch=batch):
            yield key, record_of(kind, payload, key)

    def digests(self, run_id: str) -> Iterator[tuple[str, str, str]]:
        """Yield (probe, row_id, digest) of every record in the order of the run; `failed` stands for a failed shard."""
        for shard in self.shards(run_id):  # type: ignore[attr-defined]
            if shard.status != "done":
                examples = self.examples(run_id, shard.rows)  # type: ignore[attr-defined]
                yield from ((shard.probe, example.row_id, shard.status) for example in examples)
                continue
            query = sa.select(s.records.c.row_id, s.records.c.digest).where(s.records.c.shard_key == shard.key)
            with self.database.read() as connection:
                found = connection.execute(query.order_by(s.records.c.position)).all()
            yield from ((shard.probe, r[0], r[1]) for r in found)

    def value_counts(
        self, run_id: str, probe: str, column: Literal["status", "predicted", "label", "flipped_to", "error"]
    ) -> dict[str, int]:
        """How often each value of a column occurs among a probe's records, the most frequent first."""
        chosen = _column(column)
        query = (
            sa.select(chosen, sa.func.count())
            .select_from(_FOUND)
            .where(s.run_shards.c.run_id == run_id, s.run_shards.c.probe == probe, chosen.is_not(None))
            .group_by(chosen)
            .order_by(sa.func.count().desc(), chosen)
        )
        with self.database.read() as connection:
            return {str(r[0]): int(r[1]) for r in connection.execute(query)}

    def row_facts(self, run_id: str, probe: str) -> pd.DataFrame:
        """What every row with a record of a probe is filtered by, in the order of the run; no texts.

        Returns:
            row_id, line, groups (JSON text), length (characters of text and pair), label, predicted, confidence, correct,
            shard (its place in the run).
        """
        length = sa.func.length(s.run_rows.c.text) + sa.func.coalesce(sa.func.length(s.run_rows.c.pair), 0)
        columns = [s.run_rows.c.row_id, s.run_rows.c.line, s.run_rows.c.groups, length.label("length")]
        rows = sa.select(*columns).where(s.run_rows.c.run_id == run_id).order_by(s.run_rows.c.position)
        names = ("row_id", "label", "predicted", "confidence", "correct")
        mine = s.run_shards.c.run_id == run_id, s.run_shards.c.probe == probe
        shard = s.run_shards.c.position.label("shard")
        records = sa.select(*(s.records.c[name] for name in names), shard).select_from(_FOUND).where(*mine)
        with self.database.read() as connection:  # two sweeps: a database joins so many rows by looking each of them up
            known = pd.DataFrame(connection.execute(rows).all(), columns=[column.name for column in columns])
            found = pd.DataFrame(connection.execute(records).all(), columns=[*names, "shard"])
        return known.merge(found, on="row_id", how="inner", sort=False)

    def found_rows(self, run_id: str, where: RecordFilter) -> list[str]:
        """The ids of the rows whose record the filter finds, in the order of the run."""
        query = sa.select(s.records.c.row_id).select_from(_FOUND).where(*self._record_conditions(run_id, where))
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(*_ORDER)).scalars())

    def rows_holding(self, run_id: str, part: str) -> list[str]:
        """The ids of the audited rows whose text holds a part, upper and lower case alike, in the order of the run."""
        query = sa.select(s.run_rows.c.row_id).where(
            s.run_rows.c.run_id == run_id, self._contains(s.run_rows.c.text, part)
        )
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(s.run_rows.c.position)).scalars())

    # -- helpers ---------------------------------------------------------------------------------------------------

    def _record_conditions(self, run_id: str, where: RecordFilter | None) -> list[Any]:
        r, where = s.records.c, where or RecordFilter()
        conditions: list[Any] = [s.run_shards.c.run_id == run_id]
        same = {
            s.run_shards.c.probe: where.probe, r.kind: where.kind, r.status: where.status, r.label: where.label,
            r.predicted: where.predicted, r.correct: where.correct, r.truncated: where.truncated,
        }  # fmt: skip
        for column, value in same.items():
            if isinstance(value, tuple):
                conditions.append(column.in_(value))
            elif value is not None:
                conditions.append(column == (int(value) if isinstance(value, bool) else value))
        if where.row_ids is not None:
            conditions.append(self._among(r.row_id, where.row_ids))
        if where.shards is not None:
            conditions.append(s.run_shards.c.position.in_(where.shards))
        if where.flipped is not None:
            flipped = sa.or_(r.status == "success", sa.func.coalesce(r.flips, 0) > 0)
            conditions.append(flipped if where.flipped else sa.not_(flipped))
        if where.search:
            rows = sa.select(s.run_rows.c.row_id).where(s.run_rows.c.run_id == run_id)
            conditions.append(r.row_id.in_(rows.where(self._contains(s.run_rows.c.text, where.search))))
        if where.min_words_changed is not None:
            conditions.append(r.words_changed >= where.min_words_changed)
        if where.max_words_changed is not None:
            conditions.append(r.words_changed <= where.max_words_changed)
        return conditions


def _column(name: str) -> Any:
    if name == "probe":
        return s.run_shards.c.probe
    if name in {"position", "text"}:
        return s.run_rows.c[name]
    return s.records.c[name]


def _order(order_by: str, descending: bool) -> list[Any]:
    if not order_by or order_by == "position":
        return [c.desc() if descending else c for c in _ORDER]
    column = _column(order_by)
    if order_by == "text":
        mine = s.run_rows.c.run_id == s.run_shards.c.run_id, s.run_rows.c.row_id == s.records.c.row_id
        column = sa.select(s.run_rows.c.text).where(*mine).correlate(s.run_shards, s.records).scalar_subquery()
    return [(column.desc() if descending else column.asc()).nulls_last(), *_ORDER]
