"""A model's runs over time: how its chosen scores went, and what is established against the run marked as baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.language.numbers import numbers
from audit.language.translating import again, tr, tr_n
from audit.records import Score
from audit.results.headline import surest
from audit.score.definitions import define
from audit.score.wording import title_said
from audit.store import Store

FOLLOWED = (
    "accuracy", "macro_f1", "accuracy_under_attack", "prediction_retained", "worst_case_accuracy", "worst_case_retained", "ece",
    "flip_rate",
)  # fmt: skip
"""Scores whose way over time can be shown, the first first."""
MOST_TOLD = 3
"""So many differences stand in the sentence; the others are counted."""


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


def against_baseline(comparison: Mapping[str, Any]) -> str:
    """What is established of a run against its baseline, in a sentence.

    Args:
        comparison: `audit.results.comparing.Comparison.to_json`, the baseline first; its tests are corrected for all scores
            compared, and nothing is said that they do not establish.
    """
    tests, texts = list(comparison["paired"]), int(comparison["common"]["texts"])
    if not texts:
        return tr("Nothing can be said against the baseline: the two runs have no text in common.")
    if not tests:
        return tr("Nothing can be said against the baseline: the two runs have measured nothing alike.")
    found = [test for test in tests if test["better"] is not None]
    if not found:
        return tr_n(
            "Against the baseline no difference is established, on {n} text that both runs have.",
            "Against the baseline no difference is established, on {n} texts that both runs have.",
            texts,
        )
    parts = list(_parts(sorted(found, key=lambda test: (test["better"], test["p_adjusted"]))[:MOST_TOLD]))
    more = len(found) - len(parts)
    if more:
        parts.append(tr_n("{n} more score", "{n} more scores", more))
    return tr_n(
        "Against the baseline, on {n} text that both runs have: {differences}.",
        "Against the baseline, on {n} texts that both runs have: {differences}.",
        texts, differences="; ".join(parts),
    )  # fmt: skip


def _parts(tests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """`Accuracy, Keyboard typos is worse: -4 percentage points (-7 to -1)` and so on, what got worse first."""
    for test in tests:
        unit = define(test["name"]).unit
        called = ", ".join(part for part in (title_said(test["name"]), test["called"]) if part)
        change = numbers().difference(test["difference"], unit)
        ends = numbers().difference_interval(test["low"], test["high"], unit)
        yield tr(
            "{score} is {better}: {change}",
            score=called,
            better=again(test["said"]),
            change=numbers().with_interval(change, ends),
        )


def _followed(scores: Sequence[Score]) -> dict[str, Score]:
    found = ((name, surest(scores, name)) for name in FOLLOWED)
    return {name: score for name, score in found if score is not None}
