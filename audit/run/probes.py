"""From the spec's probes to objects that run, and to the plain description that `plan` hashes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from audit.errors import AuditError, SpecError
from audit.kinds import KINDS, find
from audit.probe import Probe
from audit.spec import AuditSpec, ProbeSpec, ResolvedProbe

if TYPE_CHECKING:
    from models.classifier import Classifier

GPU_FACTOR = 4
"""Shards of a GPU are larger by this: batches never cross shards, and a GPU lives on large batches."""

QUERY_PARAMETERS = ("query_budget", "max_queries", "budget")


def build(spec: AuditSpec, probe: ProbeSpec) -> Probe:
    """Make the probe's object.

    Raises:
        UnknownName: no such probe. SpecError: its parameters do not fit.
    """
    kind = find(probe.kind, probe.name)
    params = dict(probe.params)
    if probe.kind == "attack" and spec.budget.queries_per_row is not None:
        taken = inspect.signature(kind).parameters
        name = next((name for name in QUERY_PARAMETERS if name in taken), None)
        if name is not None:
            params.setdefault(name, spec.budget.queries_per_row)
    try:
        made: Probe = kind(**params)
    except (TypeError, ValueError) as error:
        raise SpecError(f"The probe '{probe.id or probe.name}' cannot be made with {params}: {error}.") from None
    return made


def resolve(spec: AuditSpec, classifier: Classifier) -> list[ResolvedProbe]:
    """Describe every probe of a spec for one model; those that cannot run say why.

    Raises:
        SpecError: a probe's parameters do not fit.
    """
    return [_resolve(spec, probe, classifier) for probe in spec.probes]


def _resolve(spec: AuditSpec, probe: ProbeSpec, classifier: Classifier) -> ResolvedProbe:
    made = build(spec, probe)
    try:
        skipped = made.unavailable(classifier)
    except AuditError as error:
        skipped = str(error)
    default = int(getattr(made, "shard_rows", 0) or KINDS[probe.kind].shard_rows)
    default = default if classifier.device == "cpu" else default * GPU_FACTOR
    return ResolvedProbe(
        key=probe.id or probe.name,
        kind=probe.kind,
        name=probe.name,
        version=type(made).version,
        params=dict(made.params),
        rows=probe.rows,
        shard_rows=probe.shard_rows or default,
        resources={} if skipped else _resources(made),
        skipped=skipped,
    )


def _resources(probe: Probe) -> dict[str, str]:
    found: Any = getattr(probe, "resources", {})
    if callable(found):
        found = found()
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}
