"""How much worse a run is than its baseline, by numbers worked out in another way."""

from __future__ import annotations

import numpy as np
import pytest
from simulated import attack, example, perturbed, prediction

from audit.score.checks import decide_checks
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.intervals import newcombe_paired
from audit.score.losses import losses, with_losses
from audit.score.measures import Measures, loss_of
from audit.score.pairing import compare_runs, non_inferior
from audit.score.policy import Check, Policy


def framed(seed, wrong):
    """200 rows; the share `wrong` of them answered wrongly, attacks and flips at random."""
    rng = np.random.default_rng(seed)
    names = [f"row {number}" for number in range(200)]
    records = []
    for name in names:
        bad = rng.random() < wrong
        records.append(prediction(name, *(("negative", (0.7, 0.3)) if bad else ("positive", (0.2, 0.8)))))
        records.append(attack(name, "skipped" if bad else str(rng.choice(["success", "failed"]))))
        records.append(perturbed(name, int(rng.integers(0, 2)), 2))
    return build_frames(records, labels=("negative", "positive"), examples=[example(n, "positive") for n in names])


@pytest.fixture(scope="module")
def runs():
    """The same rows answered by two models; some of the second's answers are others."""
    return framed(1, 0.1), framed(2, 0.2)


def test_a_loss_is_the_difference_of_the_comparison_turned_towards_worse(runs):
    """`compare_runs` is tested against statsmodels; a loss must be its difference, by the direction of the score."""
    compared = {(d.name, d.probe): d for d in compare_runs(*runs, level=0.99)}
    found = {(m.name, m.probe): m for m in losses(*runs, "before")}
    shares = [key for key in compared if key[0] in ("accuracy", "accuracy_under_attack", "flip_any")]
    assert ("accuracy", "") in shares
    assert len(shares) > 2
    for name, probe in shares:
        difference, loss = compared[name, probe], found[loss_of(name), probe]
        sign = -1.0 if difference.direction == "higher_is_better" else 1.0
        ends = sorted((sign * difference.low, sign * difference.high))
        assert loss.value == pytest.approx(sign * difference.difference)
        assert tuple(loss.interval(0.99)) == pytest.approx(ends)
    brier = compared["brier", ""]
    assert found[loss_of("brier"), ""].value == pytest.approx(brier.difference)


def test_its_verdict_is_that_of_non_inferiority(runs):
    measures = with_losses(Measures(()), Policy(), losses(*runs, "before"))
    difference = next(d for d in compare_runs(*runs) if d.name == "accuracy")
    for margin in (0.0, 0.02, 0.05, 0.1, 0.2, 0.4):
        policy = Policy(checks=(Check("a", "accuracy", margin=margin),))
        assert decide_checks(measures, policy)[0].verdict == non_inferior(difference, margin)


def test_of_the_same_answers_twice_nothing_is_lost_and_enough_rows_pass(runs):
    measures = with_losses(Measures(()), Policy(), losses(runs[0], runs[0], "before"))
    loss = next(m for m in measures if m.name == loss_of("accuracy"))
    both = loss.counts[0]
    assert loss.value == 0.0
    assert loss.interval(0.95).high == pytest.approx(newcombe_paired(both, 0, 0, loss.n - both)[1])
    assert find(measures, Policy(checks=(Check("a", "accuracy", margin=0.05),)))[0].verdict == "PASS"


def test_a_worse_run_fails_and_its_lost_rows_are_the_evidence(runs):
    before, now = framed(3, 0.0), framed(3, 0.4)
    lost = set(now.predictions.loc[now.predictions["correct"] == 0, "row_id"])
    measures = with_losses(Measures(()), Policy(), losses(before, now, "before"))
    finding = find(measures, Policy(checks=(Check("a", "accuracy", margin=0.05),)))[0]
    assert finding.verdict == "FAIL"
    assert finding.score.value == pytest.approx(len(lost) / 200)
    assert set(finding.evidence) <= lost
    assert "Accuracy is worse than in the baseline run before" in finding.title


def test_without_a_baseline_only_what_must_be_compared_is_open():
    from audit.results.against_baseline import not_compared

    policy = Policy(checks=(Check("a", "accuracy", margin=0.05), Check("b", "flip_any", probe="*", margin=0.05)))
    found = find(not_compared(Measures(()), policy), policy)
    assert [(f.id, f.verdict) for f in found] == [("check:a:accuracy.worse", "INCONCLUSIVE")]
    assert "no run is marked as the baseline" in found[0].note.lower()
    assert "could not be held against a baseline run" in found[0].title
