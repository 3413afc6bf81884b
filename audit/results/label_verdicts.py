"""What people's judgements of labels come to: one verdict of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.stored import Review

OPEN = "open"
"""As many judges say one thing as say another: the label stays as it is."""


@dataclass(frozen=True, slots=True)
class LabelVerdict:
    """What is to become of a row's label.

    Attributes:
        verdict: keep, relabel, drop, or `OPEN`.
        label: what it is relabelled to; "" unless it is.
        who: the judges, by name, in the order of their names; when: the latest judgement.
    """

    row_id: str
    verdict: str
    label: str
    who: tuple[str, ...]
    when: str

    @property
    def wrong(self) -> bool:
        """Whether the label is not to stay."""
        return self.verdict in ("relabel", "drop")


def settled_labels(reviews: Iterable[Review]) -> Mapping[str, LabelVerdict]:
    """One verdict of each judged row by its id: the one that most judges gave."""
    by_row: dict[str, list[Review]] = {}
    for review in reviews:
        if review.of_label:
            by_row.setdefault(review.row_id, []).append(review)
    return {row_id: _settled(row_id, found) for row_id, found in by_row.items()}


def _settled(row_id: str, found: list[Review]) -> LabelVerdict:
    said = Counter((review.verdict, review.label) for review in found).most_common()
    tied = len(said) > 1 and said[0][1] == said[1][1]
    verdict, label = (OPEN, "") if tied else said[0][0]
    who = tuple(sorted(review.who for review in found))
    return LabelVerdict(row_id, verdict, label, who, max(review.reviewed_at for review in found))
