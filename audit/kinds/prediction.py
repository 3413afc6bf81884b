"""What a model says of each row."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.prediction import Prediction

PREDICTION = Kind(
    name="prediction",
    record=Prediction,
    stored="prediction",
    shard_rows=256,
    frame="predictions",
    columns={
        "row_id": "t", "error": "?", "label": "s", "predicted": "s", "confidence": "d", "tokens": "i", "kept": "i",
        "truncated": "?",
    },
    index="audit.store.indexing:prediction_columns",
    shows="audit.report.pointed:ANSWERED",
    missing="finding.missing.rows",
    probes={"predict": "audit.predict:Predict"},
    families=(
        Part(1, "audit.score.performance:performance"),
        Part(6, "audit.score.calibration:calibration"),
        Part(7, "audit.score.groups:groups"),
        Part(8, "audit.score.data:data"),
        Part(9, "audit.score.performance:confusions"),
        Part(16, "audit.score.group_rates:group_rates"),
        Part(17, "audit.score.group_auc:group_auc"),
        Part(20, "audit.score.weak.slices:weak_slices"),
        Part(21, "audit.score.abstaining:abstaining"),
        Part(22, "audit.score.conformal:conformal"),
        Part(23, "audit.score.labels.scores:labels"),
    ),
    tables=(Part(1, "audit.results.tables:PREDICTED"), Part(7, "audit.results.counts:READ"), Part(8, "audit.results.tables:LABELS")),
    facts={
        "reliability": "audit.report.predicted:reliability",
        "confusion": "audit.report.predicted:confusion",
        "wrong_rows": "audit.report.predicted:wrong_rows",
        "labels": "audit.report.labelled:label_facts",
    },
    csv=(Part(1, "audit.report.csv_records:PREDICTIONS"),),
    chapters=(
        Part(3, "audit.report.chapters.performance:PERFORMANCE"),
        Part(4, "audit.report.chapters.calibration:CALIBRATION"),
        Part(5, "audit.report.chapters.classes:CLASSES"),
        Part(5, "audit.report.chapters.weak:WEAK"),
        Part(5, "audit.report.chapters.confidence:CONFIDENCE"),
        Part(5, "audit.report.chapters.labels:LABELS"),
    ),
    always=True,
)  # fmt: skip
