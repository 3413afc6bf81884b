import numpy as np
import pytest
from scipy import stats
from simulated import example, prediction

from audit.score.certain import certainty
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.policy import Check, Policy
from audit.score.scoring import measure_run

LABELS = ("a", "b")


def stated(factor, n=200, seed=0, spread=1.0):
    """A model whose logits are `factor` times what they should be, its measures, and mean confidence less accuracy."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(2.2, spread, n)
    right = rng.random(n) < 1.0 / (1.0 + np.exp(-logits))
    sure = 1.0 / (1.0 + np.exp(-factor * logits))
    examples = [example(f"row {i}", "a" if good else "b") for i, good in enumerate(right)]
    records = [prediction(f"row {i}", "a" if p >= 0.5 else "b", (p, 1 - p)) for i, p in enumerate(sure)]
    correct = np.where(sure >= 0.5, right, ~right)
    gap = np.maximum(sure, 1 - sure) - correct
    return measure_run(build_frames(records, labels=LABELS, examples=examples), resamples=400), gap


def ece_finding(measures, most):
    policy = Policy(checks=(Check("calibration", "ece", max=most), Check("right", "accuracy", min=0.5)))
    return next(f for f in find(measures, policy) if f.id.startswith("check:calibration"))


def test_an_overconfident_model_is_called_so_though_not_beyond_the_threshold():
    """Logits times 8, 200 rows: the t interval of mean confidence less accuracy is far from 0."""
    measures, gap = stated(8.0)
    exact = stats.t.interval(0.975, 199, gap.mean(), stats.sem(gap))
    assert exact[0] > 0
    finding = ece_finding(measures, 0.10)
    assert finding.verdict == "INCONCLUSIVE"
    assert finding.title.startswith("The model is overconfident beyond doubt, by ")
    assert f"by {100 * gap.mean():.1f} percentage points (" in finding.title
    assert "whether its probabilities are off by more than 10% on average is not settled: " in finding.title
    assert "the mean stated probability exceeds accuracy by " in finding.note
    low, high = (float(part) for part in finding.note.split("accuracy by ")[1].split(" percentage")[0].split(" to "))
    assert (low, high) == pytest.approx((100 * exact[0], 100 * exact[1]), abs=1.0)


def test_an_underconfident_model_is_called_so_likewise():
    measures, gap = stated(0.5, n=400)
    assert gap.mean() < 0
    finding = ece_finding(measures, round(-gap.mean(), 2))
    assert finding.verdict == "INCONCLUSIVE"
    assert finding.title.startswith("The model is underconfident beyond doubt, by ")
    assert "the mean stated probability falls short of accuracy by " in finding.note


def test_a_calibrated_model_is_called_neither():
    called = 0
    for seed in range(40):
        measures, _ = stated(1.0, seed=seed)
        found = certainty(measures.find("ece"), measures, level=0.975, shown=0.95)
        called += found is not None
    assert called <= stats.binom.ppf(0.999, 40, 0.025)


def test_settled_checks_are_told_as_ever_and_other_scores_too():
    measures, _ = stated(8.0)
    assert ece_finding(measures, 0.5).title.startswith("Stated probabilities are off by ")
    assert ece_finding(measures, 0.5).verdict == "PASS"
    assert certainty(measures.find("accuracy"), measures, level=0.95, shown=0.95) is None
