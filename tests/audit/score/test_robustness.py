import random
from dataclasses import replace

import numpy as np
import pytest
from simulated import attack, example, perturbed, prediction, row_id, simulated_run

from audit.score.curves import budget_curve, words_changed
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.perturbation import perturbations
from audit.score.robustness import robustness
from audit.score.scoring import measure_run

LABELS = ("negative", "positive")
MEASURER = Measurer(0, 500)


def measured(records, examples=(), family=robustness):
    frames = build_frames(records, labels=LABELS, examples=examples)
    return {measure.key: measure for measure in family(frames, MEASURER)}


def outcomes(**counts):
    """So many outcomes of each status, each on a row of its own."""
    return [attack(f"{status} {i}", status) for status, n in counts.items() for i in range(n)]


def test_the_headline_counts_wrong_rows_as_wrong_and_survivors_as_right():
    found = measured(outcomes(success=30, failed=50, out_of_budget=5, skipped=15, error=4))
    headline = found["accuracy_under_attack@textfooler"]
    assert (headline.value, headline.n) == (0.55, 100)
    assert headline.score().method == "wilson"
    assert "15 rows skipped: already wrong" in headline.note
    assert (found["attack_success_rate@textfooler"].value, found["attack_success_rate@textfooler"].n) == (
        pytest.approx(30 / 85), 85,
    )  # fmt: skip
    assert found["out_of_budget_share@textfooler"].value == pytest.approx(5 / 85)
    assert found["error_share@textfooler"].counts == (4.0, 104.0)


def test_without_labels_the_prediction_stands_in():
    records = [attack(f"r{i}", "success" if i < 4 else "failed", label=None, right="positive") for i in range(10)]
    found = measured(records)
    assert found["prediction_retained@textfooler"].value == 0.6
    assert "accuracy_under_attack@textfooler" not in found


def test_effort_is_that_of_the_successes():
    effort = [(1, 10, 0.9), (2, 20, 0.8), (9, 90, 0.7)]
    records = [attack(f"r{i}", "success", changed=c, queries=q, similarity=s) for i, (c, q, s) in enumerate(effort)]
    records += [attack("f", "failed", queries=5000)]
    found = measured(records)
    assert found["words_changed_median@textfooler"].value == 2
    assert found["words_changed_p90@textfooler"].value == 9
    assert found["queries_median@textfooler"].value == 20
    assert found["similarity_p10@textfooler"].value == 0.7


def test_every_row_skipped_says_so():
    found = measured(outcomes(skipped=5))
    assert found["accuracy_under_attack@textfooler"].value == 0.0
    success = found["attack_success_rate@textfooler"]
    assert success.value is None
    assert "every row was skipped" in success.note


def test_input_reduction_reports_words_left_and_takes_no_part():
    records = [
        attack(f"r{i}", "success", recipe="input_reduction", goal="input_reduction", words_left=i + 1) for i in range(5)
    ]
    records += [attack(f"r{i}", "failed") for i in range(5)]
    found = measured(records)
    assert found["words_left_median@input_reduction"].value == 3
    assert not any(key.endswith("@input_reduction") and "success" in key for key in found)
    assert "worst_case_accuracy@attacks" not in found


def test_targeted_attacks_have_a_rate_of_their_own():
    found = measured([attack(f"r{i}", "success" if i < 2 else "failed", goal="targeted") for i in range(8)])
    assert found["targeted_success_rate@textfooler"].value == 0.25
    assert "accuracy_under_attack@textfooler" not in found


def test_the_worst_case_is_a_row_that_any_recipe_breaks():
    records = [attack(f"r{i}", "success" if i < 3 else "failed", recipe="pwws") for i in range(10)]
    records += [attack(f"r{i}", "success" if 2 <= i < 5 else "failed", recipe="deepwordbug") for i in range(10)]
    records += [attack("only pwws", "failed", recipe="pwws"), attack("r9", "error", recipe="deepwordbug")][:1]
    found = measured(records)["worst_case_accuracy@attacks"]
    assert (found.value, found.n) == (0.5, 10)
    assert "over DeepWordBug, PWWS" in found.note
    assert set(found.evidence) == {row_id(f"r{i}") for i in range(5)}


