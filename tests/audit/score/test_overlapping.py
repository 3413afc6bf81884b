"""Group columns whose cells hold several values: groups by value, which may share rows, and what is said of them together."""

from __future__ import annotations

import numpy as np
import pytest

from audit.records import Example, Prediction
from audit.score.calibration_parts import calibration_of_parts
from audit.score.columns import columns_of_table
from audit.score.frames import build_frames, with_marks
from audit.score.group_auc import group_auc
from audit.score.group_columns import columns_of, groupings
from audit.score.group_rates import group_rates
from audit.score.groups import groups
from audit.score.measurer import Measurer
from audit.score.overlapping import by_chance, of_shares, widest_of_overlapping
from audit.score.part import part_of
from audit.score.scoring import measure_families
from audit.score.weak.candidates import single

LABELS = ("no", "yes")
NAMES = ("African", "Asian", "Women", "Islam")
KINDS = {
    "group_selection_rate": "selection", "group_tpr": "tpr", "group_fpr": "fpr", "group_precision": "precision",
}  # fmt: skip


def made(n=600, seed=0, worse=0.0, each=0.3):
    """(values, truth, probability of yes): of rows with the first value `worse` more are wrong."""
    draw = np.random.default_rng(seed)
    lines = []
    for _ in range(n):
        held = tuple(name for name in NAMES if draw.random() < each)
        truth = draw.random() < 0.5
        right = draw.random() < 0.8 - worse * (NAMES[0] in held)
        sure = 0.55 + 0.4 * draw.random()
        lines.append((held, LABELS[truth], sure if truth == right else 1 - sure))
    return lines


def frames_of(lines, joined="|".join):
    examples = [
        Example(f"{i:016x}", f"text {i}", label=truth, groups={"targets": joined(held)})
        for i, (held, truth, _) in enumerate(lines)
    ]
    answers = [Prediction(f"{i:016x}", LABELS[int(p > 0.5)], (1 - p, p), 3, 3) for i, (_, _, p) in enumerate(lines)]
    return build_frames(answers, labels=LABELS, examples=examples)


def measured(frames, *families):
    return {m.key: m for m in measure_families(frames, families, seed=0)}


def rates(lines, name):
    rows = [(truth == "yes", p > 0.5) for held, truth, p in lines if name in held]
    y, z = (np.array(column) for column in zip(*rows, strict=True))
    return {
        "n": len(y), "accuracy": (y == z).mean(), "selection": z.mean(), "tpr": z[y].mean(), "fpr": z[~y].mean(),
        "precision": y[z].mean(),
    }  # fmt: skip


def test_every_rate_is_of_the_rows_that_have_the_value():
    """Membership by value; `test_fairlearn` holds the same rates against fairlearn."""
    lines = made(worse=0.2)
    found, hand = measured(frames_of(lines), groups, group_rates), {name: rates(lines, name) for name in NAMES}
    for name in NAMES:
        accuracy = found[f"group_accuracy[group:targets={name}]"]
        assert (accuracy.value, accuracy.n) == (pytest.approx(hand[name]["accuracy"]), hand[name]["n"])
        for score, kind in KINDS.items():
            assert found[f"{score}[group:targets={name},label=yes]"].value == pytest.approx(hand[name][kind])
    assert not [key for key in found if "|" in key]
    of = {kind: [hand[name][kind] for name in NAMES] for kind in ("accuracy", "selection", "tpr", "fpr")}
    gap = found["accuracy_gap[group:targets]"]
    assert gap.value == pytest.approx(np.ptp(of["accuracy"]))
    assert gap.context["worst"] == "African"
    assert gap.n == sum(bool(held) for held, _, _ in lines)
    ratio = found["selection_ratio[group:targets,label=yes]"]
    assert ratio.value == pytest.approx(min(of["selection"]) / max(of["selection"]))
    assert ratio.interval(0.95).low <= ratio.value <= ratio.interval(0.95).high <= 1.0
    odds = found["equalised_odds_difference[group:targets,label=yes]"]
    assert odds.value == pytest.approx(max(np.ptp(of["tpr"]), np.ptp(of["fpr"])))


@pytest.mark.parametrize("joined", ["; ".join, lambda held: str(list(held)).replace("'", '"')], ids=["joined", "json"])
def test_cells_are_taken_apart_however_they_are_joined(joined):
    lines = made()
    (one,) = columns_of(frames_of(lines, joined))
    assert set(one.parts) == set(NAMES)
    assert one.overlapping


def test_a_column_of_texts_with_a_sign_in_them_is_left_as_it_is():
    lines = [((f"part {i} of {i}; more {i}",), "yes", 0.9) for i in range(40)]
    (one,) = columns_of(frames_of(lines))
    assert not one.overlapping
    assert len(one.parts) == 40


