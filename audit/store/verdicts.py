"""Queries about what is computed from records: scores, findings, bootstrap replicates, reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from audit.errors import InputError
from audit.old_forms import read_finding, read_score
from audit.records import from_dict, to_dict
from audit.scored import Finding, Score
from audit.store import schema as s
from audit.store.base import Base, dump, load, now
from audit.stored import OF_ATTACKS, OF_LABELS, Review

REVIEW_VERDICTS = (*OF_ATTACKS, *OF_LABELS)
MEASURES = "measures"
TABLE = "table:"


class VerdictQueries(Base):
    """Scores, findings, replicates and reviews of a run."""

    def scores(self, run_id: str) -> tuple[Score, ...]:
        """The scores of a run in the order they were computed; empty before it finished."""
        return tuple(from_dict(Score, read_score(load(p))) for p in self._payloads(s.scores, run_id))

    def findings(self, run_id: str) -> tuple[Finding, ...]:
        """The findings of a run, the most severe first; empty before it finished."""
        return tuple(from_dict(Finding, read_finding(load(p))) for p in self._payloads(s.findings, run_id))

    def save_scores(self, run_id: str, scores: Sequence[Score], replicates: bytes | None = None) -> None:
        """Replace a run's scores, and unless None the replicates they came from (`audit.score.Measures.to_bytes`)."""
        rows = [
            {"run_id": run_id, "position": i, "key": score.key, "payload": dump(to_dict(score))}
            for i, score in enumerate(scores)
        ]
        with self.database.write() as connection:
            connection.execute(sa.delete(s.scores).where(s.scores.c.run_id == run_id))
            if rows:
                connection.execute(sa.insert(s.scores), rows)
            if replicates is not None:
                _keep(connection, run_id, {MEASURES: replicates})

    def save_findings(self, run_id: str, findings: Sequence[Finding], verdict: str | None) -> None:
        """Replace a run's findings and its overall verdict."""
        with self.database.write() as connection:
            _judge(connection, run_id, findings, verdict)

    def set_policy(
        self, run_id: str, policy: Mapping[str, Any], findings: Sequence[Finding], verdict: str | None
    ) -> None:
        """Give a run another policy that somebody here chose, with what it says of the run."""
        with self.database.write() as connection:
            _judge(connection, run_id, findings, verdict)
            values = {"policy": dump(policy), "policy_chosen": 1}
            connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(**values))
            self._note(connection, "run", run_id, run_id)

    def replicates(self, run_id: str) -> bytes | None:
        """What `audit.score.Measures.from_bytes` reads: every score at any level without a record; None before."""
        return self._kept(run_id, MEASURES)

    def unmeasured(self) -> tuple[str, ...]:
        """Ids of finished runs that have records but no measures of them."""
        measured = sa.select(s.replicates.c.run_id).where(s.replicates.c.key == MEASURES)
        shard = sa.join(s.run_shards, s.shards, s.shards.c.key == s.run_shards.c.shard_key)
        recorded = sa.select(s.run_shards.c.run_id).select_from(shard).where(s.shards.c.status == "done")
        query = sa.select(s.runs.c.id).where(
            s.runs.c.status == "finished",
            s.runs.c.id.not_in(measured),
            s.runs.c.id.in_(recorded),
            s.runs.c.deleted_at.is_(None),
        )
        with self.database.read() as connection:
            return tuple(connection.execute(query.order_by(s.runs.c.id)).scalars())

    def untabled(self, form: bytes) -> tuple[str, ...]:
        """Ids of finished runs that have measures, and no tables of charts in this form (`audit.results.tables.FORM`)."""
        kept = s.replicates
        tabled = sa.select(kept.c.run_id).where(kept.c.key == f"{TABLE}form", kept.c.data == form)
        measured = sa.select(kept.c.run_id).where(kept.c.key == MEASURES)
        query = sa.select(s.runs.c.id).where(
            s.runs.c.status == "finished",
            s.runs.c.id.in_(measured),
            s.runs.c.id.not_in(tabled),
            s.runs.c.deleted_at.is_(None),
        )
        with self.database.read() as connection:
            return tuple(connection.execute(query.order_by(s.runs.c.id)).scalars())

    def save_tables(self, run_id: str, tables: Mapping[str, bytes]) -> None:
        """Keep small tables of a run by name, instead of all it kept before (`audit.results.tables`)."""
        kept = s.replicates
        with self.database.write() as connection:
            connection.execute(sa.delete(kept).where(kept.c.run_id == run_id, kept.c.key.startswith(TABLE)))
            _keep(connection, run_id, {f"{TABLE}{name}": data for name, data in tables.items()})

    def table(self, run_id: str, name: str) -> bytes | None:
        """What `save_tables` kept under a name; None for runs that kept none."""
        return self._kept(run_id, f"{TABLE}{name}")

    def _kept(self, run_id: str, key: str) -> bytes | None:
        query = sa.select(s.replicates.c.data).where(s.replicates.c.run_id == run_id, s.replicates.c.key == key)
        with self.database.read() as connection:
            data = connection.execute(query).scalar()
        return None if data is None else bytes(data)

    # -- reviews ---------------------------------------------------------------------------------------------------

    def reviews(self, run_id: str, probe: str | None = None) -> tuple[Review, ...]:
        """What people judged of a run's adversarial examples and labels, each one of each judge, by probe, row and judge."""
        ordered = s.reviews.c.probe, s.reviews.c.row_id, s.reviews.c.who
        query = sa.select(s.reviews).where(s.reviews.c.run_id == run_id).order_by(*ordered)
        if probe is not None:
            query = query.where(s.reviews.c.probe == probe)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Review(**{name: r[name] for name in Review.__slots__}) for r in rows)

    def save_review(
        self, run_id: str, probe: str, row_id: str, verdict: str, *, who: str, note: str = "", label: str = ""
    ) -> None:
        """Record or replace somebody's judgement, see `audit.stored.Review`; that of others stays.

        Raises:
            InputError: another verdict.
        """
        if verdict not in REVIEW_VERDICTS:
            raise InputError(f"A review says one of {', '.join(REVIEW_VERDICTS)}, not '{verdict}'.")
        mine = _of_judge(run_id, probe, row_id, who)
        values = {"run_id": run_id, "probe": probe, "row_id": row_id, "verdict": verdict, "who": who, "note": note}
        values["label"] = label
        with self.database.write() as connection:
            connection.execute(sa.delete(s.reviews).where(*mine))
            connection.execute(sa.insert(s.reviews).values(**values, reviewed_at=now()))
            self._note(connection, "review", f"{probe}/{row_id}", run_id)

    def delete_review(self, run_id: str, probe: str, row_id: str, *, who: str) -> bool:
        """Take somebody's judgement back; whether they had made one."""
        with self.database.write() as connection:
            gone = connection.execute(sa.delete(s.reviews).where(*_of_judge(run_id, probe, row_id, who))).rowcount > 0
            self._note(connection, "review", f"{probe}/{row_id}", run_id)
        return gone

    def review_queue(self, run_id: str, probe: str, *, who: str = "", limit: int = 20, offset: int = 0) -> pd.DataFrame:
        """Successful attacks with somebody's judgement, in a random order that is the same for everyone.

        Args:
            run_id, probe: the attack.
            who: the judge; what others judged is not told, so that nobody follows them.
            limit, offset: which of them.

        Returns:
            row_id, text, flipped_to, words_changed, similarity, valid, verdict (None: not judged), who, reviewed_at.
        """
        names = [
            "row_id",
            "text",
            "flipped_to",
            "words_changed",
            "similarity",
            "valid",
            "verdict",
            "who",
            "reviewed_at",
        ]
        joined = (
            s.run_shards.join(s.records, s.records.c.shard_key == s.run_shards.c.shard_key)
            .join(
                s.run_rows,
                sa.and_(s.run_rows.c.run_id == s.run_shards.c.run_id, s.run_rows.c.row_id == s.records.c.row_id),
            )
            .outerjoin(
                s.reviews,
                sa.and_(
                    s.reviews.c.run_id == s.run_shards.c.run_id,
                    s.reviews.c.probe == s.run_shards.c.probe,
                    s.reviews.c.row_id == s.records.c.row_id,
                    s.reviews.c.who == who,
                ),
            )
        )
        r, v = s.records.c, s.reviews.c
        query = (
            sa.select(
                r.row_id, s.run_rows.c.text, r.flipped_to, r.words_changed, r.similarity, r.valid, v.verdict, v.who,
                v.reviewed_at,
            )
            .select_from(joined)
            .where(s.run_shards.c.run_id == run_id, s.run_shards.c.probe == probe, r.status == "success")
            .order_by(r.digest)  # a hash: as good as a shuffle, and everybody judges the same sample first
            .limit(limit)
            .offset(offset)
        )  # fmt: skip
        with self.database.read() as connection:
            return pd.DataFrame(connection.execute(query).all(), columns=names)

    def _payloads(self, table: sa.Table, run_id: str) -> list[str]:
        query = sa.select(table.c.payload).where(table.c.run_id == run_id).order_by(table.c.position)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())


def _of_judge(run_id: str, probe: str, row_id: str, who: str) -> tuple[sa.ColumnElement[bool], ...]:
    r = s.reviews.c
    return r.run_id == run_id, r.probe == probe, r.row_id == row_id, r.who == who


def _keep(connection: sa.Connection, run_id: str, found: Mapping[str, bytes]) -> None:
    kept = s.replicates
    connection.execute(sa.delete(kept).where(kept.c.run_id == run_id, kept.c.key.in_(list(found))))
    if found:
        connection.execute(sa.insert(kept), [{"run_id": run_id, "key": k, "data": v} for k, v in found.items()])


def _judge(connection: sa.Connection, run_id: str, findings: Sequence[Finding], verdict: str | None) -> None:
    rows = [
        {
            "run_id": run_id, "position": i, "finding_id": f.id, "verdict": f.verdict, "severity": f.severity,
            "payload": dump(to_dict(f)),
        }
        for i, f in enumerate(findings)
    ]  # fmt: skip
    connection.execute(sa.delete(s.findings).where(s.findings.c.run_id == run_id))
    if rows:
        connection.execute(sa.insert(s.findings), rows)
    connection.execute(sa.update(s.runs).where(s.runs.c.id == run_id).values(verdict=verdict))
