"""Rates of groups: against counts taken by hand in the terms of fairlearn, DeLong against a bootstrap, and made-up columns."""

from __future__ import annotations

import numpy as np
import pytest

from audit.records import Example, Prediction
from audit.score.extremes import largest
from audit.score.frames import build_frames
from audit.score.group_auc import auc, group_auc
from audit.score.group_rates import group_rates
from audit.score.scoring import measure_families

LABELS = ("no", "yes")


def frames_of(lines):
    """Lines of (groups, truth or None, probability of yes)."""
    examples = [
        Example(f"{i:016x}", f"text {i}", label=truth, groups=groups) for i, (groups, truth, _) in enumerate(lines)
    ]
    answers = [Prediction(f"{i:016x}", LABELS[int(p > 0.5)], (1 - p, p), 3, 3) for i, (_, _, p) in enumerate(lines)]
    return build_frames(answers, labels=LABELS, examples=examples)


def measured(lines, family):
    return {m.key: m for m in measure_families(frames_of(lines), [family], seed=0)}


def made(n=600, seed=0, shift=0.0, values=("a", "b", "c")):
    draw = np.random.default_rng(seed)
    lines = []
    for i in range(n):
        group, truth = values[i % len(values)], LABELS[int(draw.random() < 0.5)]
        p = 0.35 + 0.3 * (truth == "yes") + 0.15 * draw.standard_normal() + shift * (group == values[0])
        lines.append(({"city": group, "sex": "fm"[i // 3 % 2]}, truth, float(np.clip(p, 0.01, 0.99))))
    return lines


def by_hand(lines, group):
    rows = [(truth == "yes", p > 0.5) for groups, truth, p in lines if groups["city"] == group]
    y, z = (np.array(column) for column in zip(*rows, strict=True))
    return {"selection": z.mean(), "tpr": z[y].mean(), "fpr": z[~y].mean(), "precision": y[z].mean()}


def test_rates_ratio_and_equalised_odds_are_those_of_the_definitions():
    lines = made(shift=-0.2)
    found = measured(lines, group_rates)
    hand = {group: by_hand(lines, group) for group in "abc"}
    for group in "abc":
        assert found[f"group_selection_rate[group:city={group},label=yes]"].value == pytest.approx(
            hand[group]["selection"]
        )
        assert found[f"group_precision[group:city={group},label=yes]"].value == pytest.approx(hand[group]["precision"])
    rates = {name: [hand[g][name] for g in "abc"] for name in ("selection", "tpr", "fpr")}
    ratio = found["selection_ratio[group:city,label=yes]"]
    assert ratio.value == pytest.approx(min(rates["selection"]) / max(rates["selection"]))
    assert (ratio.context["worst"], ratio.interval(0.95).high < 0.8) == ("a", True)
    odds = found["equalised_odds_difference[group:city,label=yes]"]
    widest = max(np.ptp(rates["tpr"]), np.ptp(rates["fpr"]))
    low, high = odds.interval(0.95)
    assert low < odds.value <= widest + 1e-9
    assert low < widest < high


def test_groups_that_do_not_differ_are_not_accused():
    accused = 0
    for seed in range(20):
        found = measured(made(300, seed=seed), group_rates)
        accused += found["selection_ratio[group:city,label=yes]"].interval(0.95).high < 0.8
        accused += found["equalised_odds_difference[group:city,label=yes]"].interval(0.95).low > 0.1
    assert accused <= 1


def test_the_ratio_covers_the_truth():
    draw, inside = np.random.default_rng(3), 0
    truth = np.array([0.4, 0.45, 0.5])
    from audit.score.group_rates import _ratio

    for _ in range(300):
        hits = draw.binomial(120, truth)
        made_ = _ratio(hits / 120, np.full(3, 120.0), 400)
        low, high = np.quantile(made_.values, [0.025, 0.975])
        inside += low <= 0.8 <= high
    assert inside >= 0.94 * 300
    assert largest(np.array([0.1]), np.array([0.01]), np.array([np.inf]), resamples=100).value == 0.1


def test_two_columns_are_crossed_and_small_crossings_left_out():
    lines = made()
    found = measured(lines, group_rates)
    crossed = found["group_accuracy[group:city=a,group:sex=f]"]
    own = [(truth == "yes") == (p > 0.5) for groups, truth, p in lines if groups == {"city": "a", "sex": "f"}]
    assert (crossed.value, crossed.n) == (pytest.approx(np.mean(own)), len(own))
    assert "crossed_accuracy_gap[group:city,group:sex]" in found
    assert not [key for key in measured(made(90), group_rates) if "crossed" in key]


def test_three_rows_fifty_one_groups_and_no_labels():
    assert measured(made(9), group_rates) == {}
    many = measured([({"city": f"{i % 51}"}, "yes", 0.9) for i in range(51 * 30)], group_rates)
    assert [(m.name, m.value) for m in many.values()] == [("selection_ratio", None)]
    bare = measured([(groups, None, p) for groups, _, p in made()], group_rates)
    assert {m.name for m in bare.values()} == {"group_selection_rate", "selection_ratio"}
    assert measured(made(2)[:0], group_rates) == {}


def test_auc_is_the_share_of_pairs_and_delong_what_a_bootstrap_comes_to():
    draw = np.random.default_rng(1)
    yes, no = np.round(draw.normal(0.6, 0.2, 80), 2), np.round(draw.normal(0.5, 0.2, 120), 2)
    ones = np.ones(200)
    found = auc(yes, no, ones[:80], ones[80:], resamples=2000)
    pairs = (yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean()
    assert found.value == pytest.approx(pairs)
    again = []
    for _ in range(2000):
        a, b = draw.choice(yes, 80), draw.choice(no, 120)
        again.append((a[:, None] > b).mean() + 0.5 * (a[:, None] == b).mean())
    np.testing.assert_allclose(
        np.quantile(found.values, [0.025, 0.975]), np.quantile(again, [0.025, 0.975]), atol=0.015
    )


def test_background_and_subgroup_are_borkans():
    lines = made(shift=0.2)
    found = measured(lines, group_auc)
    of = {
        (g, t): np.array([p for groups, truth, p in lines if (groups["city"] == "a") == g and truth == t])
        for g in (True, False)
        for t in LABELS
    }

    def area(yes, no):
        return (yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean()

    where = "[group:city=a,label=yes]"
    assert found[f"subgroup_auc{where}"].value == pytest.approx(area(of[True, "yes"], of[True, "no"]), abs=1e-5)
    assert found[f"bpsn_auc{where}"].value == pytest.approx(area(of[False, "yes"], of[True, "no"]), abs=1e-5)
    assert found[f"bnsp_auc{where}"].value == pytest.approx(area(of[True, "yes"], of[False, "no"]), abs=1e-5)
    (apart,) = found[f"bpsn_auc{where}"].notes
    assert apart.values == {"own": len(of[True, "no"]), "rest": len(of[False, "yes"])}  # what its n is made of
    assert sum(apart.values.values()) == found[f"bpsn_auc{where}"].n
    assert found[f"bpsn_auc{where}"].interval(0.95).high < found[f"bnsp_auc{where}"].interval(0.95).low
    assert not [key for key in measured(made(30), group_auc) if "city" in key]
