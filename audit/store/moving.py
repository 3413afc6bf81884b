"""Queries that move a whole run out of the store and into it, as plain JSON data, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from audit.old_forms import read_columns, read_finding, read_score
from audit.records import from_dict
from audit.scored import Finding, Score
from audit.store import schema as s
from audit.store.base import CHUNK, Base, dump, load

ELSEWHERE = {
    "wanted": "run",
    "attempt": 1,
    "started_attempt": 1,
    "priority": 10,
    "fresh": 0,
    "upload": None,
    "imported": 1,
}
"""What the columns of a run that only mean something on its own machine become after an import."""
AS_JSON = ("spec", "policy", "model_card", "identity", "labels", "estimate", "provenance", "signature")


class MoveQueries(Base):
    """Whole runs as data."""

    def stored_rows(self, run_id: str) -> Iterator[dict[str, Any]]:
        """The audited rows: position, row_id, content_id, weight, text, pair, label, groups, rationale, line."""
        names = [c.name for c in s.run_rows.c if c.name != "run_id"]
        base = sa.select(*(s.run_rows.c[n] for n in names)).where(s.run_rows.c.run_id == run_id)
        for row in self._pages(base, s.run_rows.c.position):
            row["groups"] = load(row["groups"])
            row["rationale"] = load(row["rationale"]) if row["rationale"] else None
            yield row

    def stored_shards(self, run_id: str) -> Iterator[dict[str, Any]]:
        """The shards: position, probe, shard_id, rows (positions), reused, status, errors, digest, seconds, error ..."""
        kept = ("shard_id", "status", "errors", "digest", "seconds", "worker", "finished_at", "error")
        joined = s.run_shards.join(s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        mine = (s.run_shards.c.position, s.run_shards.c.probe, s.run_shards.c.rows, s.run_shards.c.reused)
        base = sa.select(*mine, *(s.shards.c[n] for n in kept)).select_from(joined)
        for row in self._pages(base.where(s.run_shards.c.run_id == run_id), s.run_shards.c.position):
            row["rows"] = load(row["rows"])
            yield row

    def stored_records(self, run_id: str) -> Iterator[dict[str, Any]]:
        """Every record in the order of the run: probe, shard (position), and the columns of `schema.records`."""
        columns = [c for c in s.records.c if c.name != "shard_key"]
        query = sa.select(s.run_shards.c.position.label("shard"), s.run_shards.c.probe, *columns)
        query = query.select_from(s.run_shards.join(s.records, s.records.c.shard_key == s.run_shards.c.shard_key))
        with self.database.read() as connection:
            shards = sa.select(s.run_shards.c.position).where(s.run_shards.c.run_id == run_id)
            order = list(connection.execute(shards.order_by(s.run_shards.c.position)).scalars())
        for start in range(0, len(order), 16):
            part = s.run_shards.c.run_id == run_id, s.run_shards.c.position.in_(order[start : start + 16])
            with self.database.read() as connection:
                found = connection.execute(query.where(*part).order_by(s.run_shards.c.position, s.records.c.position))
                rows = [dict(row) for row in found.mappings()]
            yield from rows

    def import_run(
        self,
        run: Mapping[str, Any],
        *,
        probes: Sequence[Mapping[str, Any]],
        rows: Iterable[Mapping[str, Any]],
        shards: Iterable[Mapping[str, Any]],
        records: Iterable[Mapping[str, Any]],
        scores: Sequence[Mapping[str, Any]],
        findings: Sequence[Mapping[str, Any]],
        reviews: Sequence[Mapping[str, Any]],
        replicates: bytes | None,
        own: Mapping[str, Any],
    ) -> None:
        """Take in a whole run from data as the other methods give it; all or nothing. `own`: its tags and notes, if any.

        Its shards get keys of their own: work of another machine is shown, never reused.
        """
        run_id = run["id"]
        values = {k: dump(v) if k in AS_JSON and v is not None else v for k, v in run.items() if k not in ELSEWHERE}
        values |= {"reproducible": int(run["reproducible"]), "tags": dump(own.get("tags", []))}
        with self.database.write() as connection:
            connection.execute(sa.insert(s.runs).values(**values, **ELSEWHERE))
            numbered = [
                {**p, "params": dump(p["params"]), "position": i, "run_id": run_id} for i, p in enumerate(probes)
            ]
            _insert(connection, s.run_probes, numbered)
            _insert(connection, s.run_rows, (_row(run_id, row) for row in rows))
            for shard in shards:
                key = f"{shard['shard_id']}~{run_id}~{shard['position']}"
                kept = {k: v for k, v in shard.items() if k in s.shards.c}
                size = len(shard["rows"])
                done = size if shard["status"] == "done" else 0
                connection.execute(
                    sa.insert(s.shards).values(**kept | {"key": key, "starts": 0, "rows": size, "rows_done": done})
                )
                link = {k: shard[k] for k in ("position", "probe", "reused")} | {"rows": dump(shard["rows"])}
                connection.execute(sa.insert(s.run_shards).values(run_id=run_id, shard_key=key, **link))
            found = sa.select(s.run_shards.c.position, s.run_shards.c.shard_key).where(s.run_shards.c.run_id == run_id)
            keys = {row.position: row.shard_key for row in connection.execute(found)}
            _insert(connection, s.records, (_record(keys, record) for record in records))
            _insert(connection, s.reviews, ({**review, "run_id": run_id} for review in reviews))
            _insert(connection, s.notes, ({**note, "run_id": run_id} for note in own.get("notes", ())))
            self._note(connection, "run", run_id, run_id)
        names = run["labels"] or (), (run["spec"].get("table") or {}).get("groups") or ()
        kept_findings = [from_dict(Finding, read_finding(f, *names)) for f in findings]
        self.save_scores(run_id, [from_dict(Score, read_score(x, *names)) for x in scores], replicates)  # type: ignore[attr-defined]
        self.save_findings(run_id, kept_findings, run.get("verdict"))  # type: ignore[attr-defined]

    def _pages(self, query: sa.Select[Any], position: sa.Column[int]) -> Iterator[dict[str, Any]]:
        """Rows in order of `position`, read a few thousand at a time."""
        last = -1
        while True:
            page = query.where(position > last).order_by(position).limit(CHUNK * 4)
            with self.database.read() as connection:
                rows = [dict(row) for row in connection.execute(page).mappings()]
            yield from rows
            if len(rows) < CHUNK * 4:
                return
            last = rows[-1]["position"]


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            connection.execute(sa.insert(table), part)
            part = []
    if part:
        connection.execute(sa.insert(table), part)


def _row(run_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    rationale = row["rationale"]
    packed = {"groups": dump(row["groups"]), "rationale": None if rationale is None else dump(rationale)}
    return {**row, **packed, "run_id": run_id}


def _record(keys: Mapping[int, str], record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in read_columns(record).items() if k in s.records.c}
    return kept | {"shard_key": keys[record["shard"]]}
