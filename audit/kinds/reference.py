"""The reference table as the model sees it: what the audited rows are held against."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.reference import ReferenceRows

REFERENCE = Kind(
    name="reference",
    record=ReferenceRows,
    stored="reference",
    shard_rows=None,
    frame="references",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "t", "line": "i", "text": "t", "label": "s",
        "predicted": "s", "confidence": "d", "words": "i",
    },
    missing="finding.missing.reference",
    probes={"reference_rows": "audit.data.reference_rows:ReferenceTable"},
    families=(Part(23, "audit.score.shift.shift:shift"), Part(24, "audit.score.places.clustered:clusters_apart")),
    tables=(Part(9, "audit.results.placed:FARTHEST"),),
    chapters=(Part(12, "audit.report.chapters.shift:SHIFT"),),
)  # fmt: skip
