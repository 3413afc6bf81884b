"""What the nested parts of run.json must hold where something reads them; more may stand in them, of any kind."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from audit.errors import SpecError
from models.task import Head

Int = Annotated[int, Field(ge=-(2**31), lt=2**31)]
"""What every database holds in a column of whole numbers."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class ColumnsPart(_Part):
    """provenance.table.columns."""

    groups: list[str] | None = None


class TablePart(_Part):
    """provenance.table: how the table was read."""

    name: str | None = None
    fingerprint: str | None = None
    columns: ColumnsPart | None = None
    labels: dict[str, str | None] | None = None
    warnings: list[str] | None = None


class IdentityPart(_Part):
    """The identity of a model, as the run has it and its provenance."""

    fingerprint: str | None = None
    head: Head | None = None
    thresholds: list[Annotated[float, Field(gt=0, lt=1)]] | None = None
    engine: str | None = None
    device: str | None = None
    dtype: str | None = None


class ModelPart(_Part):
    """provenance.model."""

    name: str | None = None
    fingerprint: str | None = None
    identity: IdentityPart | None = None


class AssayPart(_Part):
    """provenance.environment.assay: which Assay scored the run."""

    version: str | None = None
    commit: str | None = None


class EnvironmentPart(_Part):
    """provenance.environment."""

    assay: AssayPart | None = None
    libraries: dict[str, str] | None = None
    memory_bytes: int | float | None = None


class ProvenancePart(_Part):
    """provenance."""

    table: TablePart | None = None
    reference: TablePart | None = None
    model: ModelPart | None = None
    environment: EnvironmentPart | None = None
    who: str | None = None


class EstimateProbePart(_Part):
    """An entry of estimate.probes."""

    seconds_per_row: float | None = None


class EstimatePart(_Part):
    """estimate: what was expected of the run before it began."""

    seconds: float | None = None
    queries: int | None = None
    probes: dict[str, EstimateProbePart | None] | None = None


class SpecTablePart(_Part):
    """spec.table, spec.reference."""

    name: str | None = None
    groups: list[str] | None = None
    label_map: dict[str, str | None] | None = None


class SamplePart(_Part):
    """spec.sample."""

    n: int | None = None


class SpecModelPart(_Part):
    """spec.model."""

    name: str | None = None


class SpecPart(_Part):
    """spec: as much as is read before it is held against its hash as a whole."""

    suite: str | None = None
    model: SpecModelPart | None = None
    table: SpecTablePart | None = None
    reference: SpecTablePart | None = None
    sample: SamplePart | None = None
    seed: int | None = None
    probes: list[dict[str, Any]] | None = None


def _policy(data: dict[str, Any]) -> dict[str, Any]:
    from audit.score.policy import stored_policy

    try:
        stored_policy(data)
    except SpecError as error:
        raise ValueError(str(error)) from None
    return data


PolicyData = Annotated[dict[str, Any], AfterValidator(_policy)]