def test_the_fragile_class_is_measured_against_the_others():
    records = [attack(f"n{i}", "success" if i < 24 else "failed", label="negative") for i in range(30)]
    records += [attack(f"p{i}", "success" if i < 10 else "failed", label="positive") for i in range(40)]
    found = measured(records)
    assert found["class_attack_success_rate@textfooler[label=negative]"].value == 0.8
    gap = found["fragility_gap@textfooler[label=negative]"]
    assert gap.value == pytest.approx(0.8 - 0.25)
    assert gap.score().low > 0.3
    few = measured(records[:10] + records[30:])
    assert not any(key.startswith("fragility_gap") for key in few)


def test_stand_ins_are_named():
    found = measured([attack("a", "failed", stand_ins=("vectors: minilm",))])
    assert "stand-ins: textfooler [vectors: minilm]" in found["accuracy_under_attack@textfooler"].note


def test_evidence_begins_with_what_is_hardest_to_see():
    records = [
        attack("meaning lost", "success", changed=1, valid=False),
        attack("two words", "success", changed=2, similarity=0.9),
        attack("one word, far", "success", changed=1, similarity=0.8),
        attack("one word, near", "success", changed=1, similarity=0.95),
    ]
    expected = [row_id(name) for name in ("one word, near", "one word, far", "two words", "meaning lost")]
    assert list(measured(records)["attack_success_rate@textfooler"].evidence) == expected


@pytest.mark.parametrize("by", ["words_changed", "queries", "words_share"])
def test_the_budget_curve_falls_from_clean_accuracy_to_accuracy_under_attack(by):
    records = outcomes(skipped=10, failed=40)
    records += [attack(f"s{i}", "success", changed=1 + i % 4, queries=10 * (i + 1)) for i in range(50)]
    table = budget_curve(build_frames(records, labels=LABELS).attacks, by=by)
    assert table["accuracy"].iloc[0] == 0.9
    assert table["accuracy"].iloc[-1] == pytest.approx(0.4)
    assert table["accuracy"].is_monotonic_decreasing
    assert (table["low"] <= table["accuracy"]).all()
    assert (table["accuracy"] <= table["high"]).all()
    assert table["broken"].sum() == 50
    if by == "words_changed":
        assert table["budget"].tolist() == [0, 1, 2, 3, 4]
        assert table["accuracy"].iloc[1] == pytest.approx(0.9 - 0.13)


def test_words_changed_are_counted_with_the_rest_pooled():
    records = [attack(f"s{i}", "success", changed=c) for i, c in enumerate([1, 1, 3, 20, 30])]
    table = words_changed(build_frames(records, labels=LABELS).attacks, most=5).set_index("words")
    assert table["rows"].to_dict() == {1: 2, 2: 0, 3: 1, 4: 0, 5: 2}
    assert table.loc[1, "share"] == 0.4
    assert len(table.loc[5, "row_ids"]) == 2


def test_flip_rates_count_only_variants_that_changed():
    records = [
        perturbed("a", 1, 2),
        perturbed("b", 0, 1),
        perturbed("c", 0, 0),
        perturbed("d", 2, 3),
        perturbed("e", 0, 0, error="x"),
    ]
    found = measured(records, family=perturbations)
    assert found["flip_rate@typos"].value == pytest.approx(3 / 6)
    assert found["flip_rate@typos"].n == 3
    assert found["flip_any@typos"].value == pytest.approx(2 / 3)
    assert "1 row that it did not change" in found["flip_rate@typos"].note
    assert found["flip_rate@typos"].evidence == (row_id("d"), row_id("a"))


