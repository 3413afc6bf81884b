"""What a bundle's files must hold, field by field; whatever else they hold is refused before anything is taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from audit.errors import ReportError
from audit.kinds import STORED
from audit.language.translating import tr_later
from audit.run.bundle_parts import EstimatePart, IdentityPart, Int, PolicyData, ProvenancePart, SpecPart
from audit.said import Said
from audit.scored import TOLD
from audit.times import is_stored_time
from models.card_form import Card

RunId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Int | None


def _stored_time(text: str) -> str:
    if not is_stored_time(text):
        raise ValueError(tr_later("a time is written like 2026-03-01T09:12:00.000+00:00"))
    return text


def _stored_kind(kind: str) -> str:
    if kind not in STORED:
        raise ValueError(f"a record is of one of the kinds {', '.join(STORED)}")
    return kind


Time = Annotated[str, AfterValidator(_stored_time)]


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    """A score or finding that says things by key and values, all of them well-formed, or in prose, and not in both."""
    part = entry.get("score")
    for keyed, words in (("notes", ("note",)), ("said", TOLD)):
        if keyed in entry and any(name in entry for name in words):
            raise ValueError(tr_later("it is said in words and by keys; an exported run has keys"))
    said, notes = entry.get("said", {}), entry.get("notes", [])
    if not (isinstance(said, dict) and isinstance(notes, list) and (not said or set(said) == set(TOLD))):
        raise ValueError(tr_later(f"what is said are {', '.join(TOLD)}, and a list of notes"))
    for one in (*said.values(), *notes):
        Said.read(one)
    if isinstance(part, dict):
        _said(part)
    return entry


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ManifestShape(_Shape):
    """manifest.json."""

    format: Int
    run_id: RunId
    result_hash: Sha256 | None
    files: dict[str, Sha256]


class RunShape(_Shape):
    """run.json: the columns of a run that has ended or was stopped."""

    id: RunId
    name: str
    suite: str
    status: Literal["finished", "cancelled", "paused", "failed"]
    wanted: str
    attempt: Int
    priority: Int
    fresh: bool
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    who: str
    spec: SpecPart
    spec_hash: str
    policy: PolicyData | None
    model: str
    model_fingerprint: str | None
    model_card: Card | None
    identity: IdentityPart | None
    labels: list[str]
    table_name: str
    table_fingerprint: str | None
    upload: str | None
    rows_total: Count
    rows_sampled: Count
    result_hash: Sha256 | None
    reproducible: bool
    verdict: Literal["PASS", "FAIL", "INCONCLUSIVE"] | None
    estimate: EstimatePart | None
    provenance: ProvenancePart | None
    error: str | None
    note: str
    imported: bool
    signature: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_threshold_a_label(self) -> Self:
        thresholds = self.identity and self.identity.thresholds
        if thresholds and len(thresholds) != len(self.labels):
            raise ValueError(f"{len(thresholds)} thresholds for {len(self.labels)} labels")
        return self


class ProbeShape(_Shape):
    """An entry of probes.json."""

    probe: str
    kind: str
    name: str
    version: Int
    params: dict[str, Any]
    status: Literal["planned", "skipped"]
    reason: str
    rows: Int


class RowShape(_Shape):
    """A line of rows.jsonl."""

    position: Int
    row_id: str
    content_id: str
    weight: Int
    text: str
    pair: str | None
    label: str | None
    groups: dict[str, str]
    rationale: list[Int] | None
    line: Count


class ShardShape(_Shape):
    """A line of shards.jsonl."""

    position: Int
    probe: str
    shard_id: str
    rows: list[Int]
    reused: Int
    status: str
    errors: Int
    digest: str | None
    seconds: float | None
    worker: str | None
    finished_at: Time | None
    error: str | None


class RecordShape(_Shape):
    """A line of records/NNNN.jsonl."""

    probe: str
    shard: Int
    position: Int
    row_id: str
    kind: Annotated[str, AfterValidator(_stored_kind)]
    status: str
    label: str | None
    predicted: str | None
    confidence: float | None
    correct: Count
    flipped_to: str | None
    flips: Count
    queries: Count
    words_changed: Count
    similarity: float | None
    valid: Count
    truncated: Int
    seconds: float | None
    error: str | None
    digest: str
    payload: str


class ReviewShape(_Shape):
    """An entry of reviews.json."""

    probe: str
    row_id: str
    verdict: Literal["same", "different", "unsure", "keep", "relabel", "drop"]
    who: str
    note: str
    reviewed_at: Time
    label: str = ""


class NoteShape(_Shape):
    """A note of own.json."""

    about: Literal["run", "row", "finding"]
    subject: Annotated[str, StringConstraints(max_length=1_000)]
    note: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    who: Annotated[str, StringConstraints(max_length=200)]
    written_at: Time


Tag = Annotated[str, StringConstraints(pattern=r"^[^,]{1,40}$")]


class OwnShape(_Shape):
    """own.json: what people made of the run."""

    tags: Annotated[list[Tag], Field(max_length=20)]
    notes: list[NoteShape]

    @model_validator(mode="after")
    def _one_note_each(self) -> Self:
        if len({(note.about, note.subject) for note in self.notes}) < len(self.notes):
            raise ValueError(tr_later("two notes are on the same thing"))
        if not all(tag.isprintable() for tag in self.tags) or len(set(self.tags)) < len(self.tags):
            raise ValueError(tr_later("a tag has characters that cannot be printed, or stands there twice"))
        return self


ONE: dict[str, type[_Shape]] = {"manifest.json": ManifestShape, "run.json": RunShape, "own.json": OwnShape}
LISTS: dict[str, type[_Shape]] = {"probes.json": ProbeShape, "reviews.json": ReviewShape}
LINES: dict[str, type[_Shape]] = {"rows.jsonl": RowShape, "shards.jsonl": ShardShape, "records/": RecordShape}


def checked(name: str, data: Any) -> Any:
    """The data of a file, as it must be.

    Raises:
        ReportError: a field is missing, unknown or of another type; names file and field.
    """
    shape: Any = ONE.get(name) or (list[LISTS[name]] if name in LISTS else None)  # type: ignore[valid-type]
    if name in ("scores.json", "findings.json"):  # each entry is read as a Score or a Finding when it is taken in
        shape = list[Annotated[dict[str, Any], AfterValidator(_said)]]
    return data if shape is None else _checked(name, TypeAdapter(shape), data)


def checked_lines(name: str, lines: Iterator[Any]) -> Iterator[Any]:
    """The lines of a file, each as it must be.

    Raises:
        ReportError: as `checked`; names the line too.
    """
    shape = LINES["records/" if name.startswith("records/") else name]
    adapter = TypeAdapter(shape)
    for number, line in enumerate(lines, 1):
        yield _checked(f"{name}, line {number}", adapter, line)


def _checked(where: str, adapter: TypeAdapter[Any], data: Any) -> Any:
    try:
        adapter.validate_python(data)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"]) or tr_later("the whole")
        said = fault["msg"].removeprefix("Value error, ")[:120]
        raise ReportError(
            f"{where}: field '{field[:60]}' is not as an exported run has it ({said}); the bundle was made by something else."
        ) from None
    return data
