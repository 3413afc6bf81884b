"""Rows said of other groups of people."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.identity import IdentityOutcome

IDENTITY = Kind(
    name="identity",
    record=IdentityOutcome,
    stored="identity",
    shard_rows=32,
    frame="identities",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "before": "s", "confidence": "d",
        "mentions": "i", "versions": "i", "flips": "i",
    },
    index="audit.store.indexing:identity_columns",
    shows="audit.report.versions:OF_TWO",
    missing="finding.missing.identity",
    probes={"identity_swaps": "audit.behave.identity.probe:IdentitySwaps"},
    families=(Part(15, "audit.score.identity:identity"),),
    tables=(Part(8, "audit.results.identity:COUNTED"),),
    facts={"identities": "audit.report.versions:identities"},
    csv=(Part(4, "audit.report.csv_records:IDENTITIES"),),
    chapters=(Part(8, "audit.report.chapters.fairness:FAIRNESS"),),
)  # fmt: skip
