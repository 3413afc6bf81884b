"""How far a run is, in all, by probe and by shard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.stored.runs import RunStatus, Wanted


@dataclass(frozen=True, slots=True)
class ProbeProgress:
    """How far one probe is. `rate` is rows a second of computing; `eta` seconds to go on the workers alive now."""

    probe: str
    status: Literal["waiting", "running", "done", "skipped"]
    reason: str
    shards: int
    shards_done: int
    shards_failed: int
    shards_reused: int
    rows: int
    rows_done: int
    errors: int
    rate: float | None
    eta: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in sums and per probe. `eta` is None while nothing is known about the speed.

    `waiting` says since when and why no worker can go on: a full disk, a locked database.
    """

    run_id: str
    status: RunStatus
    wanted: Wanted
    probes: tuple[ProbeProgress, ...]
    shards: int
    shards_done: int
    shards_failed: int
    shards_reused: int
    rows: int
    rows_done: int
    errors: int
    eta: float | None
    elapsed: float | None
    workers: int
    error: str | None
    waiting: str | None = None

    @property
    def share(self) -> float:
        """Rows done of all rows to do, 0-1."""
        return self.rows_done / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard of a run: its place, its probe, the positions of its rows, and what became of it."""

    position: int
    probe: str
    key: str
    shard_id: str
    rows: tuple[int, ...]
    status: Literal["pending", "done", "failed"]
    reused: bool
    errors: int
    error: str | None
