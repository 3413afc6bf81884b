"""What probes find about many rows together: one of our own, and those of other packages."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.sample import SampleOutcome

SAMPLE = Kind(
    name="sample",
    record=SampleOutcome,
    stored="sample",
    shard_rows=None,
    frame="samples",
    columns={"row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "rows": "i"},
    probes={"strange_texts": "audit.data.strange_texts:StrangeTexts"},
    missing="finding.missing.sample",
    families=(Part(11, "audit.score.samples:samples"),),
    facts={"samples": "audit.report.sampled:samples"},
    chapters=(Part(5, "audit.report.chapters.strange:STRANGE"), Part(6, "audit.report.chapters.samples:SAMPLES")),
)
