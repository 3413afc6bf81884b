"""Several judges of one label: what most say counts, a tie leaves the label as it is."""

from __future__ import annotations

import pytest

from audit.results.corrected import new_labels
from audit.results.label_verdicts import settled_labels
from audit.stored import Review


def said(*given, row="r0"):
    return [
        Review("predict", row, verdict, f"judge {i}", "", f"2026-01-01T00:00:0{i}+00:00", label)
        for i, (verdict, label) in enumerate(given)
    ]


@pytest.mark.parametrize(("given", "counts", "becomes"), [
    ([("keep", "")], ("keep", ""), {}),
    ([("relabel", "a")], ("relabel", "a"), {"r0": "a"}),
    ([("drop", "")], ("drop", ""), {"r0": None}),
    ([("relabel", "a"), ("keep", "")], ("open", ""), {}),
    ([("relabel", "a"), ("relabel", "b")], ("open", ""), {}),
    ([("relabel", "a"), ("keep", ""), ("relabel", "a")], ("relabel", "a"), {"r0": "a"}),
])  # fmt: skip
def test_what_most_judges_say_counts(given, counts, becomes):
    verdicts = settled_labels(said(*given))
    assert (verdicts["r0"].verdict, verdicts["r0"].label) == counts
    assert new_labels(verdicts) == becomes
    assert settled_labels(reversed(said(*given))) == verdicts


def test_judgements_of_attacks_are_none_of_labels():
    assert settled_labels([Review("textfooler", "r0", "same", "ana", "", "2026-01-01T00:00:00+00:00")]) == {}
