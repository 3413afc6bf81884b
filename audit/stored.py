"""What the store gives back: frozen views of stored rows, and the names of states. Whoever reads results needs no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Upload:
    """An original file, kept once by hash, under the name it has on pages.

    `options` are the column choices, `summary` the profile shown on pages, `also` other names that its runs know it by.
    """

    sha256: str
    name: str
    suffix: str
    bytes: int
    created_at: str
    options: Mapping[str, Any]
    summary: Mapping[str, Any]
    runs: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that a job made, to be kept with it: what people call it, and its content or where that lies."""

    name: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a worker besides runs: `report` (of a run), `estimate` (of a spec) or `predictions` (of a table)."""

    id: str
    kind: Literal["report", "estimate", "predictions"]
    run_id: str | None
    args: Mapping[str, Any]
    status: Literal["queued", "running", "done", "failed"]
    created_at: str
    finished_at: str | None
    result: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """One person's judgement of an adversarial example: does the perturbed text still mean the same?"""

    probe: str
    row_id: str
    verdict: Literal["same", "different", "unsure"]
    who: str
    note: str
    reviewed_at: str


About = Literal["run", "row", "finding"]
"""What notes are about."""
OWN = ("tags", "starred", "archived", "baseline", "policy_chosen", "deleted_at")
"""Fields of a run that people of this installation set, and that no bundle's run.json has."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote about a run (`subject` is empty), one of its rows (by row id) or findings (by the finding's id)."""

    about: About
    subject: str
    note: str
    who: str
    written_at: str


@dataclass(frozen=True, slots=True)
class DeletedRun:
    """A run that is deleted and can still be had back."""

    id: str
    name: str
    deleted_at: str


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A policy that is kept by name. Each change is another version; its `digest` is that of the content."""

    name: str
    version: int
    digest: str
    policy: Mapping[str, Any]
    who: str
    saved_at: str


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A behavioural suite that is kept by name. Each change is another version.

    `digest` is that of what it says, `sha256` that of its file, as it was written; `facts` what lists of suites show: `language`,
    `labels`, and how many `tests` and `cases`.
    """

    name: str
    version: int
    digest: str
    sha256: str
    facts: Mapping[str, Any]
    who: str
    saved_at: str


PictureKind = Literal["png", "jpg"]


@dataclass(frozen=True, slots=True)
class KeptBrand:
    """Whose reports are, as an administrator set it: `logo` is the sha256 of a kept file, None for none, `kind` its format."""

    organisation: str = ""
    logo: str | None = None
    kind: PictureKind = "png"


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


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records of a run to return; None means any. All conditions hold together.

    Attributes:
        probe: name of the probe within the run.
        kind: prediction, attribution, attack or perturbation.
        status: ok, error, not_converged; for attacks success, failed, skipped, out_of_budget, error.
        row_ids: only these rows; shards: only the shards at these places of the run, which spares looking through the others.
        label: the true label; predicted: the model's answer on the original text; of an explanation, the label explained. One
            of several, where several are given.
        correct: whether the model was right on the original text.
        flipped: attacks that succeeded, perturbations with at least one flip.
        truncated: whether the model saw only part of the text.
        search: part of the original text, upper and lower case alike.
        min_words_changed, max_words_changed: bounds on an attack's edits.
    """

    probe: str | None = None
    kind: str | None = None
    status: str | None = None
    row_ids: tuple[str, ...] | None = None
    shards: tuple[int, ...] | None = None
    label: str | tuple[str, ...] | None = None
    predicted: str | tuple[str, ...] | None = None
    correct: bool | None = None
    flipped: bool | None = None
    truncated: bool | None = None
    search: str | None = None
    min_words_changed: int | None = None
    max_words_changed: int | None = None


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
