"""From the spec's probes to objects that run, and to the plain description that `plan` hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from audit.errors import AuditError
from audit.kinds import KINDS, find
from audit.parameters import declared
from audit.probe import Probe, make
from audit.spec import AuditSpec, ProbeSpec, ResolvedProbe

if TYPE_CHECKING:
    from models.classifier import Classifier

GPU_FACTOR = 4
"""Shards of a GPU are larger by this: batches never cross shards, and a GPU lives on large batches."""

BUDGET = "max_queries"
"""The parameter by which an attack takes the run's budget of queries."""


def build(spec: AuditSpec, probe: ProbeSpec) -> Probe:
    """Make the probe's object.

    Raises:
        UnknownName: no such probe. SpecError: its parameters do not fit.
    """
    params = dict(probe.params)
    if spec.budget.queries_per_row is not None:
        taken = {one.name for one in declared(find(probe.kind, probe.name))}
        if BUDGET in taken:
            params.setdefault(BUDGET, spec.budget.queries_per_row)
    return make(probe.kind, probe.name, params)


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
