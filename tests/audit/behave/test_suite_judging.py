"""Whether a case of a behavioural suite holds, and what the rates of tests say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from audit.behave.suites.judging import judge
from audit.behave.suites.labels import askable, lacking, named
from audit.behave.suites.model import WANTED, Case, Expectation, SuiteTest
from audit.behave.suites.rates import by_capability, rates
from audit.behave.suites.running import Outcome
from audit.errors import InputError
from models.task import Label, Labels

TASK = Label(("bad", "good"))
SAME = {"bad": "bad", "good": "good"}


def state(wanted: Expectation, *goods: float, labels: tuple[str | None, ...] = ()):
    """What becomes of texts that are good with these probabilities."""
    case = Case(tuple(f"text {n}" for n in range(len(goods))), labels or (None,) * len(goods))
    verdict = judge(case, wanted, np.array([(1 - p, p) for p in goods]), TASK, SAME)
    return verdict.state if verdict.text is None else (verdict.state, verdict.text)


def test_labels():
    assert state(Expectation("label"), 0.9, labels=("good",)) == "pass"
    assert state(Expectation("label"), 0.9, 0.2, labels=("good", "good")) == ("fail", 1)
    assert state(Expectation("label"), 0.9, 0.2, labels=("good", "bad")) == "pass"
    assert state(Expectation("not_label"), 0.9, labels=("good",)) == ("fail", 0)
    assert state(Expectation("not_label"), 0.4, labels=("good",)) == "pass"


def test_invariance():
    assert state(Expectation("same"), 0.9, 0.6, 0.99) == "pass"
    assert state(Expectation("same"), 0.9, 0.45, 0.2) == ("fail", 2), "the clearest failure is named"
    assert state(Expectation("same", 0.1), 0.52, 0.48) == "pass", "a flip within the tolerance is forgiven"
    assert state(Expectation("same", 0.1), 0.7, 0.48) == ("fail", 1)
    assert state(Expectation("other"), 0.9, 0.1, 0.8) == ("fail", 2)


def test_directions():
    assert state(Expectation("no_less_sure", 0.1), 0.9, 0.81) == "pass"
    assert state(Expectation("no_less_sure", 0.1), 0.9, 0.79) == ("fail", 1)
    assert state(Expectation("no_less_sure", 0.1), 0.1, 0.3) == ("fail", 1), (
        "what is held is the answer to the original"
    )
    assert state(Expectation("no_surer", 0.1), 0.7, 0.95) == ("fail", 1)
    assert state(Expectation("no_less", 0.1, ("good",), ("bad",)), 0.6, 0.56) == "pass"
    assert state(Expectation("no_less", 0.1, ("good",), ("bad",)), 0.6, 0.54) == ("fail", 1), (
        "the difference fell by 0.12"
    )
    assert state(Expectation("no_more", 0.0, ("good",)), 0.6, 0.6) == "pass"
    assert state(Expectation("no_less_sure", unless=("good",)), 0.9, 0.1) == "left_out"
    assert state(Expectation("no_less_sure", unless=("good",)), 0.1, 0.9) == ("fail", 1)


def test_several_labels_are_judged_as_sets():
    task = Labels(("rude", "threat"), (0.5, 0.5))
    probs = np.array([(0.9, 0.2), (0.9, 0.7)])
    case = Case(("a", "b"), (None, None))
    assert judge(case, Expectation("same"), probs, task, {}).text == 1
    gold = Case(("a", "b"), ("rude", "rude|threat"))
    names = {label: label for label in ("rude", "rude|threat")}
    assert judge(gold, Expectation("label"), probs, task, names).state == "pass"


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=6),
    st.sampled_from([wanted for all_of in WANTED.values() for wanted in all_of if "label" not in wanted]),
    st.floats(0, 0.5),
)
def test_a_case_fails_as_soon_as_one_of_its_texts_does(goods, wanted, tolerance):
    expectation = Expectation(wanted, tolerance, ("good",), ("bad",))
    alone = [state(expectation, goods[0], other) for other in goods[1:]]
    assert (state(expectation, *goods) == "pass") == all(one == "pass" for one in alone)


def test_labels_are_found_by_name_and_told_apart():
    assert named(["Good", "neutral"], ["bad", "good"], {}) == {"Good": "good"}
    assert named(["neutral"], ["bad", "good"], {"neutral": "good"}) == {"neutral": "good"}
    assert named(["card payment"], ["card_payment", "x"], {}) == {"card payment": "card_payment"}
    assert named(["a"], ["A", "a"], {}) == {"a": "a"}
    assert named(["A b"], ["a_b", "a-b"], {}) == {}, "two labels that read alike are nobody's guess"
    assert named(["4.0", "-1"], ["1", "4"], {}) == {"4.0": "4"}, "as tables read numbers, and no sign is lost"
    with pytest.raises(InputError, match="The suite has no label 'x'"):
        named(["good"], ["good"], {"x": "good"})
    with pytest.raises(InputError, match="The model has no label 'x' for 'good'"):
        named(["good"], ["good"], {"good": "x"})
    test = SuiteTest("t", "DIR", Expectation("no_less", towards=("joy",)), (Case(("a", "b"), (None, None)),))
    assert lacking(test, {}) == ("joy",)
    assert askable(
        SuiteTest("t", "MFT", Expectation("label"), (Case(("a",), ("joy",)), Case(("b",), ("good",)))), SAME
    ) == (False, True)


def outcome(failed: int, run: int, name: str, capability: str = "") -> Outcome:
    return Outcome(SuiteTest(name, "MFT", Expectation("label"), (), capability), run - failed, failed)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.05, 0.3]),
)
def test_rates_are_those_of_scipy_and_statsmodels(counts, allowed):
    counts = [(min(failed, run), run) for failed, run in counts]
    found = rates(
        [outcome(failed, run, f"t{n}") for n, (failed, run) in enumerate(counts)], level=0.95, allowed=allowed
    )
    exact = [binomtest(failed, run, allowed, alternative="greater").pvalue for failed, run in counts]
    adjusted = multipletests(exact, method="holm")[1]
    for rate, (failed, run), p in zip(found, counts, adjusted, strict=True):
        low, high = proportion_confint(failed, run, 0.05, method="wilson" if run >= 20 else "beta")
        assert rate.value == failed / run
        assert rate.interval == pytest.approx((max(0.0, low), min(1.0, high)), abs=1e-9)
        assert rate.p_value == pytest.approx(p, abs=1e-9)
        assert rate.says == ("fail" if p < 0.05 else "pass" if high <= allowed else "open")


def test_what_was_not_run_says_nothing_and_capabilities_take_their_tests_together():
    none = Outcome(SuiteTest("x", "MFT", Expectation("label"), ()), unasked=3)
    assert rates([none])[0].says == "not_run"
    assert rates([none])[0].interval is None
    (both,) = by_capability([outcome(2, 20, "a", "Negation"), outcome(4, 20, "b", "Negation")])
    assert (both.failed, both.run, both.value, both.says) == (6, 40, 0.15, "open")
