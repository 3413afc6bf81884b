"""Runs: what was asked for, on what, and what people made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from audit.language.translating import tr_later
from audit.strict_json import part
from models.task import Task, task_of

RunStatus = Literal["queued", "preparing", "running", "scoring", "paused", "cancelled", "finished", "failed"]
Wanted = Literal["run", "pause", "cancel"]
ACTIVE: tuple[str, ...] = ("queued", "preparing", "running", "scoring")
"""States in which a worker has something to do."""
ENDED: tuple[str, ...] = ("cancelled", "finished", "failed")
"""States that only `resume` or `retry` leave."""
OWN = ("tags", "starred", "archived", "baseline", "policy_chosen", "deleted_at")
"""Fields of a run that people of this installation set, and that no bundle's run.json has."""


@dataclass(frozen=True, slots=True)
class Run:
    """One audit: what was asked for, on what, and how far it got. Times are UTC ISO-8601.

    Attributes:
        wanted: what the user last asked for; a worker brings `status` after it.
        spec: the AuditSpec as JSON data (`audit.spec.AuditSpec.from_json` reads it).
        identity: engine, device, dtype, threads and fingerprint the shards were planned for, and what its answers are by
            (head, thresholds); None before that.
        upload: sha256 of the stored original of the table.
        rows_sampled: distinct rows audited; rows_total counts the table's.
        result_hash: sha256 over every record; None until the run has finished.
        reproducible: False when a row met the safety time limit or a shard failed for good.
        verdict: the worst of its findings, or None without findings.
        estimate: seconds and queries per probe from the calibration (see `audit.run.estimate`).
        imported: came from a bundle; it cannot be resumed here unless its model and table are at hand.
        signature: of an imported run, what the signature of its bundle was worth when it was taken in: {"signed",
            "key_id", "trusted", "comment"}.
        tags, starred, archived: what people made of it, see `audit.store.owning`.
        baseline: the run that others of its model are held against.
        policy_chosen: somebody here chose its policy after its end, in place of the one it came with.
        deleted_at: since when it is deleted and can still be had back; None for every run that is not.
    """

    id: str
    name: str
    suite: str
    status: RunStatus
    wanted: Wanted
    attempt: int
    priority: int
    fresh: bool
    created_at: str
    started_at: str | None
    finished_at: str | None
    who: str
    spec: Mapping[str, Any]
    spec_hash: str
    policy: Mapping[str, Any] | None
    model: str
    model_fingerprint: str | None
    model_card: Mapping[str, Any] | None
    identity: Mapping[str, Any] | None
    labels: tuple[str, ...]
    table_name: str
    table_fingerprint: str | None
    upload: str | None
    rows_total: int | None
    rows_sampled: int | None
    result_hash: str | None
    reproducible: bool
    verdict: str | None
    estimate: Mapping[str, Any] | None
    provenance: Mapping[str, Any] | None
    error: str | None
    note: str
    imported: bool
    signature: Mapping[str, Any] | None = None
    tags: tuple[str, ...] = ()
    starred: bool = False
    archived: bool = False
    baseline: bool = False
    policy_chosen: bool = False
    deleted_at: str | None = None

    @property
    def level(self) -> float:
        """The confidence level of every interval that is shown of it."""
        return float(self.spec.get("level", 0.95))

    @property
    def seed(self) -> int:
        """The seed everything random in it starts from."""
        return int(self.spec.get("seed", 0))

    @property
    def task(self) -> Task:
        """What the answers of its model are."""
        identity = self.identity or {}
        return task_of(identity.get("head"), self.labels, identity.get("thresholds") or ())

    @property
    def active(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.status in ACTIVE

    @property
    def table_warnings(self) -> tuple[str, ...]:
        """What was said when its table was read: guesses, rows put together; empty before it was."""
        said = part(self.provenance, "table").get("warnings")
        return tuple(map(str, said)) if isinstance(said, list | tuple) else ()

    @property
    def foreign_policy(self) -> bool:
        """Whether its policy came with it from elsewhere, and nobody here chose it."""
        return self.imported and not self.policy_chosen

    @property
    def origin(self) -> str:
        """Where an imported run came from, as far as its bundle's signature tells; empty for a run made here."""
        if not self.imported:
            return ""
        if not self.signature:
            return tr_later("imported before signatures were kept")
        if not self.signature.get("signed"):
            return tr_later("imported, not signed by anybody")
        known = tr_later("a key known here") if self.signature.get("trusted") else tr_later("a key NOT known here")
        return tr_later(f"imported, signed by {self.signature.get('key_id')}, {known}")


@dataclass(frozen=True, slots=True)
class NewRun:
    """What `Store.add_run` needs."""

    id: str
    name: str
    suite: str
    spec: Mapping[str, Any]
    spec_hash: str
    model: str
    table_name: str
    upload: str | None
    who: str
    priority: int
    fresh: bool = False
    policy: Mapping[str, Any] | None = None
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunProbe:
    """One probe of a run. `probe` is its name within the run; `status` is planned or skipped (then see `reason`)."""

    probe: str
    kind: str
    name: str
    version: int
    params: Mapping[str, Any]
    status: Literal["planned", "skipped"]
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class DeletedRun:
    """A run that is deleted and can still be had back."""

    id: str
    name: str
    deleted_at: str
