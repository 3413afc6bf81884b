"""Questions take turns: short ones first, then session by session; nobody waits for somebody else's long question."""

from __future__ import annotations

import threading

import pytest
from waiting import until

from audit.live.task import Cancelled, Task
from audit.live.turns import LONG_BEGUN, MODELS_BEGUN, SHORTS_IN_A_ROW, Turns


class Stage:
    """Questions of so many steps each, on a clock by which every step takes a second; notes who makes each step."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.ended: list[int] = []
        self.most = 0
        self.told: dict[int, list[dict]] = {}
        self.turns = Turns(self._work, clock=lambda: float(len(self.steps)))
        self._count = 0
        self._inside = 0
        self.gate = threading.Event()
        """Until it is set, whoever has the turn stays at its first step."""

    def ask(self, session, action="explain", steps=3, model="m"):
        self._count += 1
        task = Task(
            {"id": self._count, "session": session, "action": action, "arguments": {"model": model, "steps": steps}},
            self._heard,
        )
        self.turns.put(task)
        return task

    def _heard(self, message):
        if "state" in message:
            self.told.setdefault(message["id"], []).append(message["state"])

    def _work(self, task):
        try:
            for _ in range(task.arguments["steps"]):
                self._inside += 1
                self.most = max(self.most, self._inside)
                self.steps.append(task.number)
                assert self.gate.wait(60)
                self._inside -= 1
                task.pause()
        except Cancelled:
            return
        self.ended.append(task.number)

    def play(self, *tasks):
        until(lambda: self.steps, "the first step")
        self.gate.set()
        until(lambda: {task.number for task in tasks} <= set(self.ended), "the end of all")


@pytest.fixture
def stage():
    made = Stage()
    yield made
    made.gate.set()


def test_a_prediction_waits_for_one_step_of_a_long_explanation(stage):
    long = stage.ask("a", steps=900)
    until(lambda: stage.steps, "the first step")
    short = stage.ask("b", "predict", steps=1)
    stage.play(long, short)
    assert stage.steps.index(short.number) == 1
    assert stage.ended == [short.number, long.number]


def test_a_second_session_is_over_long_before_the_first(stage):
    first = stage.ask("a", steps=900)
    until(lambda: stage.steps, "the first step")
    second = stage.ask("b", steps=20)
    stage.play(first, second)
    assert stage.ended == [second.number, first.number]
    before = stage.steps[: len(stage.steps) - 1 - stage.steps[::-1].index(second.number)]
    assert 16 <= before.count(first.number) <= 21, "they take turns"
    assert first.number not in before[2:4], "who just came is ahead by a little"


def test_many_questions_of_one_session_count_as_one(stage):
    crowd = [stage.ask("a", action, steps=50) for action in ("explain", "explain", "attack", "counterfactual")]
    until(lambda: stage.steps, "the first step")
    lone = stage.ask("b", steps=20)
    stage.play(lone)
    place = len(stage.steps) - stage.steps[::-1].index(lone.number)
    assert sum(number != lone.number for number in stage.steps[:place]) <= 22
    stage.play(*crowd)


def test_those_of_one_session_and_kind_are_answered_in_their_order(stage):
    asked = [stage.ask("a", steps=5) for _ in range(4)]
    stage.play(*asked)
    assert stage.ended == [task.number for task in asked]
    assert stage.steps == sorted(stage.steps)


def test_only_one_computes_at_a_time(stage):
    asked = [stage.ask(str(i), steps=10) for i in range(5)]
    stage.play(*asked)
    assert stage.most == 1


def test_short_questions_without_end_leave_a_turn_to_the_long_one(stage):
    first = stage.ask("a", steps=1)
    until(lambda: stage.steps, "the first step")
    long = stage.ask("b", steps=2)
    shorts = [stage.ask(f"c{i}", "predict", steps=1) for i in range(4 * SHORTS_IN_A_ROW)]
    stage.play(first, long, *shorts)
    assert stage.steps.index(long.number) <= 1 + SHORTS_IN_A_ROW
    assert max(i for i, number in enumerate(stage.steps) if number == long.number) <= 2 + 2 * SHORTS_IN_A_ROW


def test_few_are_begun_and_of_few_models(stage):
    asked = [stage.ask(str(i), steps=30) for i in range(LONG_BEGUN + 3)]
    stage.play(*asked)
    first_end = stage.steps.index(asked[LONG_BEGUN].number)
    assert len(set(stage.steps[:first_end])) == LONG_BEGUN

    other = Stage()
    various = [other.ask(str(i), steps=30, model=f"m{i}") for i in range(MODELS_BEGUN + 1)]
    same = other.ask("x", steps=30, model="m0")
    other.play(*various, same)
    assert len(set(other.steps[: other.steps.index(various[-1].number)])) == MODELS_BEGUN
    assert other.steps.index(various[-1].number) < other.steps.index(same.number), "nobody passes who waits"


def test_one_that_loads_leaves_its_turn(stage):
    loaded = threading.Event()

    def work(task):
        if task.session == "a":
            with task.loading():
                assert loaded.wait(60)
        stage._work(task)

    stage.turns._work = work
    stage.gate.set()
    slow, other = stage.ask("a", steps=1), stage.ask("b", steps=3)
    until(lambda: other.number in stage.ended, "the other")
    assert [task.number for task in stage.turns.busy()] == [slow.number]
    loaded.set()
    stage.play(slow)


def test_one_that_waits_is_taken_back_at_once(stage):
    first = stage.ask("a", steps=10)
    until(lambda: stage.steps, "the first step")
    waiting = stage.ask("b", steps=10)
    assert stage.turns.take_back(waiting)
    assert not stage.turns.take_back(first)
    stage.gate.set()
    until(lambda: not stage.turns.busy(), "the end")
    assert stage.ended == []
    assert set(stage.steps) == {first.number}


def test_who_waits_is_told_how_many_come_before(stage):
    first, second, third = (stage.ask("a", steps=1) for _ in range(3))
    assert stage.told[second.number][-1]["before"] == 1
    assert stage.told[third.number][-1]["before"] == 2
    stage.play(first, second, third)
    assert [state["before"] for state in stage.told[third.number]] == [2, 1, 0]


def test_those_that_take_turns_know_it(stage):
    first = stage.ask("a", steps=6)
    until(lambda: stage.steps, "the first step")
    second = stage.ask("b", steps=3)
    stage.play(first, second)
    assert {"before": 0, "beside": 1, "loading": False} in stage.told[first.number]
    assert stage.told[first.number][-1]["beside"] == 0
