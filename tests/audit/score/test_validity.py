import numpy as np
import pytest
from simulated import attack, row_id

from audit.score.checks import decide
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.policy import Check
from audit.score.scoring import measure_run, with_reviews
from audit.score.validity import valid_success_rate

LABELS = ("negative", "positive")
KEY = "attack_success_rate_valid@textfooler"


def frames(valid, failed):
    """One success per entry of `valid`, and `failed` attacks that did not succeed."""
    records = [attack(f"s{i}", "success", valid=v) for i, v in enumerate(valid)]
    return build_frames([*records, *(attack(f"f{i}", "failed") for i in range(failed))], labels=LABELS)


def rate(table, reviews=None, seed=0):
    return valid_success_rate("textfooler", table.attacks, Measurer(seed, 2000), reviews)


def judged(verdicts):
    return {("textfooler", row_id(f"s{i}")): verdict for i, verdict in verdicts.items()}


def test_until_somebody_has_judged_the_rule_counts():
    found = rate(frames([True] * 30 + [False] * 8 + [None] * 2, 60))
    assert found.value == 0.3
    assert found.method == "wilson"
    assert "no success judged" in found.note
    assert "2 successes could not be judged by rule" in found.note


def test_what_no_rule_could_judge_widens_the_interval_and_never_passes_a_check():
    found = rate(frames([None] * 60, 40))
    low, high = found.interval(0.95)
    assert (found.value, low) == (0.0, 0.0)
    assert high > 0.6
    decision = decide(Check("c", "attack_success_rate_valid", probe="*", max=0.3), found, 0.95, 1)
    assert (decision.verdict, decision.n_to_settle) == ("INCONCLUSIVE", None)
    assert [said.key for said in decision.reason] == ["note.unknown_ones"]


def test_a_judged_row_counts_as_judged():
    table = frames([True] * 30 + [False] * 10, 60)
    found = rate(table, judged({0: "different", 35: "same", 1: "same", 2: "unsure"}))
    assert found.value == 0.3  # one lost, one won
    assert rate(table, judged({0: "different"})).value == pytest.approx(0.29)
    assert "3 of 40 successes judged by people" in found.note


def test_from_ten_judgements_on_the_rest_follows_the_judged_sample():
    table = frames([True] * 40, 60)
    found = rate(table, judged({i: "same" if i < 5 else "different" for i in range(10)}))
    assert found.value == pytest.approx((5 + 30 * 0.5) / 100)
    assert found.method.startswith("bootstrap")
    low, high = found.interval(0.95)
    assert low < 0.13
    assert high > 0.28


def test_the_strata_of_the_rule_are_corrected_apart():
    table = frames([True] * 40 + [False] * 40, 20)
    verdicts = {i: "same" if i < 8 else "different" for i in range(10)}  # the rule is right on 8 of 10
    verdicts |= {40 + i: "same" if i < 1 else "different" for i in range(10)}
    found = rate(table, judged(verdicts))
    assert found.value == pytest.approx((40 * 0.8 + 40 * 0.1) / 100)


def test_reviews_of_other_recipes_and_of_failed_attacks_count_for_nothing():
    table = frames([True] * 5, 5)
    other = {("pwws", row_id("s0")): "different", ("textfooler", row_id("f0")): "same"}
    assert rate(table, other).value == rate(table).value == 0.5


def test_the_interval_covers_the_true_rate():
    """A rule that is wrong on a fifth of its verdicts, 15 judged of about 60 successes; true rate 0.2."""
    table = build_frames([attack(f"r{i}", "success") for i in range(200)], labels=LABELS).attacks
    ids = table["row_id"].to_numpy()
    covered = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        success = rng.random(200) < 0.3
        same = success & (rng.random(200) < 2 / 3)
        rule = np.where(rng.random(200) < 0.8, same, ~same)
        drawn = table.assign(status=np.where(success, "success", "failed"), valid=np.where(success, rule, -1))
        picked = rng.choice(np.flatnonzero(success), size=15, replace=False)
        reviews = {("textfooler", ids[i]): "same" if same[i] else "different" for i in picked}
        low, high = valid_success_rate("textfooler", drawn, Measurer(seed, 400), reviews).interval(0.95)
        covered += low <= 0.2 <= high
    assert covered / 80 >= 0.9


def test_reviews_after_the_run_change_this_score_and_no_other():
    table = frames([True] * 20, 20)
    before = measure_run(table, resamples=200)
    reviews = judged({0: "different"})
    after = with_reviews(before, table, reviews)
    assert after.find(KEY).value == pytest.approx(19 / 40)
    assert after.to_bytes() == measure_run(table, resamples=200, reviews=reviews).to_bytes()
    changed = [a.key for a, b in zip(before, after, strict=True) if a.value != b.value]
    assert changed == [KEY]
