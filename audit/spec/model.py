"""`AuditSpec`: everything that decides a run, as checked JSON. Same spec and same inputs give the same numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from audit.errors import SpecError
from audit.kinds import KINDS
from audit.probe import make
from audit.strict_json import loads
from audit.table_choices import TableChoices
from models.typed_paths import read_at_most

VERSION = 1
MOST_BYTES = 10_000_000
"""More than any spec has."""
THREADS = 2
"""CPU threads of a run whose spec names no number: not the machine's, for the number of threads decides the last digit
of a float, and with it the hash of the result."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ModelSpec(_Part):
    """Which classifier. `fingerprint`, when given, must be the loaded model's."""

    name: str = Field(min_length=1, description="Bundled or registered name, folder, or hub id.")
    base: str | None = Field(default=None, description="Base model of a LoRA adapter, if not the recorded one.")
    labels: tuple[str, ...] | None = Field(default=None, description="Label names instead of the checkpoint's.")
    device: str | None = Field(default=None, description="cpu, cuda or mps; default: the best there is.")
    dtype: Literal["float32", "bfloat16"] | None = None
    engine: Literal["torch", "onnx", "auto"] = "auto"
    threads: int | None = Field(
        default=THREADS,
        ge=1,
        description="CPU threads, the same on every machine; null: OMP_NUM_THREADS, else the cores at hand.",
    )
    fingerprint: str | None = None


class _File(_Part):
    """Which file a table is."""

    path: str = Field(min_length=1)
    name: str | None = Field(
        default=None, min_length=1, description="What the user calls the file; default: the name of the file or upload."
    )


_FIRST = frozenset((
    "path", "name", "text", "label", "pair", "groups", "rationale", "encoding", "delimiter", "quotes", "keep_good",
    "label_map", "fingerprint",
))  # fmt: skip
"""What the first specs say of a table."""


class TableSpec(TableChoices, _File):
    """Which table and which of its columns. `path` is a file, or the sha256 of an upload in the store."""

    fingerprint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON data. What could not be chosen in the first specs is left out where it is not: those keep their hash."""
        unsaid = {
            name
            for name, field in type(self).model_fields.items()
            if name not in _FIRST and getattr(self, name) == field.get_default(call_default_factory=True)
        }
        return self.model_dump(mode="json", exclude=unsaid)

    def alike(self, path: str, name: str | None = None, sheet: str | None = None) -> TableSpec:
        """Another file that is read as this one: the same columns, the same labels mapped; of a workbook the sheet named."""
        fresh = {"path": path, "name": name, "fingerprint": None, "encoding": None, "delimiter": None, "sheet": sheet}
        return self.model_copy(update=fresh)


class SampleSpec(_Part):
    """How many rows, drawn with which seed. Stratified samples keep the labels' proportions."""

    n: int | None = Field(default=None, ge=1, description="Rows to audit; None: all.")
    seed: int = 0
    stratify: bool = True


