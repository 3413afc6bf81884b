"""The metrics of one row's explanation, beside the random floor and the best found for the same row."""

from __future__ import annotations

from audit.explain.faithfulness import faithfulness
from audit.explain.infidelity import infidelity
from audit.explain.method import Method, Scores
from audit.explain.plausibility import plausibility
from audit.explain.rows import Row
from audit.explain.stability import sensitivity, stability
from audit.explain.steps import Steps


def measure(explainer: Method, row: Row, scores: Scores) -> Steps[dict[str, float]]:
    """Every metric asked for that is defined for this row and method; see `audit.explain.metric_cards`."""
    groups = set(explainer.metrics)  # type: ignore[arg-type]
    found: dict[str, float] = {}
    if not len(row.words):
        return found
    if "faithfulness" in groups:
        found |= yield from faithfulness(explainer, row, scores.words)
    if "infidelity" in groups:
        found |= yield from infidelity(explainer, row, scores.words)
    if "sensitivity" in groups and explainer.gradient:
        found |= yield from sensitivity(explainer, row)
    if "stability" in groups:
        found |= yield from stability(explainer, row, scores.words)
    if "plausibility" in groups and row.example.rationale is not None:
        found |= plausibility(explainer, row, scores.words)
    return found