def test_a_true_gap_is_found_and_none_is_not():
    worse, alike = (measured(frames_of(made(worse=w)), groups)["accuracy_gap[group:targets]"] for w in (0.3, 0.0))
    assert worse.interval(0.95).low > 0.05
    assert alike.interval(0.95).low == 0.0
    told = {note.key: note.values for note in worse.notes}
    assert told["note.in_several"]["texts"] == sum(len(held) > 1 for held, _, _ in made(worse=0.3))
    assert told["note.in_several"]["p"].value < 0.01


def test_groups_that_share_rows_move_together_as_a_bootstrap_of_the_rows_has_them():
    draw = np.random.default_rng(3)
    inside = (draw.random((400, 3)) < 0.5).astype(float)
    hits, weights = (draw.random(400) < 0.7).astype(float), np.ones(400)
    _, moved = of_shares(hits, weights, inside)
    taken = draw.integers(0, 400, (4000, 400))
    shares = (hits[taken][:, :, None] * inside[taken]).sum(axis=1) / inside[taken].sum(axis=1)
    np.testing.assert_allclose(moved.T @ moved, np.cov(shares.T), atol=0.00012)


def test_no_gap_is_claimed_more_often_than_was_said_where_there_is_none():
    claimed, chance = 0, []
    for seed in range(80):
        draw = np.random.default_rng(seed)
        inside = (draw.random((300, 6)) < 0.25).astype(float)
        hits, weights = (draw.random(300) < 0.75).astype(float), np.ones(300)
        gap = widest_of_overlapping(*of_shares(hits, weights, inside), draw, resamples=200)
        claimed += np.quantile(gap.values, 0.025) > 0
        chance.append(by_chance(hits, weights, inside, draw, draws=199))
    assert claimed <= 6
    assert 2 <= sum(p <= 0.1 for p in chance) <= 16


def test_groups_of_the_same_rows_are_no_way_apart():
    hits, weights = np.array([1.0, 0.0] * 50), np.ones(100)
    inside = np.ones((100, 2))
    gap = widest_of_overlapping(*of_shares(hits, weights, inside), np.random.default_rng(0), resamples=200)
    assert gap.value == 0.0
    assert not gap.values.any()
    assert by_chance(hits, weights, inside, np.random.default_rng(0)) == 1.0


def test_rows_that_are_all_right_leave_a_gap_open():
    hits, weights = np.concatenate([np.ones(40), np.zeros(10)]), np.ones(50)
    inside = np.column_stack([np.arange(50) < 30, np.arange(50) >= 20]).astype(float)
    gap = widest_of_overlapping(*of_shares(hits, weights, inside), np.random.default_rng(0), resamples=500)
    low, high = np.quantile(gap.values, [0.025, 0.975])
    assert 0.0 < low < gap.value < high


def test_a_part_of_the_rows_takes_cells_apart_as_the_run_does():
    lines = made()
    frames = frames_of(lines)
    alone = [i for i, (held, _, _) in enumerate(lines) if held == ("African", "Women")][:1]
    part = part_of(frames, [f"{i:016x}" for i in alone])
    (one,) = columns_of(part)
    assert set(one.parts) == {"African", "Women"}


def test_whatever_else_goes_by_columns_goes_by_values():
    lines = made(n=800, worse=0.2)
    frames = frames_of(lines)
    marked = with_marks(frames, [Example(f"{i:016x}", f"text {i}") for i in range(len(lines))])
    parts = single(frames.predictions, marked, marked.marks).where
    assert {part["group:targets"] for part in parts if "group:targets" in part} == set(NAMES)
    calibrated = {m.where["group:targets"] for m in calibration_of_parts(frames, Measurer(0)) if "group:targets" in m.where}  # fmt: skip
    assert calibrated <= set(NAMES)
    assert calibrated
    effects = list(columns_of_table(frames, Measurer(0), "surface"))
    assert {m.where["group:targets"] for m in effects} == set(NAMES)
    aucs = {m.where["group:targets"] for m in group_auc(frames, Measurer(0))}
    assert aucs == set(NAMES)


def test_two_columns_are_crossed_by_value():
    lines = made(n=900)
    examples = [
        Example(f"{i:016x}", f"text {i}", label=truth, groups={"targets": "|".join(held), "sex": "fm"[i % 2]})
        for i, (held, truth, _) in enumerate(lines)
    ]
    answers = [Prediction(f"{i:016x}", LABELS[int(p > 0.5)], (1 - p, p), 3, 3) for i, (_, _, p) in enumerate(lines)]
    frames = build_frames(answers, labels=LABELS, examples=examples)
    crossed = next(one for one in groupings(frames) if one.kind == "crossed")
    named = {frozenset(value for value in where.values()) for where in crossed.parts.values()}
    assert named == {frozenset((name, sex)) for sex in "fm" for name in NAMES}
    gap = measured(frames, group_rates)["crossed_accuracy_gap[group:sex,group:targets]"]
    assert gap.interval(0.95).low <= gap.value <= gap.interval(0.95).high