class ProbeSpec(_Part):
    """One probe with its parameters. `rows` audits only that many rows of the sample with it, nested and stratified."""

    kind: str = Field(description="What it does: one of the kinds of `audit.kinds`.")
    name: str
    params: Mapping[str, Any] = Field(default_factory=dict)
    rows: int | None = Field(default=None, ge=1)
    id: str | None = Field(
        default=None, pattern=r"^[\w.:+-]{1,80}$", description="Name within the run; default: `name`."
    )
    shard_rows: int | None = Field(default=None, ge=1, description="Rows of one shard; default: by kind.")

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"there is no kind of probe named '{kind[:40]}'; choose from: {', '.join(KINDS)}")
        return kind

    @field_validator("params")
    @classmethod
    def _as_json(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Tuples become lists at once, so that a spec equals what is read back from its JSON."""
        plain: dict[str, Any] = json.loads(json.dumps(dict(params)))
        return plain


class Budget(_Part):
    """Limits that keep results reproducible: queries, never time."""

    queries_per_row: int | None = Field(default=None, ge=1, description="Model calls an attack may make for one row.")


class AuditSpec(_Part):
    """Everything that decides a run.

    `policy` holds the checks with their thresholds (None: the default policy of `audit.score`); changing it never runs
    a model, so it stays out of `work_hash`.
    """

    version: Literal[1] = 1
    name: str = ""
    suite: str = "custom"
    model: ModelSpec
    table: TableSpec
    reference: TableSpec | None = Field(
        default=None,
        description="Table that probes of the whole sample compare it with: training data, last month; same columns and labels.",
    )
    probes: tuple[ProbeSpec, ...] = Field(min_length=1)
    sample: SampleSpec = SampleSpec()
    seed: int = 0
    level: float = Field(default=0.95, gt=0.5, lt=1.0)
    policy: Mapping[str, Any] | None = None
    budget: Budget = Budget()

    @model_validator(mode="after")
    def _check_probes(self) -> AuditSpec:
        keys = self.keys()
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"probe names must differ within a run; give '{twice[0]}' another `id`")
        return self

    def keys(self) -> tuple[str, ...]:
        """The probes' names within the run, in their order."""
        return tuple(probe.id or probe.name for probe in self.probes)

    def to_json(self) -> dict[str, Any]:
        """JSON data with every default filled in, but for what no spec of before could say."""
        data: dict[str, Any] = self.model_dump(mode="json")
        data["table"] = self.table.to_json()
        if self.reference is None:  # as if there were no choice: specs from before it keep their hash
            del data["reference"]
        else:
            data["reference"] = self.reference.to_json()
        return data

    @property
    def hash(self) -> str:
        """sha256 over the canonical JSON of the whole spec, hex."""
        return _sha(self.to_json())

    @property
    def work_hash(self) -> str:
        """sha256 over what decides the records: everything but names, level and policy."""
        data = self.to_json()
        for key in ("name", "suite", "level", "policy"):
            data.pop(key)
        for table in (data["table"], data.get("reference")):
            if table is not None:
                table.pop("name")
                if table["quotes"]:  # as if there were no choice: specs from before it keep their hash
                    table.pop("quotes")
        return _sha(data)

    def check_probes(self) -> None:
        """Hold the probes against those on offer, and their parameters against what each declares.

        Raises:
            UnknownName: no such probe; the message lists the choices.
            SpecError: a parameter it does not have, or a value that it may not have.
        """
        for probe in self.probes:
            make(probe.kind, probe.name, probe.params)


def read_spec(data: Mapping[str, Any], where: str = "The spec") -> AuditSpec:
    """Check JSON data and make it an AuditSpec.

    Raises:
        SpecError: a field is missing, unknown or out of its range; the message names each.
        UnknownName: a probe that is not on offer.
    """
    version = data.get("version", VERSION)
    if version != VERSION:
        raise SpecError(f"{where} has version {version!r}; this Assay reads version {VERSION}.")
    try:
        spec = AuditSpec.model_validate(dict(data))
    except ValidationError as error:
        told = (
            (".".join(map(str, e["loc"])) or "spec", e["msg"].removeprefix("Value error, ")) for e in error.errors()
        )
        faults = "; ".join(f"{place}: {message}" for place, message in told)
        raise SpecError(f"{where} cannot be used: {faults}.") from None
    spec.check_probes()
    return spec


def load_spec(path: Path) -> AuditSpec:
    """Read an AuditSpec from a JSON file.

    Raises:
        SpecError: the file cannot be read, is not JSON, or its content cannot be used.
    """
    try:
        data = loads(read_at_most(path, MOST_BYTES).decode("utf-8"))
    except OSError as error:
        raise SpecError(f"The spec {path} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise SpecError(f"The spec {path} is not JSON ({error}).") from None
    if not isinstance(data, dict):
        raise SpecError(f"The spec {path} must hold one JSON object.")
    return read_spec(data, f"The spec {path}")


def _sha(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
