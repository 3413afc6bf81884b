"""From the spec's probes to objects that run, and to the plain description that `plan` hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from audit.errors import AuditError, SpecError
from audit.kinds import KINDS, find
from audit.kinds.entry import Scope
from audit.language.translating import tr, tr_later
from audit.parameters import declared
from audit.probe import Probe, languages_of, make
from audit.spec import AuditSpec, ProbeSpec, ResolvedProbe

if TYPE_CHECKING:
    from models.classifier import Classifier

GPU_FACTOR = 4
"""Shards of a GPU are larger by this: batches never cross shards, and a GPU lives on large batches."""

_LOOKS = {"row": tr_later("one row at a time"), "sample": tr_later("the sample as a whole")}
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


def resolve(spec: AuditSpec, classifier: Classifier, reference: str = "") -> list[ResolvedProbe]:
    """Describe every probe of a spec for one model; those that cannot run say why.

    Args:
        spec, classifier: what is to be done, on what.
        reference: fingerprint of the reference table, "" for none.

    Raises:
        SpecError: a probe's parameters do not fit.
    """
    return [_resolve(spec, probe, classifier, reference) for probe in spec.probes]


def _resolve(spec: AuditSpec, probe: ProbeSpec, classifier: Classifier, reference: str) -> ResolvedProbe:
    made = build(spec, probe)
    try:
        skipped = made.unavailable(classifier)
    except AuditError as error:
        skipped = str(error)
    compares = getattr(made, "reference", "unused")
    if compares == "required" and not reference:
        skipped = skipped or tr(
            "{probe} compares the table with a reference table, and none was given; name one with --reference.",
            probe=made.name,
        )
    default = int(getattr(made, "shard_rows", 0) or KINDS[probe.kind].shard_rows or 1)
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
        scope=scope_of(made, probe.kind),
        reference=reference if compares != "unused" else "",
        languages=languages_of(made),
    )


def scope_of(probe: Probe, kind: str) -> Scope:
    """Whether a probe gives a record about each row, or records about the sample as a whole.

    Raises:
        SpecError: its kind of record is of the other sort.
    """
    scope: Scope = getattr(probe, "scope", "row")
    if scope != KINDS[kind].scope:
        raise SpecError(
            f"The probe '{probe.name}' looks at {_LOOKS.get(scope, scope)}, and records of the kind '{kind}' are about "
            f"{_LOOKS[KINDS[kind].scope]}; its package must register it under another kind."
        )
    return scope


def _resources(probe: Probe) -> dict[str, str]:
    found: Any = getattr(probe, "resources", {})
    if callable(found):
        found = found()
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}
