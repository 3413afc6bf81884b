import math
from dataclasses import replace

import numpy as np
import pytest
from equal_models import differences, skeleton
from scipy import stats
from simulated import attack, example, explained, perturbed, prediction, row_id

from audit.errors import SpecError
from audit.score.frames import build_frames
from audit.score.intervals import mcnemar, newcombe_paired
from audit.score.pairing import changed_rows, compare_runs, non_inferior

LABELS = ("negative", "positive")


def framed(right, status, flips=None, metric=None, n=None):
    names = [f"row {i}" for i in range(n or len(right))]
    examples = [example(name, "positive") for name in names]
    records = []
    for i, name in enumerate(names):
        guess, probs = ("positive", (0.2, 0.8)) if right[i] else ("negative", (0.7, 0.3))
        records += [prediction(name, guess, probs), attack(name, status[i])]
        if flips is not None:
            records.append(perturbed(name, flips[i], 2))
        if metric is not None:
            records.append(explained(f"{name}", [1.0, 2.0], metrics={"tau_loo": metric[i]}))
    return build_frames(records, labels=LABELS, examples=examples)


def by_key(differences):
    return {difference.key: difference for difference in differences}


def test_outcomes_are_compared_by_mcnemar_and_newcombe():
    status = ["success"] * 30 + ["failed"] * 70
    second = ["failed"] * 20 + ["success"] * 10 + ["success"] * 4 + ["failed"] * 66
    found = by_key(compare_runs(framed([True] * 100, status), framed([True] * 100, second)))
    attacked = found["accuracy_under_attack@textfooler"]
    assert (attacked.first, attacked.second, attacked.gained, attacked.lost) == (0.7, 0.86, 20, 4)
    assert attacked.p_value == mcnemar(4, 20)
    assert (attacked.low, attacked.high) == newcombe_paired(66, 4, 20, 10)
    assert attacked.better is True
    assert found["accuracy"].difference == 0.0
    assert found["accuracy"].better is None
    assert attacked.p_adjusted >= attacked.p_value


def test_flips_are_worse_when_there_are_more():
    status = ["failed"] * 60
    one, two = framed([True] * 60, status, flips=[0] * 60), framed([True] * 60, status, flips=[1] * 30 + [0] * 30)
    flips = by_key(compare_runs(one, two))["flip_any@typos"]
    assert (flips.first, flips.second, flips.lost, flips.gained) == (0.0, 0.5, 30, 0)
    assert flips.better is False


def test_means_are_compared_pair_by_pair():
    rng = np.random.default_rng(0)
    first = rng.uniform(0.2, 0.6, 80)
    second = first + rng.normal(0.05, 0.02, 80)
    found = by_key(
        compare_runs(
            framed([True] * 80, ["failed"] * 80, metric=first), framed([True] * 80, ["failed"] * 80, metric=second)
        )
    )
    tau = found["tau_loo@integrated_gradients"]
    assert tau.difference == pytest.approx(np.mean(second - first))
    assert 0.04 < tau.low < 0.05 < tau.high < 0.06
    assert tau.better is True
    assert tau.p_value < 0.01


def test_only_rows_of_both_runs_count():
    found = by_key(compare_runs(framed([True] * 10, ["failed"] * 10), framed([True] * 30, ["failed"] * 30)))
    assert {difference.n for difference in found.values()} == {10}


def test_runs_without_common_rows_cannot_be_compared():
    one = framed([True], ["failed"])
    two = build_frames([prediction("other", "positive", (0.2, 0.8))], labels=LABELS)
    with pytest.raises(SpecError, match="no rows in common"):
        compare_runs(one, two)


def test_changed_rows_are_listed_with_what_changed():
    one = framed([True, True, False, True], ["success", "failed", "skipped", "failed"])
    two = framed([True, False, True, True], ["failed", "skipped", "failed", "failed"])
    table = changed_rows(one, two)
    found = {(line.row_id, line.what): (line.first, line.second, line.change) for line in table.itertuples()}
    assert found[row_id("row 1"), "prediction"] == ("positive", "negative", "lost")
    assert found[row_id("row 2"), "prediction"] == ("negative", "positive", "gained")
    assert found[row_id("row 0"), "textfooler"] == ("success", "failed", "gained")
    assert (row_id("row 3"), "prediction") not in found


def test_non_inferiority_wants_the_whole_interval_within_the_margin():
    same = by_key(compare_runs(framed([True] * 400, ["failed"] * 400), framed([True] * 400, ["failed"] * 400)))[
        "accuracy"
    ]
    assert non_inferior(same, 0.02) == "PASS"
    assert non_inferior(same, 0.001) == "INCONCLUSIVE"
    worse = replace(same, difference=-0.2, low=-0.25, high=-0.15)
    assert non_inferior(worse, 0.1) == "FAIL"
    assert non_inferior(replace(worse, direction="lower_is_better"), 0.1) == "PASS"
    with pytest.raises(SpecError, match="margin of 0 or more"):
        non_inferior(same, -0.1)


def test_one_text_in_common_says_nothing_and_says_so():
    one, two = framed([True], ["failed"], metric=[0.2]), framed([False], ["skipped"], metric=[0.9])
    for found in compare_runs(one, two):
        assert found.better is None
        assert found.said == f"cannot say: 1 text in common, it takes {found.needed}"
        assert found.p_adjusted == 1.0
        for end in (found.low, found.high):
            assert end is None or math.isfinite(end)
    assert by_key(compare_runs(one, two))["brier"].low is None


def test_a_run_beside_itself_differs_nowhere():
    frames = framed([True] * 30 + [False] * 10, ["failed"] * 40, metric=[0.5] * 40)
    found = compare_runs(frames, frames)
    assert {difference.said for difference in found} == {"no difference is established"}
    assert {difference.p_value for difference in found} == {1.0}


def test_words_follow_the_corrected_test_and_not_the_interval_of_one_score():
    second = [0.5] * 20 + [0.6] * 40
    rng = np.random.default_rng(4)
    found = None
    for seed in range(200):  # a difference that alone is beyond chance, and among all the scores compared is not
        rng = np.random.default_rng(seed)
        first = np.array(second) + rng.normal(0.05, 0.2, 60)
        one, two = (framed([True] * 60, ["failed"] * 60, metric=metric) for metric in (first, second))
        found = by_key(compare_runs(one, two, resamples=300))["tau_loo@integrated_gradients"]
        if found.p_value < 0.04 < 0.05 < found.p_adjusted:
            break
    assert found.p_value < 0.05 < found.p_adjusted
    assert found.high < 0.0
    assert found.better is None
    assert found.said == "no difference is established"
    assert replace(found, p_adjusted=0.04).said == "worse"
    assert replace(found, p_adjusted=0.04, direction="neutral").said == "lower"


@pytest.mark.slow
@pytest.mark.parametrize("texts", [12, 60])
def test_equal_models_are_seldom_told_apart(texts):
    """18 scores of two equal models; in each pair nearly every second time some interval alone leaves out 0."""
    frames, pairs = skeleton(texts), 20
    found = [differences(frames, seed, resamples=100) for seed in range(pairs)]
    wrong = sum(any(difference.established for difference in one) for one in found)
    assert wrong <= stats.binom.ppf(0.999, pairs, 0.05)
    if texts == 60:
        loose = sum(any(not d.low <= 0.0 <= d.high for d in one) for one in found)
        assert loose > 0.3 * pairs
