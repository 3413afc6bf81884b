"""The processes that work on runs, and why one waits."""

from __future__ import annotations

from dataclasses import dataclass

from audit.language.translating import tr_later


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when a worker waits (UTC ISO-8601), and why."""

    since: str
    why: str

    def __str__(self) -> str:
        """`waiting since 2026-01-01 12:00:00 UTC: ...`."""
        return tr_later(f"waiting since {self.since[:19].replace('T', ' ')} UTC: {self.why}")


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process. `alive` is judged from its lock or heartbeat; `activity` says what it is doing.

    `ended`: it ended in peace, and when it last gave a sign is no longer known.
    `waiting` says why it cannot go on, while it cannot: a full disk, a locked database.
    """

    id: str
    host: str
    pid: int
    started_at: str
    heartbeat_at: str
    activity: str
    alive: bool
    waiting: Waiting | None = None
    ended: bool = False
