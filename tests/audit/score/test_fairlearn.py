"""Rates of groups, their ratio and their gaps are fairlearn's, of one column, of two crossed, and of cells with several values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_ratio,
    equalized_odds_difference,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

from audit.records import Example, Prediction
from audit.score.frames import build_frames
from audit.score.group_rates import group_rates
from audit.score.groups import groups
from audit.score.scoring import measure_families

LABELS = ("no", "yes")
RATES = {
    "group_selection_rate": selection_rate, "group_tpr": true_positive_rate, "group_fpr": false_positive_rate,
    "group_precision": precision_score,
}  # fmt: skip


def rows(seed, n=900):
    """Cities that are treated otherwise, two sexes, and cells that name up to two of three peoples."""
    draw = np.random.default_rng(seed)
    city, sex = draw.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]), draw.choice(["f", "m"], n)
    held = draw.random((n, 3)) < 0.45
    truth = draw.random(n) < 0.4
    p = np.clip(
        0.3 + 0.35 * truth + 0.1 * (city == "b") - 0.08 * held[:, 0] + 0.17 * draw.standard_normal(n), 0.01, 0.99
    )
    peoples = [
        "|".join(name for name, inside in zip(("Chinese", "Indian", "Turkish"), one, strict=True) if inside)
        for one in held
    ]
    return pd.DataFrame({"city": city, "sex": sex, "people": peoples, "truth": truth.astype(int), "p": p}), held


def measured(table, columns):
    examples = [
        Example(f"{i:016x}", f"text {i}", label=LABELS[line["truth"]], groups={name: line[name] for name in columns})
        for i, line in enumerate(table.to_dict("records"))
    ]
    answers = [
        Prediction(f"{i:016x}", LABELS[int(p > 0.5)], (1 - p, p), 3, 3) for i, p in enumerate(table["p"].tolist())
    ]
    frames = build_frames(answers, labels=LABELS, examples=examples)
    return {one.key: one for one in measure_families(frames, [groups, group_rates], seed=0)}


@pytest.fixture(scope="module", params=[0, 1, 2])
def made(request):
    table, held = rows(request.param)
    return table, held, (table["p"] > 0.5).astype(int)


def test_the_rates_of_one_column(made):
    table, _, said = made
    found = measured(table, ["city"])
    theirs = MetricFrame(
        metrics={**RATES, "group_accuracy": accuracy_score}, y_true=table["truth"], y_pred=said, sensitive_features=table["city"],
    ).by_group  # fmt: skip
    for city in "abc":
        assert found[f"group_accuracy[group:city={city}]"].value == pytest.approx(theirs.loc[city, "group_accuracy"])
        for name in RATES:
            assert found[f"{name}[group:city={city},label=yes]"].value == pytest.approx(theirs.loc[city, name]), name
    ratio = demographic_parity_ratio(table["truth"], said, sensitive_features=table["city"])
    assert found["selection_ratio[group:city,label=yes]"].value == pytest.approx(ratio)
    odds, gap = found["equalised_odds_difference[group:city,label=yes]"], found["accuracy_gap[group:city]"]
    told = equalized_odds_difference(table["truth"], said, sensitive_features=table["city"])
    # the largest of several differences is too large by chance: what is told is what is left, and its range holds fairlearn's
    assert odds.value <= told + 1e-9
    assert odds.interval(0.95).low <= told <= odds.interval(0.95).high
    assert gap.interval(0.95).low <= np.ptp(theirs["group_accuracy"]) <= gap.interval(0.95).high


def test_two_columns_crossed(made):
    table, _, said = made
    found = measured(table, ["city", "sex"])
    theirs = MetricFrame(
        metrics=accuracy_score, y_true=table["truth"], y_pred=said, sensitive_features=table[["city", "sex"]]
    ).by_group  # fmt: skip
    for (city, sex), value in theirs.items():
        assert found[f"group_accuracy[group:city={city},group:sex={sex}]"].value == pytest.approx(value)


def test_cells_with_several_values(made):
    table, held, said = made
    found = measured(table, ["people"])
    for name, inside in zip(("Chinese", "Indian", "Turkish"), held.T, strict=True):
        theirs = MetricFrame(
            metrics=RATES, y_true=table["truth"], y_pred=said, sensitive_features=inside.astype(int)
        ).by_group.loc[1]
        for kind in RATES:
            assert found[f"{kind}[group:people={name},label=yes]"].value == pytest.approx(theirs[kind]), (name, kind)
