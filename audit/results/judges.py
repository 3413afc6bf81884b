"""What several judges' judgements come to: one verdict of each example, and how far the judges agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from audit.stored import Review

if TYPE_CHECKING:
    from audit.score.kappa import Kappa

Key = tuple[str, str]
"""Key of the probe and row id."""


def settled(reviews: Iterable[Review]) -> Mapping[Key, Review]:
    """One judgement of each example: the majority's, of those who said that it is the same or different.

    As many of the one as of the other: nobody can say, `unsure`, which the scores leave out. The judgement that stands for
    the majority is the earliest of it; a tie has all judges' names.
    """
    by_row: dict[Key, list[Review]] = {}
    for review in reviews:
        by_row.setdefault((review.probe, review.row_id), []).append(review)
    return {key: _settled(found) for key, found in by_row.items()}


def _settled(found: list[Review]) -> Review:
    ordered = sorted(found, key=lambda review: (review.reviewed_at, review.who))
    said = Counter(review.verdict for review in ordered if review.verdict != "unsure")
    if said["same"] == said["different"]:
        if len(ordered) == 1:
            return ordered[0]
        return replace(ordered[0], verdict="unsure", who=", ".join(sorted(review.who for review in ordered)), note="")
    return next(review for review in ordered if review.verdict == max(said, key=lambda verdict: said[verdict]))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree on the examples that both have judged."""

    first: str
    second: str
    kappa: Kappa


def agreements(reviews: Iterable[Review], level: float = 0.95) -> tuple[Agreement, ...]:
    """Cohen's kappa of every two judges with an example in common, over what they said of those: same, different, unsure."""
    from audit.score.kappa import kappa

    by_judge: dict[str, dict[Key, str]] = {}
    for review in reviews:
        by_judge.setdefault(review.who, {})[review.probe, review.row_id] = review.verdict
    found = []
    for first, second in combinations(sorted(by_judge), 2):
        ours, theirs = by_judge[first], by_judge[second]
        both = sorted(ours.keys() & theirs.keys())
        if both:
            made = kappa([ours[key] for key in both], [theirs[key] for key in both], level)
            found.append(Agreement(first, second, made))
    return tuple(found)
