"""What is shown first is what is surest to be bad, the same on page and paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.results.headline import CARD, card, surest, telling, verdict_of, worst_attack
from audit.score.definitions import define
from audit.score.intervals import share_interval
from audit.scored import Score
from audit.slices import ALL_ROWS, Slice


def score(name, probe, hits, n, **more):
    low, high = share_interval(hits, n)
    found = define(name)
    about = {"probe": probe, "where": ALL_ROWS, "unit": found.unit, "direction": found.direction} | more
    return Score(
        name=name, value=hits / n, low=low, high=high, level=0.95, n=n, method="wilson", definition=name, **about
    )


def test_many_flips_of_many_rows_come_before_two_of_three():
    lucky, sure = score("flip_rate", "typos", 2, 3), score("flip_rate", "case", 40, 100)
    assert surest([lucky, sure], "flip_rate") == sure
    assert surest([sure, lucky], "flip_rate") == sure


def test_of_attacks_the_one_that_leaves_least_for_certain():
    few, many = score("accuracy_under_attack", "bae", 1, 4), score("accuracy_under_attack", "pwws", 120, 400)
    assert worst_attack([few, many]) == many
    assert telling([few, many, score("accuracy", "", 390, 400)]) == many


def test_parts_of_the_rows_are_never_the_headline():
    part = score("accuracy", "", 1, 100, where=Slice(group="north"))
    whole = score("accuracy", "", 90, 100)
    assert card([part, whole], 8) == [whole]
    assert surest([part], "accuracy") is None


def test_what_has_no_value_is_not_shown():
    assert card([replace(score("ece", "", 1, 10), value=None, low=None, high=None)], 8) == []
    assert telling([]) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(CARD), st.sampled_from("abc"), st.integers(0, 50), st.integers(50, 90)), max_size=12
    )
)
def test_the_card_has_each_quantity_once_in_order_whatever_the_order_of_scores(drawn):
    scores = list({(n, p): score(n, p, hits, rows) for n, p, hits, rows in drawn}.values())
    found = card(scores, len(CARD))
    assert [s.name for s in found] == [name for name in CARD if any(s.name == name for s in scores)]
    assert found == card(scores[::-1], len(CARD))
    for one in found:
        rest = [s for s in scores if s.name == one.name]
        assert (
            one.high == min(s.high for s in rest)
            if one.direction != "lower_is_better"
            else one.low == max(s.low for s in rest)
        )


@pytest.mark.parametrize("verdicts", [("PASS", "FAIL"), ("FAIL", "PASS"), ("INCONCLUSIVE", "FAIL", "PASS")])
def test_the_worst_verdict_stands_beside_a_score(verdicts):
    from types import SimpleNamespace

    about = score("accuracy", "", 9, 10)
    findings = [SimpleNamespace(decides=True, score=about, verdict=v) for v in verdicts]
    assert verdict_of(findings, about) == "FAIL"
    pattern = SimpleNamespace(decides=False, score=about, verdict="FAIL")
    assert verdict_of([pattern], about) is None, "patterns inform, they do not judge"
    assert verdict_of([pattern, SimpleNamespace(decides=True, score=about, verdict="PASS")], about) == "PASS"
    assert verdict_of([], about) is None
