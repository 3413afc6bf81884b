"""Attacks on models of several labels: another set, one label in or out; goals of one label beside stock TextAttack's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.kinds import find
from audit.records import Example
from models.task import Label, Labels

NAMED = ("food|drink", "staff", "price")


@pytest.fixture(scope="module")
def aspects(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small model of three labels, one of which holds the sign between labels in its name."""
    from small_aspects import make

    from models.loading import load

    return load(str(make(tmp_path_factory.mktemp("aspects") / "m", NAMED)), device="cpu", threads=1)


@pytest.fixture(scope="module")
def rows(aspects: Any) -> list[Example]:
    """Texts of every set of labels, labelled as the model sees them, but for the last, which it has wrong."""
    from small_aspects import texts

    said = [text for text, _ in texts()][::3]
    golds = [aspects.task.answer(p) or "|" for p in aspects.predict_proba(said)]
    assert {"|", "food|drink"} < set(golds)
    assert any(len(aspects.task.parts(gold)) > 1 for gold in golds)
    golds[-1] = next(gold for gold in golds if not aspects.task.same(gold, golds[-1]))
    return [Example(f"{i:016x}", text, label=gold) for i, (text, gold) in enumerate(zip(said, golds, strict=True))]


def run(aspects: Any, rows: list[Example], name: str = "deepwordbug", **params: Any) -> list[Any]:
    probe = find("attack", name)(**params)
    assert probe.unavailable(aspects) is None
    return list(probe.run(aspects, rows, seed=0))


def test_an_attack_wins_where_the_set_is_another_one(aspects: Any, rows: list[Example]) -> None:
    outcomes = run(aspects, rows)
    assert [o.status for o in outcomes].count("success") >= 3
    assert outcomes[-1].status == "skipped", "the model has this row wrong"
    for outcome, row in zip(outcomes[:-1], rows, strict=False):
        asked = aspects.predict_proba([outcome.text, outcome.perturbed_text])
        before, after = (aspects.task.answer(p) for p in asked)
        assert aspects.task.right(before, row.label)
        assert (outcome.status == "success") == (not aspects.task.same(before, after))
        assert outcome.perturbed_probs == pytest.approx(asked[1], abs=1e-5)


def test_a_target_alone_comes_in_or_goes(aspects: Any, rows: list[Example]) -> None:
    outcomes = run(aspects, rows, goal="targeted", target="staff")
    into = set()
    for outcome in (o for o in outcomes if o.status == "success"):
        before, after = (
            aspects.task.parts(aspects.task.answer(p)) for p in (outcome.original_probs, outcome.perturbed_probs)
        )
        assert ("staff" in before) != ("staff" in after)
        into.add("staff" in after)
    assert into == {True, False}
    assert outcomes[-1].status == "skipped"
    assert "none of the model's labels" in find("attack", "pwws")(goal="targeted", target="drink").unavailable(aspects)


def test_a_reduced_text_keeps_the_whole_set(aspects: Any, rows: list[Example]) -> None:
    outcomes = run(aspects, rows, "input_reduction")
    done = [o for o in outcomes if o.status == "success"]
    assert len(done) > 3
    for outcome in done:
        assert outcome.words_left < outcome.words_total
        assert aspects.task.same(
            aspects.task.answer(outcome.perturbed_probs), aspects.task.answer(outcome.original_probs)
        )


@pytest.mark.parametrize("name", ["pwws", "pruthi", "hotflip", "genetic", "checklist"])
def test_every_way_of_searching_takes_sets(aspects: Any, rows: list[Example], name: str) -> None:
    for outcome in run(aspects, rows[:8], name, max_queries=40):
        assert outcome.error is None
        said = [aspects.task.answer(p) for p in (outcome.original_probs, outcome.perturbed_probs) if p]
        assert (outcome.status == "success") == (len(said) == 2 and not aspects.task.same(*said))


