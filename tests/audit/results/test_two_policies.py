"""One run under two policies, check by check."""

from __future__ import annotations

import pytest

from audit.results.two_policies import check_of, side_by_side
from audit.said import Telling, literal
from audit.score.policy import policy_from_dict
from audit.scored import Finding, Score


def finding(
    check: str, score: str, verdict: str, *, probe: str = "", prefix: str = "check", threshold: float | None = 0.5
):
    about = Score(
        name=score, value=0.7, low=0.6, high=0.8, level=0.95, n=50, method="wilson", direction="higher_is_better",
        definition=score, probe=probe,
    )  # fmt: skip
    said = Telling(literal("t"), literal(""), literal(""), literal(""))
    return Finding(f"{prefix}:{check}:{about.key}", said, verdict, "low", about, threshold, 0.95)


def seen(lines):
    return [(line.score.key, line.now, line.there) for line in lines]


def test_scores_stand_beside_each_other_whatever_their_checks_are_called():
    first = [finding("a", "accuracy", "PASS"), finding("f", "macro_f1", "FAIL")]
    second = [finding("other", "accuracy", "FAIL")]
    assert seen(side_by_side(first, second)) == [("accuracy", "PASS", "FAIL"), ("macro_f1", "FAIL", None)]


def test_what_differs_stands_first_and_patterns_are_left_out():
    first = [
        finding("a", "accuracy", "PASS"),
        finding("f", "macro_f1", "FAIL"),
        finding("p", "flip_rate", "FAIL", prefix="pattern"),
    ]
    second = [finding("a", "accuracy", "PASS"), finding("f", "macro_f1", "PASS")]
    assert seen(side_by_side(first, second)) == [("macro_f1", "FAIL", "PASS"), ("accuracy", "PASS", "PASS")]


def test_the_same_score_of_two_probes_is_two_lines():
    first = [finding("v", "flip_rate", "PASS", probe=probe) for probe in ("typos", "case")]
    assert seen(side_by_side(first, first[1:])) == [
        ("flip_rate@typos", "PASS", None),
        ("flip_rate@case", "PASS", "PASS"),
    ]


def test_a_band_is_two_lines():
    first = [finding("low", "accuracy", "PASS"), finding("high", "accuracy", "FAIL")]
    assert seen(side_by_side(first, first[:1])) == [("accuracy", "FAIL", None), ("accuracy", "PASS", "PASS")]


@pytest.mark.parametrize(
    ("check", "prefix", "bound"), [("a", "check", 0.8), ("b", "check", 0.9), ("a", "skipped", None)]
)
def test_a_finding_knows_its_check(check, prefix, bound):
    entries = [{"id": "a", "score": "accuracy", "min": 0.8}, {"id": "b", "score": "accuracy", "max": 0.9}]
    found = check_of(finding(check, "accuracy", "PASS", prefix=prefix), policy_from_dict({"check": entries}))
    assert (found.threshold if found else None) == bound
