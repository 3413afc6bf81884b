"""A model's runs over time: how its chosen scores went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.results.headline import surest
from audit.scored import Score
from audit.store import Store

FOLLOWED = (
    "accuracy", "macro_f1", "accuracy_under_attack", "prediction_retained", "worst_case_accuracy", "worst_case_retained", "ece",
    "flip_rate",
)  # fmt: skip
"""Scores whose way over time can be shown, the first first."""


@dataclass(frozen=True, slots=True)
class Point:
    """One finished run of a model: when it ended, its verdict, and of each followed score the one that is surest to be bad."""

    run_id: str
    name: str
    finished_at: str
    verdict: str | None
    baseline: bool
    result_hash: str
    scores: Mapping[str, Score]


def trend(store: Store, model: str, *, most: int = 30) -> list[Point]:
    """The finished runs of a model that are not archived, the oldest of the last `most` first."""
    frame = store.runs(status=("finished",), model=model, archived=False, limit=most)
    lines: list[dict[str, Any]] = frame.sort_values("finished_at").to_dict("records")  # type: ignore[assignment]
    return [
        Point(
            str(line["id"]), str(line["name"]), str(line["finished_at"]), line["verdict"], bool(line["baseline"]),
            str(line["result_hash"]), _followed(store.scores(str(line["id"]))),
        )
        for line in lines
    ]  # fmt: skip


def followed(points: Sequence[Point]) -> list[str]:
    """The followed scores that any of the runs has, in their order."""
    return [name for name in FOLLOWED if any(name in point.scores for point in points)]


def _followed(scores: Sequence[Score]) -> dict[str, Score]:
    found = ((name, surest(scores, name)) for name in FOLLOWED)
    return {name: score for name, score in found if score is not None}
