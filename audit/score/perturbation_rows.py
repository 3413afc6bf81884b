"""What a perturbed row is in its frame."""

from __future__ import annotations

from audit.records import PerturbationOutcome
from audit.score.record_rows import Line, answer_of
from models.task import Task


def perturbation_rows(r: PerturbationOutcome, task: Task) -> tuple[Line]:
    """What the model says of it as it is, and how many of its variants are changed and turn that."""
    confidence = task.sure(r.original_probs) if r.original_probs else 0.0
    changed = sum(variant.changed for variant in r.variants)
    values = (
        r.row_id, r.error is not None, r.probe, r.name, r.label or "", answer_of(r.original_probs, task), confidence, len(r.variants),
        changed, r.flips,
    )  # fmt: skip
    return ((values, {}),)
