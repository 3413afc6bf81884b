from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from simulated import example, prediction
from sklearn import metrics

from audit.score.calibration import calibration, reliability
from audit.score.ece import binned, calibrated_null, debiased_ece, plain_ece
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from models.task import Labels

LABELS = ("a", "b", "c")


def framed(n=300, *, temperature=1.0, seed=0, labels=LABELS):
    """A model whose probabilities are right up to a temperature: above 1 the stated ones are too sure."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=2.0, size=(n, len(labels)))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    stated = np.exp(logits * temperature)
    stated /= stated.sum(axis=1, keepdims=True)
    truth = [labels[rng.choice(len(labels), p=p)] for p in true]
    examples = [example(f"row {i}", label) for i, label in enumerate(truth)]
    records = [prediction(f"row {i}", labels[int(p.argmax())], p.tolist()) for i, p in enumerate(stated)]
    return build_frames(records, labels=labels, examples=examples), stated, truth


def measured(frames):
    return {measure.key: measure for measure in calibration(frames, Measurer(0, 600))}


def test_brier_and_log_loss_are_sklearns():
    frames, stated, truth = framed()
    found = measured(frames)
    assert found["nll"].value == pytest.approx(metrics.log_loss(truth, stated, labels=LABELS), rel=1e-5)
    assert found["brier"].value == pytest.approx(
        metrics.brier_score_loss(truth, stated, labels=LABELS, scale_by_half=False), rel=1e-5
    )


def test_plain_ece_is_the_mean_gap_of_bins_of_equal_mass():
    rng = np.random.default_rng(1)
    confidence, correct = rng.uniform(0.3, 1.0, 150), (rng.random(150) < 0.6).astype(float)
    data = binned(confidence, correct, np.ones(150))
    order = np.argsort(confidence)
    expected = np.mean([abs(correct[part].mean() - confidence[part].mean()) for part in np.split(order, 15)])
    assert np.bincount(data.bins).tolist() == [10] * 15
    assert plain_ece(data.sums().sum(axis=0, keepdims=True), data.count)[0] == pytest.approx(expected)


def stated(confidence, wrong):
    """Two classes; row i states `confidence[i]` for the first; rows whose number is in `wrong` are of the second."""
    names = [f"row {i}" for i in range(len(confidence))]
    examples = [example(name, "b" if i in wrong else "a") for i, name in enumerate(names)]
    records = [prediction(name, "a", (p, 1.0 - p)) for name, p in zip(names, confidence, strict=True)]
    return build_frames(records, labels=("a", "b"), examples=examples)


def test_a_model_that_always_states_the_same_is_off_by_what_it_states_less_what_it_gets():
    """100 rows, 90 right, all stated as certain: 0.10 by definition, whatever the bins."""
    frames = stated([1.0] * 100, wrong=range(0, 100, 10))
    found = measured(frames)
    ece, gap = found["ece"].score(), found["confidence_gap"].score()
    assert ece.value == pytest.approx(0.10, abs=0.005)
    assert 0.02 < ece.low < 0.07
    assert 0.13 < ece.high < 0.20
    assert "one bin" in ece.note
    assert gap.value == pytest.approx(0.10)
    exact = stats.binomtest(10, 100).proportion_ci(0.95, "wilson")
    assert (gap.low, gap.high) == pytest.approx((exact.low, exact.high), abs=0.02)
    assert len(reliability(frames)) == 1
    null = found["ece_calibrated"].score()  # a calibrated model that is certain is never wrong
    assert (null.value, null.low) == (0.0, None)
    assert "every simulated model gets the same" in null.note


@settings(deadline=None)
@given(
    values=st.lists(st.sampled_from([0.5, 0.6, 0.75, 0.9, 0.99, 1.0]), min_size=1, max_size=120),
    weight=st.integers(1, 5),
)
def test_rows_of_one_confidence_are_never_parted(values, weight):
    confidence = np.array(values)
    weights = np.where(np.arange(confidence.size) % 3 == 0, float(weight), 1.0)
    data = binned(confidence, np.ones(confidence.size), weights)
    assert data.count <= min(15, np.unique(confidence).size)
    bins = [set(data.bins[data.confidence == value]) for value in np.unique(confidence)]
    assert all(len(found) == 1 for found in bins)
    assert sorted(data.bins) == list(data.bins)
    assert set(data.bins) == set(range(data.count))


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), excess=st.floats(0.0, 0.4), kinds=st.integers(1, 40))
def test_debiasing_never_goes_below_the_overall_gap_less_its_noise(seed, excess, kinds):
    rng = np.random.default_rng(seed)
    confidence = rng.choice(rng.uniform(0.6, 1.0, kinds), 120)
    correct = (rng.random(120) < confidence - excess).astype(float)
    data = binned(confidence, correct, np.ones(120))
    value = debiased_ece(data.sums().sum(axis=0, keepdims=True), data.count)[0]
    gap, share = abs(confidence.mean() - correct.mean()), (correct.sum() + 0.5) / 121
    assert value >= gap - np.sqrt(share * (1 - share) / 120)


def test_ties_of_a_calibrated_model_do_not_look_like_a_fault():
    """Four levels of confidence, each right as often as it says: p-values stay uniform or above."""
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        confidence = rng.choice([0.6, 0.8, 0.9, 1.0], 200)
        wrong = set(np.flatnonzero(rng.random(200) >= confidence))
        found.append(measured(stated(confidence, wrong))["ece"])
    assert sum(ece.interval(0.95).low == 0.0 for ece in found) >= 36
    assert all(ece.context["p_value"] > 0 for ece in found)


def test_hardly_an_error_leaves_room_for_more():
    """12 rows, all right at 95%: the accuracy may be as low as 74%, so nothing is certain."""
    found = measured(stated([0.95, 0.94, 0.96] * 4, wrong=()))["confidence_gap"]
    assert found.method == "mover(clopper-pearson)"
    low, high = found.interval(0.95)
    assert low < -0.04
    assert high > 0.15


@pytest.fixture(scope="module")
def rows():
    """300 rows that were right, to be given other confidences and outcomes."""
    examples = [example(f"row {i}", "a") for i in range(300)]
    return build_frames(
        [prediction(f"row {i}", "a", (0.7, 0.3)) for i in range(300)], labels=("a", "b"), examples=examples
    )


def ece_of(rows, seed, excess):
    """The ECE of a model whose stated probabilities are too high by `excess` throughout."""
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.6, 1.0, 300)
    correct = (rng.random(300) < confidence - excess).astype(int)
    drawn = replace(rows, predictions=rows.predictions.assign(confidence=confidence, correct=correct))
    return next(m for m in calibration(drawn, Measurer(seed, 200)) if m.name == "ece")


def test_calibrated_models_are_told_apart_from_zero_as_seldom_as_they_should(rows):
    """Their p-values are spread evenly, and 95% intervals of their ECE reach down to 0 in about 97.5% of cases."""
    found = [ece_of(rows, seed, 0.0) for seed in range(60)]
    assert sum(ece.interval(0.95).low == 0.0 for ece in found) >= 55
    assert stats.kstest([ece.context["p_value"] for ece in found], "uniform").pvalue > 0.01


def test_the_interval_of_ece_covers_a_known_error(rows):
    bounds = [ece_of(rows, seed, 0.08).interval(0.95) for seed in range(60)]
    assert sum(low <= 0.08 <= high for low, high in bounds) >= 54


def test_debiasing_halves_the_error_of_a_calibrated_model():
    rng = np.random.default_rng(2)
    plain, ours = [], []
    for _ in range(200):
        confidence = rng.uniform(0.5, 1.0, 300)
        data = binned(confidence, (rng.random(300) < confidence).astype(float), np.ones(300))
        sums = data.sums().sum(axis=0, keepdims=True)
        plain.append(plain_ece(sums, data.count)[0])
        ours.append(debiased_ece(sums, data.count)[0])
    assert np.mean(ours) < 0.62 * np.mean(plain)


def test_the_null_is_what_repeated_calibrated_data_give():
    rng = np.random.default_rng(3)
    confidence = rng.uniform(0.5, 1.0, 400)
    again = []
    for _ in range(300):
        data = binned(confidence, (rng.random(400) < confidence).astype(float), np.ones(400))
        again.append(debiased_ece(data.sums().sum(axis=0, keepdims=True), data.count)[0])
    null = calibrated_null(data, 600, rng)
    assert np.mean(null) == pytest.approx(np.mean(again), rel=0.08)


def test_an_overconfident_model_is_found_out():
    found = measured(framed(600, temperature=2.5)[0])
    ece = found["ece"].score()
    assert ece.low > 0.02
    assert found["ece"].context["p_value"] < 0.01
    assert found["confidence_gap"].score().low > 0
    assert found["temperature"].score().low > 1.5


def test_the_temperature_is_the_one_that_minimises_the_loss():
    frames, stated, truth = framed(400, temperature=1.7, seed=4)
    index = [LABELS.index(label) for label in truth]

    def loss(temperature):
        scaled = stated ** (1 / temperature)
        return -np.log(scaled[range(400), index] / scaled.sum(axis=1)).mean()

    best = minimize_scalar(loss, bounds=(0.2, 8), method="bounded").x
    found = measured(frames)["temperature"].score()
    assert found.value == pytest.approx(best, rel=1e-3)
    assert found.low < 1.7 < found.high


def test_a_model_that_is_never_wrong_has_no_finite_temperature():
    examples = [example(f"r{i}", "a") for i in range(40)]
    records = [prediction(f"r{i}", "a", (0.6 + i / 200, 0.4 - i / 200)) for i in range(40)]
    found = measured(build_frames(records, labels=("a", "b"), examples=examples))["temperature"]
    assert found.value is None
    assert "no finite temperature" in found.note


def test_the_reliability_table_holds_every_row_once():
    frames, _, _ = framed(200)
    table = reliability(frames)
    assert table["n"].sum() == 200
    assert len(table) == 15
    assert table["confidence"].is_monotonic_increasing
    assert ((table["low"] <= table["accuracy"]) & (table["accuracy"] <= table["high"])).all()
    wrong = set(frames.predictions.loc[frames.predictions["correct"] == 0, "row_id"])
    first = table.iloc[0]
    assert first["row_ids"][0] in wrong


def test_too_few_rows_and_several_labels_say_why_there_is_no_ece():
    few = measured(framed(20)[0])["ece"]
    assert (few.value, few.note) == (None, "needs at least 30 rows with a label, there are 20")
    many = build_frames(
        [prediction("x", "a|b", (0.9, 0.8, 0.1))], labels=LABELS, examples=[example("x", "a")], task=Labels(LABELS)
    )
    assert "several labels" in measured(many)["ece"].note
    assert reliability(many).empty


def test_without_labels_there_is_nothing_to_say():
    frames = build_frames([prediction("x", "a", (0.9, 0.1, 0.0))], labels=LABELS, examples=[example("x")])
    assert measured(frames) == {}
    assert reliability(frames).empty
