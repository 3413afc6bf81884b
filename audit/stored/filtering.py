"""Which records of a run are wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records of a run to return; None means any. All conditions hold together.

    Attributes:
        probe: name of the probe within the run.
        kind: prediction, attribution, attack or perturbation.
        status: ok, error, not_converged; for attacks success, failed, skipped, out_of_budget, error.
        row_ids: only these rows; shards: only the shards at these places of the run, which spares looking through the others.
        label: the true label; predicted: the model's answer on the original text; of an explanation, the label explained. One
            of several, where several are given.
        correct: whether the model was right on the original text.
        flipped: attacks that succeeded, perturbations with at least one flip.
        truncated: whether the model saw only part of the text.
        search: part of the original text, upper and lower case alike.
        min_words_changed, max_words_changed: bounds on an attack's edits.
    """

    probe: str | None = None
    kind: str | None = None
    status: str | None = None
    row_ids: tuple[str, ...] | None = None
    shards: tuple[int, ...] | None = None
    label: str | tuple[str, ...] | None = None
    predicted: str | tuple[str, ...] | None = None
    correct: bool | None = None
    flipped: bool | None = None
    truncated: bool | None = None
    search: str | None = None
    min_words_changed: int | None = None
    max_words_changed: int | None = None
