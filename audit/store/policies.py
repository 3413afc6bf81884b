"""Queries about policies that are kept by name, with every version they had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import Base, dump, load, now
from audit.stored import StoredPolicy


class PolicyQueries(Base):
    """Policies of this installation; those that come with Assay are files."""

    def policies(self) -> tuple[StoredPolicy, ...]:
        """The newest version of each policy, by name."""
        p = s.policies.c
        newest = sa.select(p.name, sa.func.max(p.version).label("version")).group_by(p.name).subquery()
        mine = sa.and_(p.name == newest.c.name, p.version == newest.c.version)
        with self.database.read() as connection:
            rows = connection.execute(sa.select(s.policies).join(newest, mine).order_by(p.name)).mappings().all()
        return tuple(map(_policy, rows))

    def policy_versions(self, name: str) -> tuple[StoredPolicy, ...]:
        """Every version of a policy, the newest first; none where there is no such policy."""
        query = sa.select(s.policies).where(s.policies.c.name == name).order_by(s.policies.c.version.desc())
        with self.database.read() as connection:
            return tuple(map(_policy, connection.execute(query).mappings().all()))

    def save_policy(self, name: str, policy: Mapping[str, Any], digest: str, *, who: str) -> StoredPolicy:
        """Keep a policy as the newest version of its name; what is the newest already stays as it is."""
        with self.database.write() as connection:
            query = sa.select(s.policies).where(s.policies.c.name == name).order_by(s.policies.c.version.desc())
            newest = connection.execute(query.limit(1)).mappings().first()
            if newest is None or newest["digest"] != digest:
                values = {"policy": dump(policy), "digest": digest, "who": who, "saved_at": now()}
                version = 1 if newest is None else newest["version"] + 1
                connection.execute(sa.insert(s.policies).values(name=name, version=version, **values))
            self._note(connection, "policy", name)
        return self.policy_versions(name)[0]

    def delete_policy(self, name: str) -> bool:
        """Forget a policy with its versions; runs keep the one they were judged by. Whether there was one."""
        with self.database.write() as connection:
            gone = connection.execute(sa.delete(s.policies).where(s.policies.c.name == name)).rowcount > 0
            if gone:
                self._note(connection, "policy", name)
        return gone


def _policy(row: Any) -> StoredPolicy:
    return StoredPolicy(**{**row, "policy": load(row["policy"])})
