"""What answers are, of one label and of several, whatever the labels are called, and what attacks on them are after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.label_sets import join_labels
from models.task import Label, Labels, task_of

NAMES = st.lists(st.text("ab|\\ ", min_size=1, max_size=4).filter(str.strip), min_size=2, max_size=5, unique=True)


def probabilities(n: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0.0, 1.0, width=32), min_size=n, max_size=n)


def test_one_label_is_the_most_probable_one_and_the_first_of_equal_ones() -> None:
    task = Label(("a", "b", "c"))
    assert (task.answer([0.2, 0.4, 0.4]), task.sure([0.2, 0.4, 0.4]), task.foremost([0.2, 0.4, 0.4])) == ("b", 0.4, 1)
    assert task.right("b", "b")
    assert not task.right("b", "a")
    assert task.gold("c") == "c"
    assert task.gold(None) is None
    with pytest.raises(ValueError, match=r"'x' is none of the model's \(a, b, c\)"):
        task.gold("x")
    assert not task.several


def test_several_labels_are_those_that_reach_their_thresholds() -> None:
    task = Labels(("a", "b", "c"), (0.5, 0.3, 0.5))
    assert task.answer([0.5, 0.3, 0.49]) == "a|b"
    assert task.answer([0.1, 0.2, 0.3]) == ""
    assert task.sure([0.9, 0.35, 0.2]) == pytest.approx(0.35), "of the label it is least sure of: that it is in"
    assert task.sure([0.9, 0.1, 0.4]) == pytest.approx(0.6), "that it is not"
    assert task.foremost([0.2, 0.25, 0.4]) == 1, "0.25 of 0.3 is nearer than 0.4 of 0.5"
    assert list(task.sides([0.9, 0.1, 0.5])) == [1.0, -1.0, 1.0]
    assert task.several


def test_the_order_of_labels_and_how_none_is_written_make_no_other_answer() -> None:
    task = Labels(("a", "b", "c"))
    assert task.same("c|a", "a|c")
    assert task.right("a|c", "c|a")
    assert task.same("", "|")
    assert not task.same("a", "a|b")
    assert (task.gold("c|a"), task.gold("|"), task.gold("|a|")) == ("a|c", "|", "a")
    with pytest.raises(ValueError, match=r"'x' in 'a\|x' is none of the model's"):
        task.gold("a|x")


def test_a_name_that_holds_the_sign_is_one_label() -> None:
    task = Labels(("a|b", "a", "b"))
    assert task.answer([0.9, 0.1, 0.1]) == "a|b"
    assert task.parts("a|b") == ("a|b",)
    both = task.answer([0.1, 0.9, 0.9])
    assert both != "a|b"
    assert task.parts(both) == ("a", "b")
    assert Label(("a|b", "c")).answer([0.9, 0.1]) == "a|b"


@settings(deadline=None)
@given(NAMES, st.data())
def test_an_answer_holds_what_the_thresholds_say_whatever_the_names(names: list[str], data: Any) -> None:
    task = Labels(names, data.draw(st.lists(st.floats(0.05, 0.95), min_size=len(names), max_size=len(names))))
    probs = data.draw(probabilities(len(names)))
    held = [name for name, p, t in zip(names, probs, task.thresholds, strict=True) if round(p, 6) >= t]
    answer = task.answer(np.array(probs, dtype=np.float32))
    assert list(task.parts(answer)) == held
    assert list(task.members([answer])[0]) == [name in held for name in names]
    assert task.same(answer, join_labels(held[::-1], names))
    assert {name for name, of in task.by_label([answer]).items() if of[0]} == set(held)
    kept = [p if name in held else 1.0 - p for name, p in zip(names, probs, strict=True)]
    assert task.sure(probs) == pytest.approx(min(kept), abs=1e-6)


@settings(deadline=None)
@given(NAMES, st.data())
def test_how_far_another_answer_is_changes_sign_where_the_answer_changes(names: list[str], data: Any) -> None:
    several = data.draw(st.booleans())
    task = Labels(names) if several else Label(names)
    some = st.lists(st.integers(-30, 30), min_size=len(names), max_size=len(names), unique=True)
    logits = np.array([data.draw(some), data.draw(some)], dtype=np.float64) / 4 + 0.05
    probs = 1 / (1 + np.exp(-logits)) if several else np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    first, second = (task.answer(row) for row in probs)
    lead = task.lead(logits, first)
    assert lead[0] > 0
    assert (lead[1] > 0) == task.same(first, second)


def test_another_set_is_reached_when_one_label_changes_sides() -> None:
    goal = Labels(("a", "b", "c")).goal("a|b")
    held, near, other = np.float32([0.9, 0.8, 0.1]), np.float32([0.9, 0.55, 0.1]), np.float32([0.9, 0.4, 0.1])
    assert (goal.held(held), goal.reached(held), goal.skips(held)) == (True, False, False)
    assert goal.score(held) < goal.score(near) < 0.5 < goal.score(other)
    assert goal.reached(other)
    assert goal.skips(other), "the model has the row wrong"
    assert goal.firmness(held) == pytest.approx(0.8)


def test_a_target_comes_in_where_it_is_not_and_goes_where_it_is() -> None:
    task = Labels(("a", "b", "c"))
    into, out = task.goal("a", "c"), task.goal("a|c", "c")
    without, with_it, other = [0.9, 0.1, 0.2], [0.9, 0.1, 0.7], [0.2, 0.1, 0.2]
    assert (into.reached(without), into.reached(with_it), into.reached(other)) == (False, True, False)
    assert (out.reached(with_it), out.reached(without), out.skips(with_it)) == (False, True, False)
    assert into.skips(other), "the model has the row wrong"
    assert into.score(with_it) > 0.5 > into.score(without) == into.score(other), "other labels are of no account"
    with pytest.raises(ValueError, match="'x' is none"):
        task.goal("a", "x")


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3), st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3))
def test_the_score_of_a_set_passes_a_half_where_a_threshold_is_passed(probs: list[float], ends: list[float]) -> None:
    task = Labels(("a", "b", "c"), ends)
    for gold in ("|", "a", "b|c", "a|b|c"):
        goal = task.goal(gold)
        assert goal.reached(probs) == (not task.right(task.answer(probs), gold))
        assert goal.score(probs) >= 0.5 - 1e-9 if goal.reached(probs) else goal.score(probs) <= 0.5 + 1e-9


def test_thresholds_are_one_for_each_label() -> None:
    for odd in ((0.5,), (0.5, 0.0), (0.5, 1.0), (0.5, float("nan"))):
        with pytest.raises(ValueError, match="2 labels need as many thresholds"):
            Labels(("a", "b"), odd)


def test_each_head_has_its_task() -> None:
    assert isinstance(task_of("softmax", ("a", "b")), Label)
    assert isinstance(task_of("sigmoid", ("a", "b")), Label)
    assert isinstance(task_of(None, ("a", "b")), Label)
    found = task_of("multi_label", ("a", "b"), (0.2, 0.3))
    assert isinstance(found, Labels)
    assert found.thresholds == (0.2, 0.3)


@pytest.fixture(scope="module")
def aspects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from small_aspects import make

    return make(tmp_path_factory.mktemp("aspects") / "m", thresholds={"price": 0.9})


def test_thresholds_come_from_the_card_and_belong_to_the_fingerprint(aspects: Path) -> None:
    from models import load

    found = load(str(aspects), threads=1)
    assert found.task.answer([0.6, 0.6, 0.6]) == "food|staff"
    renamed = load(str(aspects), labels=("x", "y", "z"), threads=1)
    assert renamed.task.answer([0.6, 0.6, 0.6]) == "x|y", "they stay with their outputs under other names"
    card = json.loads((aspects / "card.json").read_text())
    (aspects / "card.json").write_text(json.dumps(card | {"thresholds": {"price": 0.5}}))
    plain = load(str(aspects), threads=1)
    assert plain.thresholds == ()
    assert plain.fingerprint != found.fingerprint
    (aspects / "card.json").write_text(json.dumps(card))
    assert load(str(aspects), threads=1).fingerprint == found.fingerprint


@pytest.mark.parametrize(
    "odd", [{"nobody": 0.5}, {"price": 1.5}, {"price": "0.5"}, {"price": True}, [0.5, 0.5, 0.5], 0.5]
)
def test_odd_thresholds_are_refused_by_name(aspects: Path, odd: Any) -> None:
    from models import load
    from models.errors import CheckpointError

    before = (aspects / "card.json").read_text()
    try:
        (aspects / "card.json").write_text(json.dumps({"thresholds": odd}))
        with pytest.raises(CheckpointError, match=r"thresholds in card.json .*\(food, staff, price\)"):
            load(str(aspects), threads=1)
    finally:
        (aspects / "card.json").write_text(before)


def test_thresholds_of_another_head_are_refused(tmp_path: Path) -> None:
    from checkpoints import make

    from models import load
    from models.errors import CheckpointError

    folder = make(tmp_path / "m")
    (folder / "card.json").write_text(json.dumps({"thresholds": {"red": 0.4}}))
    with pytest.raises(CheckpointError, match="for multi-label heads"):
        load(str(folder), threads=1)
