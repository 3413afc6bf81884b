"""Metrics against their definitions, worked out by hand or by an independent library."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score

from audit.explain import _captum
from audit.explain.faithfulness import bin_sizes, curve_sizes, greedy_order, measure_orders, random_orders, ranking
from audit.explain.metric_cards import BY_NAME, CARDS, GROUPS
from audit.explain.occlusion import leave_one_out
from audit.explain.plausibility import rationale_metrics
from audit.explain.rows import prepare
from audit.explain.running import Engine
from audit.explain.stability import typos
from audit.kinds import find
from audit.records import Example
from models.classifier import TokenRow

TEXT = "The film was a quiet delight from start to finish, and cheap."
BOUNDED = ("comprehensiveness", "sufficiency", "deletion_auc", "insertion_auc", "tau_loo", "infidelity")


def prepared(classifier, text=TEXT, **about):
    (row,) = prepare(classifier, [Example("row", text, **about)], seed=0)
    return row


def probability_without(classifier, row, gone):
    """By hand: the ids with the words at `gone` replaced by the mask, as a probability of the target."""
    ids = list(row.encoding.row.ids)
    for word in gone:
        for place in row.words[word].tokens:
            ids[place] = classifier.special.mask
    logits = classifier.logits([TokenRow(tuple(ids), row.encoding.row.type_ids)])
    return float(classifier.probabilities(logits)[0] @ row.weights)


def test_sizes_of_bins_and_curves():
    assert bin_sizes(12) == [1, 1, 2, 3, 6]
    assert bin_sizes(1) == [1, 1, 1, 1, 1]
    assert bin_sizes(100) == [1, 5, 10, 20, 50]
    assert curve_sizes(3) == [0, 1, 2, 3]
    assert len(curve_sizes(400)) == 11
    assert curve_sizes(400)[-1] == 400


def test_ranking_goes_by_sign_and_ignores_the_last_bits():
    assert ranking(np.array([-5.0, 0.0, 2.0])).tolist() == [2, 1, 0]
    assert ranking(np.array([1.0, 1.0 + 1e-9, 0.5])).tolist() == [0, 1, 2]


def test_the_four_order_metrics_follow_their_definitions(tiny_bert):
    row = prepared(tiny_bert)
    m = len(row.words)
    order = np.random.default_rng(1).permutation(m)
    (found,) = Engine(tiny_bert).one(measure_orders(row, [order], "mask"))
    full = probability_without(tiny_bert, row, [])
    without = [probability_without(tiny_bert, row, order[:k]) for k in range(m + 1)]
    kept = [probability_without(tiny_bert, row, order[k:]) for k in range(m + 1)]
    bins = bin_sizes(m)
    assert found["comprehensiveness"] == pytest.approx(np.mean([full - without[k] for k in bins]), abs=1e-5)
    assert found["sufficiency"] == pytest.approx(np.mean([full - kept[k] for k in bins]), abs=1e-5)
    points = [round(i * m / 10) for i in range(11)]

    def area(curve):
        return sum((curve[a] + curve[b]) / 2 * (b - a) / m for a, b in pairwise(points))

    assert found["deletion_auc"] == pytest.approx(area(without), abs=1e-5)
    assert found["insertion_auc"] == pytest.approx(area(kept), abs=1e-5)
    assert without[-1] == pytest.approx(kept[0], abs=1e-6)


def test_every_metric_stands_between_its_floor_and_the_best_found(tiny_bert, explained):
    record = explained(tiny_bert, "integrated_gradients", TEXT, metrics=True)
    metrics = record.metrics
    for name in BOUNDED:
        assert {name, f"{name}_random", f"{name}_best"} <= set(metrics)
        larger = BY_NAME[name].direction == "higher_is_better"
        best = metrics[f"{name}_best"]
        assert metrics[name] <= best + 1e-9 if larger else metrics[name] >= best - 1e-9
        assert metrics[f"{name}_random"] <= best + 1e-9 if larger else metrics[f"{name}_random"] >= best - 1e-9
    assert metrics["max_sensitivity"] > 0
    assert -1 <= metrics["stability_typos"] <= 1
    assert {name.removesuffix("_random").removesuffix("_best").removesuffix("_n") for name in metrics} <= set(BY_NAME)


def test_the_greedy_ceiling_beats_random_orders_clearly(tiny_bert):
    row = prepared(tiny_bert)
    engine = Engine(tiny_bert)
    effects = engine.one(leave_one_out(row, "probability"))
    removing = engine.one(greedy_order(row, effects, "mask", 200, insert=False))
    inserting = engine.one(greedy_order(row, effects, "mask", 200, insert=True))
    assert sorted(removing) == sorted(inserting) == list(range(len(row.words)))
    orders = [removing, inserting, *random_orders(row, 30)]
    found = engine.one(measure_orders(row, orders, "mask"))
    assert found[0]["comprehensiveness"] > max(one["comprehensiveness"] for one in found[2:])
    assert found[1]["sufficiency"] < min(one["sufficiency"] for one in found[2:])
    narrow = engine.one(greedy_order(row, effects, "mask", 1, insert=False))
    assert sorted(narrow) == list(range(len(row.words)))


def test_tau_is_kendalls_and_left_out_for_leave_one_out(tiny_bert, explained):
    ours = explained(tiny_bert, "integrated_gradients", TEXT, metrics=["faithfulness"])
    loo = explained(tiny_bert, "leave_one_out", TEXT, metrics=["faithfulness"])
    expected = kendalltau([w.score for w in ours.words], [w.score for w in loo.words]).statistic
    assert ours.metrics["tau_loo"] == pytest.approx(expected, abs=1e-9)
    assert ours.metrics["tau_loo_best"] == 1
    assert abs(ours.metrics["tau_loo_random"]) < 0.7
    assert not any(name.startswith("tau") for name in loo.metrics)


def test_infidelity_is_the_scaled_squared_error():
    generator = np.random.default_rng(0)
    removed = generator.random((40, 6)) < 0.5
    drops = generator.normal(size=40)
    scores = generator.normal(size=(3, 6))
    found = _captum.infidelity(removed, drops, scores)
    for one, value in zip(scores, found, strict=True):
        predicted = removed @ one
        scale = (predicted @ drops) / (predicted @ predicted)
        assert value == pytest.approx(np.mean((scale * predicted - drops) ** 2), rel=1e-6)


def test_the_floor_and_ceiling_of_infidelity_hold(tiny_bert, explained):
    metrics = explained(tiny_bert, "shapley", TEXT, permutations=40, metrics=["infidelity"]).metrics
    assert metrics["infidelity_best"] <= metrics["infidelity"] < metrics["infidelity_random"]


def test_max_sensitivity_is_the_largest_relative_change():
    table = np.array([[3.0, 4.0], [3.0, 4.5], [0.0, 4.0]])
    assert _captum.max_sensitivity(table) == pytest.approx(3 / 5)


def test_sensitivity_is_for_gradient_methods_only(tiny_bert, explained):
    for method, expected in (("saliency", True), ("integrated_gradients", True), ("leave_one_out", False)):
        metrics = explained(tiny_bert, method, TEXT, metrics=["sensitivity"]).metrics
        assert ("max_sensitivity" in metrics) is expected


def test_stability_over_seeds_is_for_methods_that_draw(tiny_bert, explained):
    drawn = explained(tiny_bert, "lime", TEXT, samples=60, metrics=["stability"]).metrics
    many = explained(tiny_bert, "lime", TEXT, samples=800, metrics=["stability"]).metrics
    fixed = explained(tiny_bert, "leave_one_out", TEXT, metrics=["stability"]).metrics
    assert many["stability_seeds"] > drawn["stability_seeds"]
    assert "stability_seeds" not in fixed
    assert 1 <= fixed["stability_typos_n"] <= 3


def test_typos_change_two_letters_and_are_the_rows_own(tiny_bert):
    row = prepared(tiny_bert)
    changed = [example.text for example in typos(row)]
    assert changed == [example.text for example in typos(row)]
    for text in changed:
        assert len(text) == len(TEXT)
        assert sum(a != b for a, b in zip(text, TEXT, strict=True)) == 2
        assert sorted(text) == sorted(TEXT)


def test_plausibility_of_known_scores():
    truth = np.array([0, 1, 1, 0, 0, 1], dtype=bool)
    perfect = rationale_metrics(truth, truth.astype(float), 3)
    assert perfect == {"rationale_auprc": 1.0, "rationale_f1": 1.0, "rationale_iou_f1": 1.0}
    scores = np.array([0.1, 0.9, 0.2, 0.8, 0.0, 0.7])  # chosen: 1, 3, 5; spans [1], [3], [5] against [1, 2], [5]
    found = rationale_metrics(truth, scores, 3)
    assert found["rationale_f1"] == pytest.approx(2 / 3)
    assert found["rationale_iou_f1"] == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert found["rationale_auprc"] == pytest.approx(average_precision_score(truth, scores), abs=0.06)
    worst = rationale_metrics(truth, -truth.astype(float), 3)
    assert worst["rationale_f1"] == 0


def test_rationales_are_matched_to_white_space_tokens(tiny_bert, explained):
    text = "Tasteless, cold soup isn't cheap"
    record = explained(tiny_bert, "leave_one_out", text, rationale=(1, 0, 0, 1, 0), metrics=["plausibility"])
    sums = {"Tasteless,": 0.0, "cold": 0.0, "soup": 0.0, "isn't": 0.0, "cheap": 0.0}
    for word in record.words:
        owner = next(token for token in sums if text.index(token) <= word.start < text.index(token) + len(token))
        sums[owner] += word.score
    expected = rationale_metrics(np.array([1, 0, 0, 1, 0], dtype=bool), np.array(list(sums.values())), 2)
    for name, value in expected.items():
        assert record.metrics[name] == pytest.approx(value)
        assert record.metrics[f"{name}_random"] <= record.metrics[f"{name}_best"]


@pytest.mark.parametrize("rationale", [(0, 0, 0), (1, 0), None])
def test_no_plausibility_without_a_fitting_rationale(tiny_bert, explained, rationale):
    record = explained(tiny_bert, "saliency", "cold tasteless soup", rationale=rationale, metrics=["plausibility"])
    assert record.metrics == {}


@pytest.mark.parametrize("text", ["", "dull", "   "])
def test_texts_with_hardly_a_word_have_the_metrics_that_are_defined(tiny_bert, explained, text):
    record = explained(tiny_bert, "leave_one_out", text, metrics=True)
    assert record.error is None
    if record.words:
        assert record.metrics["comprehensiveness"] == pytest.approx(record.metrics["comprehensiveness_random"])
    assert "tau_loo" not in explained(tiny_bert, "saliency", text, metrics=True).metrics
    assert all(np.isfinite(value) for value in record.metrics.values())


def test_methods_share_the_floor_and_nobody_beats_the_ceiling(tiny_bert):
    examples = [Example("a", TEXT), Example("b", "Great service, friendly staff and a fair price.")]
    by_method = {
        name: {
            r.row_id: r.metrics
            for r in find("explainer", name)(metrics=["faithfulness"]).run(tiny_bert, examples, seed=0)
        }
        for name in ("saliency", "leave_one_out")
    }
    for row_id in ("a", "b"):
        one, other = (by_method[name][row_id] for name in by_method)
        assert one["comprehensiveness_random"] == pytest.approx(other["comprehensiveness_random"], abs=1e-6)


def test_deletion_is_another_way_to_remove(tiny_bert, explained):
    masked, deleted = (
        explained(tiny_bert, "saliency", TEXT, metrics=["faithfulness"], removal=removal)
        for removal in ("mask", "delete")
    )
    assert masked.metrics["comprehensiveness"] != pytest.approx(deleted.metrics["comprehensiveness"], abs=1e-4)


def test_the_cards_cover_what_is_measured():
    assert {card.group for card in CARDS} == set(GROUPS)
    assert all(card.definition and card.source for card in CARDS)
