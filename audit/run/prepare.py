"""Preparing a run: load the model, check the table, draw the sample, plan, and store it all in one step."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from audit.errors import SpecError, TableError
from audit.kinds.reference import REFERENCE
from audit.language.translating import tr_later
from audit.records import Example
from audit.run.holding import HeldModels, identity_of
from audit.run.languages import languages_read
from audit.run.probes import resolve
from audit.spec import AuditSpec, Plan, TableSpec, plan, read_spec
from audit.store import Run, Store
from audit.store.base import dump
from audit.store.shards import PlannedShard

if TYPE_CHECKING:
    from audit.table import AuditTable
    from models.classifier import Classifier


def prepare(store: Store, run: Run, models: HeldModels) -> int:
    """Plan a run and store the plan; return how many shards other runs have done already.

    A run that was planned before is left as it is; only its model is checked.

    Raises:
        AuditError, ModelError: the table, the model or a probe's parameters cannot be used.
    """
    spec = read_spec(run.spec, tr_later(f"The spec of run {run.id}"))
    classifier = models.get(spec.model, run.identity)
    if run.identity is not None:
        return 0
    named = spec.table.model_copy(update={"name": run.table_name})
    table = open_checked(store, named, classifier)
    reference = open_reference(store, spec, table, classifier)
    planned = make_plan(spec, list(table), classifier, reference.fingerprint if reference is not None else "")
    return _save(store, run, classifier, table, planned, reference)


def open_checked(store: Store, spec: TableSpec, classifier: Classifier) -> AuditTable:
    """Open the stored original of a table, with its labels matched to the model's.

    Raises:
        TableError: it has faults (and the good rows alone were not asked for), or labels the model does not know.
    """
    from audit.table import TableOptions, open_table

    upload = store.upload(spec.path)
    name = spec.name or upload.name  # its ending says what format the file has
    table: AuditTable = open_table(store.files.local(upload.sha256), TableOptions.of(spec), name=name)
    table = table.matched(classifier.labels, chosen=spec.label_map, multi_label=classifier.task.several)
    try:
        table = table.require(keep_good=spec.keep_good)
    except TableError as error:
        shown = "".join(f" {fault}" for fault in error.faults[:3])
        raise TableError(f"{error}{shown}", error.faults) from None
    if spec.fingerprint is not None and spec.fingerprint != table.fingerprint:
        raise SpecError(
            f"The table {name} is not the one the spec names: its fingerprint is {table.fingerprint[:12]}, not "
            f"{spec.fingerprint[:12]}; give the right file, or leave `table.fingerprint` out."
        )
    return table


def open_reference(store: Store, spec: AuditSpec, table: AuditTable, classifier: Classifier) -> AuditTable | None:
    """The reference table of a spec, its labels matched like the audited table's; None where the spec names none.

    Raises:
        TableError: it has faults, labels the model does not know, too few rows, or lacks a column that the audited table has.
        SpecError: it is not the file the spec names.
    """
    if spec.reference is None:
        return None
    from audit.table.alike import require_enough_rows, require_same_columns

    reference = open_checked(store, spec.reference, classifier)
    require_same_columns(reference.columns, table.columns, reference=reference.source.name, table=table.source.name)
    if any(probe.kind == REFERENCE.name for probe in spec.probes):
        require_enough_rows(len(reference), reference.source.name)
    return reference


def how_read(table: AuditTable) -> dict[str, Any]:
    """How a table was read, for the provenance: columns, format, labels that were taken for others, what was guessed."""
    source = table.source
    return {
        "columns": asdict(table.columns),
        "format": source.format,
        **source.read_with(),
        "labels": table.mapping.changed() if table.mapping is not None else {},
        "labels_by": table.mapping.how if table.mapping is not None else None,
        "warnings": list(table.warnings),
    }


def make_plan(spec: AuditSpec, examples: list[Example], classifier: Classifier, reference: str = "") -> Plan:
    """The plan of a spec for a loaded model; `reference` is the fingerprint of its reference table, "" for none."""
    return plan(spec, examples, identity_of(classifier), resolve(spec, classifier, reference))


def _answers(classifier: Classifier) -> dict[str, Any]:
    """What its answers are read by, as `Run.task` wants it."""
    thresholds = {"thresholds": list(classifier.thresholds)} if classifier.thresholds else {}
    return {"head": classifier.head, **thresholds}


def _save(
    store: Store, run: Run, classifier: Classifier, table: AuditTable, planned: Plan, reference: AuditTable | None
) -> int:
    from audit.run.overlap import overlap_with
    from audit.table.profiling import repeats
    from audit.table.quality import quality

    told = {"language": languages_read(planned, classifier), "repeats": repeats(table), "quality": quality(table)}
    read = {"table": {**how_read(table), **told}}
    if reference is not None:
        read["reference"] = {
            "name": reference.source.name, "fingerprint": reference.fingerprint, "rows": len(reference), **how_read(reference),
            "overlap": overlap_with([row.example for row in planned.rows], reference),
        }  # fmt: skip
    rows = [
        {
            "position": i, "row_id": row.example.row_id, "content_id": row.example.content_id, "weight": row.weight,
            "text": row.example.text, "pair": row.example.pair, "label": row.example.label,
            "groups": dump(dict(row.example.groups)),
            "rationale": dump(list(row.example.rationale)) if row.example.rationale is not None else None,
            "line": row.example.line,
        }
        for i, row in enumerate(planned.rows)
    ]  # fmt: skip
    probes = [
        {
            "position": i, "probe": p.key, "kind": p.kind, "name": p.name, "version": p.version,
            "params": dump(dict(p.params)), "status": "skipped" if p.skipped else "planned",
            "reason": p.skipped or "", "rows": 0 if p.skipped else planned.probe_rows(p.key),
        }
        for i, p in enumerate(planned.probes)
    ]  # fmt: skip
    suffix = f"~{run.id}" if run.fresh else ""
    shards = [PlannedShard(s.position, s.probe, s.shard_id + suffix, s.shard_id, s.rows) for s in planned.shards]
    return store.add_plan(
        run.id,
        rows,
        probes,
        shards,
        status="running",
        model_fingerprint=classifier.fingerprint,
        model_card=dict(getattr(classifier, "card", {}) or {}),
        identity=asdict(identity_of(classifier)) | _answers(classifier),
        labels=list(classifier.labels),
        provenance=read,
        table_fingerprint=table.fingerprint,
        rows_total=len(table),
        rows_sampled=len(planned.rows),
    )
