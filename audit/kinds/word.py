"""Single words put in and taken out."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.word import WordOutcome

WORD = Kind(
    name="word",
    record=WordOutcome,
    stored="word",
    shard_rows=None,
    frame="word_trials",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "word": "s", "label": "s", "texts": "i",
    },
    rows="audit.score.trial_rows:trial_rows",
    shows="audit.report.changed_rows:word_rows",
    missing="finding.missing.word",
    probes={"words": "audit.behave.shortcuts.words:Words"},
    families=(Part(14, "audit.score.word_effects:word_effects"),),
    chapters=(Part(10, "audit.report.chapters.shortcuts:SHORTCUTS"),),  # with the surface
)  # fmt: skip
