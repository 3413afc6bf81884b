"""Changes of what should not matter, each alone."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.shortcut import SurfaceOutcome

SHORTCUT = Kind(
    name="shortcut",
    record=SurfaceOutcome,
    stored="shortcut",
    shard_rows=32,
    frame="shortcuts",
    columns={"row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "edits": "i"},
    rows="audit.score.surface_rows:surface_rows",
    shows="audit.report.changed_rows:surface_rows",
    missing="finding.missing.shortcut",
    probes={"surface": "audit.behave.shortcuts.surface:Surface"},
    families=(Part(13, "audit.score.dependence:dependence"),),
    chapters=(Part(10, "audit.report.chapters.shortcuts:SHORTCUTS"),),
)
