"""Tests of behavioural suites."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.behaviour import BehaviourOutcome

BEHAVIOUR = Kind(
    name="behaviour",
    record=BehaviourOutcome,
    stored="behaviour",
    shard_rows=None,
    frame="behaviours",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "t", "suite": "s", "capability": "s", "type": "s",
        "expects": "s", "about": "s", "place": "i",
    },
    missing="finding.missing.behaviour",
    probes={"suite": "audit.behave.suites.probe:SuiteProbe"},
    families=(Part(12, "audit.score.behaviour:behaviour"),),
    facts={"behaviours": "audit.report.behaved:behaviours"},
    chapters=(Part(7, "audit.report.chapters.behaviour:BEHAVIOUR"),),
)  # fmt: skip
