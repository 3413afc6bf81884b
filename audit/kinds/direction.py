"""Changes after which the answer should move."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.direction import DirectionOutcome

DIRECTION = Kind(
    name="direction",
    record=DirectionOutcome,
    stored="direction",
    shard_rows=32,
    frame="directions",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "variants": "i", "kept": "i", "fall": "d",
    },
    shows="audit.report.directed:STAYED",
    missing="finding.missing.direction",
    probes={"negation": "audit.behave.negation:Negation"},
    families=(Part(19, "audit.score.direction:direction"),),
    facts={"directions": "audit.report.directed:directions"},
    chapters=(Part(11, "audit.report.chapters.direction:DIRECTION"),),
)  # fmt: skip
