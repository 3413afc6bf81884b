"""Phrases that send any text to one class."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.trigger import TriggerOutcome

TRIGGER = Kind(
    name="trigger",
    record=TriggerOutcome,
    stored="trigger",
    shard_rows=None,
    frame="triggers",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "phrase": "s", "target": "s", "role": "s", "words": "l",
        "place": "s", "start": "s", "middle": "s", "end": "s", "before": "s", "after": "s", "rows": "l",
    },
    shows="audit.report.triggers:sent_rows",
    missing="finding.missing.trigger",
    probes={"trigger_scan": "audit.behave.triggers.trigger_scan:TriggerScan"},
    families=(Part(18, "audit.score.triggers:triggers"),),
    facts={"triggers": "audit.report.triggers:facts"},
    chapters=(Part(9, "audit.report.chapters.triggers:TRIGGERS"),),
)  # fmt: skip
