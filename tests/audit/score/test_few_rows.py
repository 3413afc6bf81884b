"""Runs of one, two, three rows, all right, all wrong, all alike, without labels, all errors: every family of scores."""

from itertools import product

import numpy as np
import pytest
from honest import assert_honest, assert_told
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from simulated import attack, example, explained, perturbed, prediction, row_id

from audit.results.tables import chart_tables
from audit.score.checks import decide
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measures import Measures
from audit.score.pairing import compare_runs
from audit.score.policy import Check
from audit.score.scoring import measure_run
from audit.strict_json import dumps

LABELS = ("negative", "positive")
RECIPES = ("textfooler", "deepwordbug")
DRAW = (Phase.reuse, Phase.generate)
"""Runs are small as they are, and each takes a fifth of a second: shrinking would take minutes and gain nothing."""
METHODS = ("integrated_gradients", "leave_one_out")
OF_ROWS = ("duplicate_share", "conflict_share")
"""Scores of the table itself, which count every row of it."""


def stated(sure, i, n, good):
    """Probability of the predicted label of text i: all 1, all even, a little apart, 1 where right and 0.5 where wrong ..."""
    return {"one": 1.0, "even": 0.5, "apart": 0.6 + 0.3 * i / max(n, 1), "knows": 1.0 if good else 0.5,
            "errs": 0.5 if good else 1.0, "nearly": 1.0 - 1e-6}[sure]  # fmt: skip


def tiny(
    n, *, truth="both", right="all", labels=True, alike=True, status="success", flips="all", errors=False, copies=1,
    sure=None,
):  # fmt: skip
    """Examples and records of n texts, each `copies` times in the table; words and numbers all alike if asked."""
    examples, records = [], []
    for i in range(n):
        name = f"the film is cruise row{i}" if not alike else f"film cruise row{i}"
        label = LABELS[0] if truth == "one" or i % 2 == 0 else LABELS[1]
        good = right == "all" or (right == "some" and i % 2 == 0)
        guess = label if good else LABELS[1 - LABELS.index(label)]
        top = stated(sure or ("one" if alike else "apart"), i, n, good)
        probs = (top, 1.0 - top) if guess == LABELS[0] else (1.0 - top, top)
        examples += [
            example(name, label if labels else None, occurrence=k, groups={"region": ("north", "south")[i % 2]})
            for k in range(1, copies + 1)
        ]
        if errors:
            records.append(prediction(name, None, (), error="ValueError: broken"))
        else:
            records.append(prediction(name, guess, probs))
        for recipe in RECIPES:
            tried = "error" if errors else "skipped" if labels and not good else status
            records.append(attack(name, tried, recipe=recipe, label=label if labels else None, right=guess))
        for kind in ("typos", "case"):
            count = {"all": 2, "none": 0, "some": i % 3}[flips]
            records.append(perturbed(name, count, 2, kind=kind, variants=2, error="broken" if errors else None))
        for method in METHODS:
            words = name.split()
            scores = np.full(len(words), 0.5) if alike else np.linspace(-1.0, 1.0 + i, len(words))
            metrics = {
                f"{metric}{end}": 0.3 if alike else 0.5 * i / n + at
                for metric in ("comprehensiveness", "infidelity", "rationale_f1")
                for at, end in ((0.2, ""), (0.0, "_random"), (0.4, "_best"))
            }
            failed = "ValueError: broken" if errors else None
            records.append(
                explained(name, scores, target=guess, method=method, metrics={} if errors else metrics, error=failed)
            )
    return examples, records


def framed(n, **how):
    examples, records = tiny(n, **how)
    return build_frames(records, labels=LABELS, examples=examples)


how = st.fixed_dictionaries(
    {
        "truth": st.sampled_from(["one", "both"]),
        "right": st.sampled_from(["all", "none", "some"]),
        "labels": st.booleans(),
        "alike": st.booleans(),
        "status": st.sampled_from(["success", "failed", "out_of_budget"]),
        "flips": st.sampled_from(["all", "none", "some"]),
        "errors": st.booleans(),
        "copies": st.sampled_from([1, 2, 40]),
        "sure": st.sampled_from(["one", "even", "apart", "knows", "errs", "nearly"]),
    }
)


