import numpy as np
import pytest
from scipy.stats import spearmanr
from simulated import explained, row_id

from audit.score.faithfulness import bounds, faithfulness, rank_correlations
from audit.score.frames import build_frames
from audit.score.measurer import Measurer

LABELS = ("negative", "positive")


def framed(records):
    return build_frames(records, labels=LABELS)


def measured(records):
    return {measure.key: measure for measure in faithfulness(framed(records), Measurer(0, 1000))}


def with_metrics(rows, **shared):
    return [explained(f"one two {i}", [1, 2, 3], metrics={**metrics, **shared}) for i, metrics in enumerate(rows)]


def metric(value, floor, best, name="comprehensiveness"):
    return {name: value, f"{name}_random": floor, f"{name}_best": best}


def test_means_are_normalised_and_not_single_rows():
    rows = [metric(0.5, 0.4, 0.41), metric(0.5, 0.1, 0.9)]  # the first row alone would give 10
    found = measured(with_metrics(rows))["comprehensiveness_normalised@integrated_gradients"]
    assert found.value == pytest.approx((0.5 - 0.25) / (0.655 - 0.25))
    assert "random orders 0.250; best found 0.655; this method 0.500" in found.note


def test_lower_is_better_metrics_normalise_the_same_way():
    found = measured(with_metrics([metric(0.3, 0.5, 0.1, "sufficiency")] * 3))
    assert found["sufficiency_normalised@integrated_gradients"].value == pytest.approx(0.5)
    assert found["sufficiency@integrated_gradients"].score().direction == "lower_is_better"


def test_all_three_are_taken_over_the_same_rows():
    rows = [metric(0.5, 0.1, 0.9), metric(0.7, 0.1, 0.9), {"comprehensiveness": 0.0}]
    found = measured(with_metrics(rows))
    assert found["comprehensiveness@integrated_gradients"].value == pytest.approx(0.6)
    assert found["comprehensiveness@integrated_gradients"].n == 2


def test_a_ceiling_at_the_floor_has_no_normalised_score():
    found = measured(with_metrics([metric(0.5, 0.4, 0.4)] * 3))["comprehensiveness_normalised@integrated_gradients"]
    assert found.value is None
    assert "no better than random" in found.note


def test_random_orders_come_out_at_zero_and_the_ceiling_at_one():
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(200):
        floor, best = rng.uniform(0.1, 0.3), rng.uniform(0.6, 0.9)
        rows.append(metric(floor + rng.normal(0, 0.02), floor, best))
    low, high = measured(with_metrics(rows))["comprehensiveness_normalised@integrated_gradients"].interval(0.95)
    assert low < 0.01
    assert high > -0.01
    assert high - low < 0.05


def test_metrics_without_bounds_are_plain_means_and_counts_are_none():
    found = measured(
        with_metrics([{"max_sensitivity": v, "stability_typos": 0.5, "stability_typos_n": 3.0} for v in (0.1, 0.3)])
    )
    assert found["max_sensitivity@integrated_gradients"].value == pytest.approx(0.2)
    assert "max_sensitivity_normalised@integrated_gradients" not in found
    assert not any("_n@" in key or "_random@" in key or "_best@" in key for key in found)


def test_a_metric_nobody_defined_is_scored_with_a_plain_definition():
    score = measured(with_metrics([{"my_metric": 1.0}, {"my_metric": 2.0}]))["my_metric@integrated_gradients"].score()
    assert (score.value, score.direction) == (1.5, "neutral")


def test_rows_with_errors_leave_n_and_unconverged_rows_are_counted():
    records = with_metrics([{"tau_loo": 0.5}, {"tau_loo": 0.7}])
    records += [explained("x y z", [0, 0, 0], error="boom"), explained("u v w", [1, 1, 2], converged=False)]
    found = measured(records)
    assert found["converged_share@integrated_gradients"].value == pytest.approx(2 / 3)
    assert found["converged_share@integrated_gradients"].evidence == (row_id("u v w"),)
    assert found["error_share@integrated_gradients"].value == 0.25
    assert found["tau_loo@integrated_gradients"].n == 2


def test_the_least_faithful_rows_are_the_evidence():
    found = measured(with_metrics([{"tau_loo": v} for v in (0.9, -0.2, 0.4)]))["tau_loo@integrated_gradients"]
    assert found.evidence[:2] == (row_id("one two 1"), row_id("one two 2"))


def test_agreement_is_spearmans_row_by_row():
    rng = np.random.default_rng(1)
    records, expected = [], []
    for i in range(12):
        text = " ".join(["w"] * (3 + i % 5)) + f" {i}"
        first = rng.integers(0, 4, size=len(text.split())).astype(float)
        second = rng.normal(size=first.size)
        records += [explained(text, first), explained(text, second, method="lime")]
        expected.append(spearmanr(first, second).statistic)
    frames = framed(records)
    found = rank_correlations(frames, "integrated_gradients", "lime")
    assert sorted(found["correlation"]) == pytest.approx(sorted(expected))
    score = measured(records)["method_agreement@integrated_gradients+lime"]
    assert score.value == pytest.approx(np.mean(expected))
    assert score.n == 12


def test_agreement_needs_the_same_target_and_scores_that_differ():
    records = [explained("a b c", [1, 2, 3]), explained("a b c", [1, 2, 3], method="lime", target="negative")]
    records += [explained("d e f", [1, 1, 1]), explained("d e f", [1, 2, 3], method="lime")]
    found = measured(records)["method_agreement@integrated_gradients+lime"]
    assert found.value is None
    assert "no row explained by both" in found.note


def test_bounds_are_the_table_of_the_chart():
    table = bounds(framed(with_metrics([metric(0.5, 0.1, 0.9), metric(0.7, 0.1, 0.9)], max_sensitivity=0.3)))
    line = table.set_index("metric").loc["comprehensiveness"]
    assert line[["value", "floor", "ceiling", "normalised"]].tolist() == pytest.approx([0.6, 0.1, 0.9, 0.625])
    assert np.isnan(table.set_index("metric").loc["max_sensitivity", "floor"])
