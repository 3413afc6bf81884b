"""Why a model answers as it does."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.explainer import Attribution

EXPLAINER = Kind(
    name="explainer",
    record=Attribution,
    stored="attribution",
    shard_rows=16,
    frame="attributions",
    columns={
        "row_id": "t", "error": "?", "probe": "s", "name": "s", "target": "s", "unit": "s", "value": "d",
        "baseline_value": "d", "delta": "d", "steps": "i", "truncated": "?", "converged": "?", "words": "i", "seed": "q",
    },
    index="audit.store.indexing:attribution_columns",
    shows="audit.report.explained:WHY",
    missing="finding.missing.explainer",
    probes={
        "integrated_gradients": "audit.explain.integrated_gradients:IntegratedGradients",
        "leave_one_out": "audit.explain.leave_one_out:LeaveOneOut",
        "shapley": "audit.explain.shapley:Shapley",
        "kernel_shap": "audit.explain.kernel_shap:KernelShap",
        "lime": "audit.explain.lime:Lime",
        "gradient_shap": "audit.explain.gradient_shap:GradientShap",
        "saliency": "audit.explain.saliency:Saliency",
        "attention": "audit.explain.attention:Attention",
    },
    families=(Part(4, "audit.score.faithfulness:faithfulness"), Part(10, "audit.score.importance:importance")),
    tables=(Part(3, "audit.results.tables:FAITHFULNESS"), Part(6, "audit.results.counts:EXPLAINED")),
    facts={
        "methods": "audit.report.explained:methods",
        "words": "audit.report.explained:words",
        "heatmaps": "audit.report.explained:heatmaps",
    },
    csv=(Part(100, "audit.report.csv_records:WORDS"),),
    chapters=(Part(2, "audit.report.chapters.explanations:EXPLANATIONS"),),
)  # fmt: skip
