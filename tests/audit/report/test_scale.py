"""A finding's number lies on its scale where it is: right of the threshold if it is larger, within marks that say what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.report.scale import scale_of
from audit.said import Telling, literal
from audit.scored import Finding, Score


def finding(value, low, high, threshold, *, name="accuracy", unit="share", direction="higher_is_better"):
    score = Score(name, value, low, high, 0.95, 100, "wilson", direction, name, unit=unit)
    said = Telling(literal("t"), literal("w"))
    return Finding("check:x:y", said, "FAIL", "high", score, threshold, 0.99)


def number(text):
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_places_are_where_the_marks_say(four):
    value, threshold, *ends = four
    low, high = min(value, *ends), max(value, *ends)
    scale = scale_of(finding(value, low, high, threshold), threshold="x")
    (left, first), *_, (right, last) = scale.marks
    assert (left, right) == (0.0, 1.0)
    assert 2 <= len(scale.marks) <= 12
    start, span = number(first), number(last) - number(first)
    assert 0 <= start < start + span <= 1 + 1e-9
    for place, real in ((scale.value, value), (scale.low, low), (scale.high, high), (scale.limit, threshold)):
        assert start + place * span == pytest.approx(real, abs=0.0002 * span + 1e-9)
    for place, text in scale.marks:
        assert start + place * span == pytest.approx(number(text), abs=1e-6)


def test_the_part_that_meets_the_policy_is_the_side_of_the_better():
    high = scale_of(finding(0.5, 0.4, 0.6, 0.8), threshold="at least 80%")
    assert high.good == (high.limit, 1.0)
    low = scale_of(finding(0.5, 0.4, 0.6, 0.3, direction="lower_is_better"), threshold="at most 30%")
    assert low.good == (0.0, low.limit)
    assert (low.value_said, low.limit_said) == ("50.0%", "at most 30%")


def test_numbers_without_ends_have_a_scale_too_and_a_missing_one_has_none():
    scale = scale_of(finding(12.5, 11.0, 14.0, 3.0, name="words_left_median", unit="words"), threshold="at least 3")
    assert scale.limit < scale.low < scale.value < scale.high < 1.0
    bare = finding(0.5, None, None, 0.5)
    assert scale_of(bare, threshold="x").value == scale_of(bare, threshold="x").limit
    assert scale_of(replace(bare, threshold=None), threshold="x") is None
    assert scale_of(finding(None, None, None, 0.5), threshold="x") is None