def test_without_labels_the_models_own_set_stands_in(aspects: Any, rows: list[Example]) -> None:
    labelled = run(aspects, rows[:6])
    own = run(aspects, [replace(row, label=None) for row in rows[:6]])
    assert [(o.status, o.perturbed_text, o.queries) for o in own] == [
        (o.status, o.perturbed_text, o.queries) for o in labelled
    ]


def test_a_text_without_a_word_is_not_attacked(aspects: Any) -> None:
    own = aspects.task.answer(aspects.predict_proba(["!"])[0]) or "|"
    other = "staff" if own == "|" else "|"
    held, wrong = run(aspects, [Example("0" * 16, "!", label=own), Example("1" * 16, "!", label=other)])
    assert (held.status, wrong.status) == ("failed", "skipped")


def test_a_label_that_the_model_lacks_is_the_rows_own_error(aspects: Any, rows: list[Example]) -> None:
    odd, fine = run(aspects, [replace(rows[0], label="staff|drink"), rows[1]])
    assert (odd.status, fine.error) == ("error", None)
    assert "'drink' in 'staff|drink'" in odd.error


def test_the_gradient_moves_a_set_towards_another_one(aspects: Any, rows: list[Example]) -> None:
    """A step up the loss brings the nearest label nearer to its threshold, whether it is in or not."""
    from audit.attack.gradients import loss_gradient

    for row in rows[:8]:
        tokens, gradient = loss_gradient(aspects, row.text)
        batch = aspects.collate([tokens])
        with torch.no_grad():
            embedded = aspects.embed(batch["input_ids"])
            step = 1e-2 * torch.from_numpy(gradient)[None] / max(float(np.abs(gradient).max()), 1e-9)
            before, after = (aspects.forward_embeddings(batch, e).numpy() for e in (embedded, embedded + step))
        sides = aspects.task.sides(aspects.probabilities(before)[0])
        loss = [float(np.logaddexp(0.0, -sides * logits[0]).sum()) for logits in (before, after)]
        assert loss[1] > loss[0]


@pytest.fixture(scope="module")
def stock() -> Any:
    """Stock goals without a model behind them."""
    from textattack.goal_functions import TargetedClassification, UntargetedClassification

    def make(truth: int, target: int | None) -> Any:
        goal = object.__new__(UntargetedClassification if target is None else TargetedClassification)
        goal.ground_truth_output, goal.target_max_score, goal.target_class, goal.maximizable = (
            truth,
            None,
            target,
            False,
        )
        return goal

    return make


@settings(deadline=None)
@given(st.integers(0, 3), st.none() | st.integers(0, 3), st.lists(st.integers(1, 50), min_size=4, max_size=4))
def test_goals_of_one_label_are_stock_textattacks(
    stock: Any, truth: int, target: int | None, weights: list[int]
) -> None:
    output = torch.tensor(weights, dtype=torch.float32) / sum(weights)
    ours = Label("wxyz").goal("wxyz"[truth], None if target is None else "wxyz"[target])
    theirs = stock(truth, target)
    assert ours.reached(output) == bool(theirs._is_goal_complete(output, None))
    assert ours.score(output) == theirs._get_score(output, None).item()
    assert ours.skips(output) == (ours.reached(output) or int(output.argmax()) != truth)


def test_sets_of_one_label_each_are_attacked_as_two_labels_are() -> None:
    """With one label, in or out, the goal is that of the two labels `yes` and `no`."""
    one, two = Labels(("yes",)), Label(("no", "yes"))
    for p in (0.0, 0.2, 0.49, 0.51, 0.9):
        for gold, name in (("yes", "yes"), ("|", "no")):
            ours, theirs = one.goal(gold), two.goal(name)
            output, both = np.float32([p]), np.float32([1 - p, p])
            assert (ours.held(output), ours.reached(output)) == (theirs.held(both), theirs.reached(both))
            assert ours.score(output) == pytest.approx(theirs.score(both), abs=1e-6)