def test_one_variant_a_row_is_wilson_and_several_are_bootstrapped_by_text():
    one = [perturbed(f"r{i}", int(i < 20), 1, variants=1) for i in range(100)]
    found = measured(one, family=perturbations)
    assert found["flip_rate@typos"].method == "wilson"
    assert "flip_any@typos" not in found
    several = [perturbed(f"r{i}", 3 if i < 20 else 0, 3) for i in range(100)]
    rate = measured(several, family=perturbations)["flip_rate@typos"]
    assert rate.method.startswith("bootstrap")
    alone, together = found["flip_rate@typos"].score(), rate.score()  # variants flip together: no more is known
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_a_rate_without_flips_still_allows_some():
    rate = measured([perturbed(f"r{i}", 0, 3) for i in range(100)], family=perturbations)["flip_rate@typos"]
    assert rate.value == 0.0
    assert rate.score().high == pytest.approx(0.037, abs=1e-3)


def test_the_worst_case_over_perturbations_names_its_set():
    records = [perturbed(f"r{i}", int(i == 0), 3) for i in range(4)]
    records += [perturbed(f"r{i}", int(i == 1), 1, kind="case", variants=1) for i in range(4)]
    found = measured(records, family=perturbations)["worst_case_retained@perturbations"]
    assert (found.value, found.n) == (0.5, 4)
    assert found.note == (
        "over Capital letters, Typos; up to 4 variants a row; one variant alone flips 12.5%, so the more variants are tried the fewer "
        "rows stay; of 2 flips, 0 where the model was less than 70% sure"
    )


def test_flips_are_told_apart_by_how_sure_the_model_was():
    def row(name: str, confidence: float, flips: int):
        return replace(perturbed(name, flips, 2), original_probs=(1 - confidence, confidence))

    records = [row("a", 0.55, 2), row("b", 0.69, 1), row("c", 0.7, 1), row("d", 0.95, 0), row("e", 0.95, 0)]
    found = measured(records, family=perturbations)
    assert "of 4 flips, 3 where the model was less than 70% sure" in found["flip_rate@typos"].note
    assert (found["flip_rate_unsure@typos"].value, found["flip_rate_unsure@typos"].n) == (3 / 4, 2)
    assert (found["flip_rate_sure@typos"].value, found["flip_rate_sure@typos"].n) == (1 / 6, 3)
    assert "flip_rate_sure@typos" not in measured(records[3:], family=perturbations)


def test_a_flip_rate_stands_beside_the_bundled_models_at_the_same_settings():
    same = measured(
        [perturbed(f"r{i}", int(i < 9), 5, kind="case", variants=5) for i in range(30)], family=perturbations
    )
    for name in ("sentiment", "intents", "toxicity"):
        assert f"{name} " in same["flip_rate@case"].note
    other = measured([perturbed(f"r{i}", 0, 2, kind="case", variants=2) for i in range(30)], family=perturbations)
    assert "bundled" not in other["flip_rate@case"].note
    assert "bundled" not in measured([perturbed("r", 0, 5, variants=5)], family=perturbations)["flip_rate@typos"].note


def test_nothing_depends_on_the_order_of_the_records():
    examples, records, labels = simulated_run(60)
    shuffled = list(records)
    random.Random(2).shuffle(shuffled)
    one, two = (
        measure_run(build_frames(r, labels=labels, examples=examples), resamples=100) for r in (records, shuffled)
    )
    assert one.to_bytes() == two.to_bytes()


def test_duplicates_weigh_in_rates():
    examples = [example("a", "positive"), example("a", "positive", occurrence=2), example("b", "positive")]
    found = measured([attack("a", "success"), attack("b", "failed")], examples)["attack_success_rate@textfooler"]
    assert found.value == pytest.approx(2 / 3)
    assert np.isclose(found.counts[1], 9 / 5)
    assert found.n == 3


def test_predictions_alone_give_no_robustness():
    assert measured([prediction("a", "positive", (0.2, 0.8))]) == {}