@settings(max_examples=30, phases=DRAW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(n=st.sampled_from([1, 2, 3, 4, 5, 12, 33]), how=how)
def test_no_run_however_small_gives_an_interval_that_is_none(n, how):
    measures = measure_run(framed(n, **how), resamples=60)
    assert_honest(measures)
    assert_told(measures)


@settings(max_examples=12, phases=DRAW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(n=st.sampled_from([1, 2, 3, 5, 12]), how=how, other=how)
def test_no_two_runs_however_small_are_told_apart_without_evidence(n, how, other):
    one, two = framed(n, **how | {"copies": 1}), framed(n, **other | {"copies": 1, "alike": how["alike"]})
    if how["errors"] or other["errors"]:
        return
    found = compare_runs(one, two, resamples=60)
    dumps(
        [{"low": d.low, "high": d.high, "p": d.p_adjusted, "difference": d.difference, "said": d.said} for d in found]
    )
    for difference in found:
        assert 0.0 < difference.p_adjusted <= 1.0
        if difference.low is not None:
            assert difference.low <= difference.difference <= difference.high
            assert difference.high > difference.low
        if n < difference.needed:
            assert difference.said.startswith("cannot say")


@settings(max_examples=12, phases=DRAW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(n=st.integers(1, 5), how=how, least=st.sampled_from([2, 6, 200]))
def test_no_verdict_comes_from_fewer_texts_than_the_policy_allows(n, how, least):
    """Every score held to a threshold on either side of it: with fewer texts than `min_n` there is no verdict but an open one."""
    measures = measure_run(framed(n, **how), resamples=60)
    known = [m for m in measures if m.value is not None]
    for measure, side, away in product(known, ("min", "max"), (-0.2, 0.2)):
        check = Check("c", measure.name, min_n=least, **{side: measure.value + away})
        decision = decide(check, measure, 0.95, 1)
        if round(measure.texts) < least:
            assert decision.verdict == "INCONCLUSIVE", measure.key
            assert decision.reason, measure.key
        assert measure.texts <= max(n, 1) + 1e-9 or measure.name in OF_ROWS, measure.key


def test_copies_of_two_texts_are_two_texts_to_every_score_and_policy():
    measures = measure_run(framed(2, copies=40, alike=False), resamples=60)
    macro = measures.find("macro_f1")
    assert (macro.n, macro.texts) == (80, pytest.approx(2.0))
    assert macro.interval(0.95).low < 0.3, "80 rows, all right, of two texts"
    assert decide(Check("c", "macro_f1", min=0.1, min_n=50), macro, 0.95, 1).verdict == "INCONCLUSIVE"
    assert Measures.from_bytes(measures.to_bytes()).find("macro_f1").texts == macro.texts


@pytest.mark.parametrize("sure", ["one", "even", "knows", "errs", "nearly"])
@pytest.mark.parametrize("right", ["all", "none", "some"])
def test_what_is_said_of_calibration_from_few_rows_holds_for_the_table(sure, right):
    """Too sure or not sure enough beyond doubt only where mean confidence and accuracy differ, and on that side."""
    for n in (1, 2, 5, 19, 40):
        measures = measure_run(framed(n, right=right, sure=sure, alike=False), resamples=60)
        gap = measures.find("confidence_gap")
        good = [right == "all" or (right == "some" and i % 2 == 0) for i in range(n)]
        true = np.mean([stated(sure, i, n, good[i]) - good[i] for i in range(n)])
        assert gap.value == pytest.approx(true, abs=1e-6)
        low, high = gap.interval(0.95)
        assert low - 1e-6 <= true <= high + 1e-6  # probabilities are kept in single precision
        if n <= 2:
            assert low <= 0.0 <= high, "two texts establish nothing"
        titles = [f.title for f in find(measures) if f.score.name == "ece"]
        assert not any("overconfident beyond doubt" in title for title in titles) or low > 0.0
        assert not any("underconfident beyond doubt" in title for title in titles) or high < 0.0


@settings(max_examples=12, phases=DRAW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(n=st.sampled_from([1, 2, 3, 6, 33]), how=how)
def test_the_tables_of_charts_hold_no_band_of_no_width(n, how):
    for name, table in chart_tables(framed(n, **how)).items():
        if not {"low", "high"} <= set(table):
            continue
        known = table[np.isfinite(table["low"].astype(float))]
        assert (known["high"] - known["low"] > 1e-9).all(), name
        assert not np.isinf(table[["low", "high"]].astype(float)).any(axis=None), name


def test_two_wrong_rows_do_not_make_a_class_a_failure():
    """F1 of 0 from two rows may be as high as 0.91: 2s / (1 + s) of a share s of at most 0.84."""
    measures = measure_run(framed(2, truth="one", right="none"), resamples=100)
    f1 = measures.find("class_f1[label=negative]")
    assert (f1.value, f1.method) == (0.0, "clopper-pearson")
    assert f1.interval(0.95) == pytest.approx((0.0, 0.914), abs=1e-3)
    macro = measures.find("macro_f1").score()
    assert (macro.value, macro.low, macro.method) == (0.0, 0.0, "mover")
    assert macro.high >= 0.842 - 1e-3, "no less than what a share of two texts leaves open"
    right = measure_run(framed(3, truth="one", right="all"), resamples=100).find("macro_f1").score()
    assert right.low == pytest.approx(0.292, abs=1e-3), "nor more than one of three texts"
    for check in (Check("c", "class_f1", min=0.7), Check("c", "macro_f1", min=0.7)):
        measure = f1 if check.score == "class_f1" else measures.find("macro_f1")
        assert decide(check, measure, 0.95, 1).verdict == "INCONCLUSIVE"
    assert not [f for f in find(measures) if f.verdict == "FAIL"]


@pytest.mark.parametrize("copies", [1, 40])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_pattern_is_raised_from_a_few_texts_however_often_they_stand_in_the_table(n, copies):
    """A class of one to three texts, all taken for the other; everything flips; every attack succeeds."""
    for right in ("all", "none"):
        measures = measure_run(framed(n, truth="one", right=right, copies=copies), resamples=100)
        assert not [f.title for f in find(measures) if f.id.startswith("pattern:") and f.verdict == "FAIL"]
        assert not [f.title for f in find(measures) if f.verdict == "PASS" and f.score.definition != "conflict_share"]


def test_judged_rows_that_all_agree_leave_room():
    examples, records = tiny(12, alike=False)
    reviews = {("textfooler", row_id(f"the film is cruise row{i}")): "same" for i in range(12)}
    measures = measure_run(build_frames(records, labels=LABELS, examples=examples), resamples=100, reviews=reviews)
    found = measures.find("attack_success_rate_valid@textfooler").score()
    assert found.value == 1.0
    assert found.low < 0.95
