"""Several judges: the majority counts, a tie counts for nothing, and how far they agree is Cohen's kappa."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from audit.results.judges import agreements, settled
from audit.score.kappa import kappa
from audit.stored import Review

NAMES = ("same", "different", "unsure")


def said(*verdicts, probe="swap", row="r0"):
    return [
        Review(probe, row, verdict, f"judge {i}", "", f"2026-01-01T00:00:0{i}+00:00")
        for i, verdict in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        (["same"], "same"), (["unsure"], "unsure"), (["same", "different"], "unsure"), (["different", "unsure"], "different"),
        (["different", "same", "same"], "same"), (["unsure", "unsure", "same"], "same"),
        (["same", "different", "different", "same"], "unsure"),
    ],
)  # fmt: skip
def test_the_majority_of_those_who_decided_counts(verdicts, counts):
    (review,) = settled(said(*verdicts)).values()
    assert review.verdict == counts
    back = [Review(r.probe, r.row_id, r.verdict, r.who, r.note, r.reviewed_at) for r in reversed(said(*verdicts))]
    assert settled(back) == settled(said(*verdicts))


def test_one_judge_stays_as_they_were():
    one = said("different")[0]
    assert settled([one])["swap", "r0"] is one


@pytest.mark.parametrize("seed", range(12))
def test_kappa_is_sklearns_and_its_interval_statsmodels(seed):
    rng = np.random.default_rng(seed)
    first = rng.choice(NAMES, 40, p=(0.6, 0.3, 0.1))
    second = np.where(rng.random(40) < 0.7, first, rng.choice(NAMES, 40))
    found = kappa(list(first), list(second))
    assert found.value == pytest.approx(cohen_kappa_score(first, second))
    there = sorted({*first, *second})
    table = np.array([[((first == a) & (second == b)).sum() for b in there] for a in there])
    theirs = cohens_kappa(table)
    assert (found.low, found.high) == pytest.approx((max(-1, theirs.kappa_low), min(1, theirs.kappa_upp)))
    assert (found.n, found.agreed) == (40, int((first == second).sum()))


def test_judges_who_say_one_thing_of_everything_have_no_kappa():
    assert kappa(["same"] * 9, ["same"] * 9).value is None
    alike = kappa(["same", "different"] * 5, ["same", "different"] * 5)
    assert (alike.value, alike.low, alike.high) == (1.0, None, None)


def test_judges_are_held_against_each_other_where_both_judged():
    reviews = [
        review
        for row, verdicts in enumerate((("same", "same"), ("different", "same"), ("same",)))
        for review in said(*verdicts, row=f"r{row}")
    ]
    (found,) = agreements(reviews)
    assert (found.first, found.second, found.kappa.n, found.kappa.agreed) == ("judge 0", "judge 1", 2, 1)
