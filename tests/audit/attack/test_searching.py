"""The engine: order, concurrency, budgets, errors, the safety net."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Any

import pytest
from attack_rows import example

from audit.attack.recipe import Recipe
from audit.kinds import find, names

pytestmark = pytest.mark.filterwarnings("ignore")

SMALL = {"genetic", "faster_genetic", "iga", "pso", "leap"}
ELSEWHERE = {"bae", "bert_attack", "clare", "chinese"}  # the masked ones and Chinese have tests of their own
OFFLINE = [name for name in names("attack") if name not in ELSEWHERE]


def made(name: str, **params: Any) -> Any:
    """A recipe, its population small enough for a test."""
    params = {"max_queries": 80} | params
    return find("attack", name)(**params, **({"population": 4, "generations": 2} if name in SMALL else {}))


def facts(outcomes: Any) -> list[Any]:
    """Outcomes without their timings; probabilities at four digits, for pooled batches differ in the seventh."""
    from audit.records import to_dict

    found = []
    for outcome in outcomes:
        probs = {
            name: tuple(round(p, 4) for p in getattr(outcome, name)) for name in ("original_probs", "perturbed_probs")
        }
        found.append(to_dict(replace(outcome, seconds=0.0, **probs)))
    return found


@pytest.mark.parametrize("name", OFFLINE)
def test_outcomes_depend_on_the_row_alone(name: str, classifier, rows) -> None:
    some = rows[:3]
    alone = facts(made(name).run(classifier, some, seed=5))
    together = made(name)
    together.side_by_side = 2
    backwards = facts(together.run(classifier, some[::-1], seed=5))
    assert backwards[::-1] == alone
    assert facts(made(name).run(classifier, some[1:2], seed=5)) == alone[1:2]  # a shard of its own
    assert not [o["error"] for o in alone if o["error"]]


def test_outcomes_come_in_input_order_with_every_row(classifier, rows) -> None:
    recipe = made("deepwordbug")
    recipe.side_by_side = 4
    outcomes = list(recipe.run(classifier, rows, seed=0))
    assert [o.row_id for o in outcomes] == [r.row_id for r in rows]
    assert outcomes[-1].status == "skipped"
    assert outcomes[-1].queries == 1
    assert outcomes[-1].perturbed_text is None


def test_the_global_generators_are_left_as_they_were(classifier, rows) -> None:
    import random

    import numpy as np

    random.seed(1)
    np.random.seed(1)
    expected = (random.random(), np.random.rand())
    random.seed(1)
    np.random.seed(1)
    list(made("deepwordbug").run(classifier, rows[:2], seed=9))
    assert (random.random(), np.random.rand()) == expected


def test_other_threads_that_draw_random_numbers_change_nothing(classifier, rows) -> None:
    """A worker's queue draws the jitter of its polls from `random` while an attack runs."""
    import random
    import threading

    def texts(name: str) -> list[str | None]:
        return [o.perturbed_text for o in made(name).run(classifier, rows[:8], seed=3)]

    names = ("deepwordbug", "pruthi")
    alone = [texts(name) for name in names]
    over = threading.Event()

    def draw() -> None:
        while not over.wait(0.0005):
            random.random()

    thread = threading.Thread(target=draw, daemon=True)
    thread.start()
    try:
        assert [texts(name) for name in names] == alone
    finally:
        over.set()
        thread.join()


def test_a_spent_budget_says_so_and_is_kept(classifier, rows) -> None:
    for name in ("pwws", "pruthi", "bad_characters", "genetic"):
        outcomes = list(made(name, max_queries=6).run(classifier, rows[:5], seed=0))
        assert all(o.queries <= 6 for o in outcomes), name
        assert all(o.status in {"success", "out_of_budget", "failed"} for o in outcomes), name
        assert "out_of_budget" in {o.status for o in outcomes}, name


def test_limits_on_words_and_similarity_hold(classifier, rows) -> None:
    plain = list(made("textfooler").run(classifier, rows[:6], seed=0))
    limited = list(made("textfooler", max_words=1).run(classifier, rows[:6], seed=0))
    assert max(o.words_changed for o in plain) > 1
    assert max(o.words_changed for o in limited) <= 1
    close = list(made("deepwordbug", min_similarity=0.9).run(classifier, rows[:6], seed=0))
    from audit.resources.encoder import load_encoder

    for outcome in close:
        before, after = load_encoder().encode([outcome.text, outcome.perturbed_text])
        assert float(before @ after) >= 0.9 - 1e-5
    assert all(o.similarity is None for o in close if o.status != "success")


def test_a_targeted_attack_reaches_its_target(classifier, rows) -> None:
    target = classifier.labels[1]
    outcomes = list(
        made("pruthi", max_queries=None, goal="targeted", target=target, swaps=2).run(classifier, rows, seed=0)
    )
    for outcome, row in zip(outcomes, rows, strict=True):
        if row.label == target:
            assert outcome.status == "skipped"
        if outcome.status == "success":
            assert classifier.predicted_label(outcome.perturbed_probs) == target


def test_without_labels_the_prediction_stands_in(classifier, rows) -> None:
    unlabelled = [replace(row, label=None) for row in rows[:3]]
    mine = list(made("deepwordbug").run(classifier, unlabelled, seed=0))
    labelled = list(made("deepwordbug").run(classifier, rows[:3], seed=0))
    assert [(o.status, o.perturbed_text, o.queries) for o in mine] == [
        (o.status, o.perturbed_text, o.queries) for o in labelled
    ]


def test_a_failing_row_ends_no_other(classifier, rows) -> None:
    mixed = [
        rows[0],
        replace(rows[1], label="purple"),
        rows[2],
        example("", rows[0].label),
        example("?!", rows[0].label),
    ]
    outcomes = list(made("deepwordbug").run(classifier, mixed, seed=0))
    assert [o.status == "error" for o in outcomes] == [False, True, False, False, False]
    assert "purple" in (outcomes[1].error or "")


def test_of_a_pair_only_the_text_changes(classifier, rows) -> None:
    pairs = [replace(row, pair="It was shown in the old cinema.") for row in rows[:3]]
    for name in ("deepwordbug", "bad_characters", "input_reduction"):
        outcomes = list(made(name).run(classifier, [replace(p, label=None) for p in pairs], seed=0))
        assert [o.error for o in outcomes] == [None] * 3
        assert all("cinema" not in (o.perturbed_text or "") for o in outcomes)
        assert any(o.changes for o in outcomes)


@pytest.mark.parametrize("limit", [{"min_similarity": 0.9}, {"max_words": 0.1}])
def test_of_a_pair_only_the_text_counts_for_the_limits(classifier, rows, limit: dict[str, float]) -> None:
    from audit.resources.encoder import load_encoder

    pair = "It was shown in the old cinema, and many people from the whole town came to see it that night. " * 3
    paired = [replace(row, pair=pair, label=None) for row in rows[:6]]
    outcomes = [o for o in made("deepwordbug", **limit).run(classifier, paired, seed=0) if o.perturbed_text]
    assert any(o.changes for o in outcomes)
    for outcome in outcomes:
        if "max_words" in limit:
            assert outcome.words_changed <= math.ceil(0.1 * len(outcome.text.split()))
        else:
            before, after = load_encoder().encode([outcome.text, outcome.perturbed_text])
            assert float(before @ after) >= 0.9 - 1e-5


def test_a_share_of_words_is_not_rounded_up_by_an_imprecise_product() -> None:
    from textattack.shared import AttackedText

    from audit.attack.parts import MaxWordsChanged

    words = [f"word{i}" for i in range(50)]
    changed = [AttackedText(" ".join([*("other",) * k, *words[k:]])) for k in (7, 8)]
    limit = MaxWordsChanged(0.14)
    assert [limit._check_constraint(text, AttackedText(" ".join(words))) for text in changed] == [True, False]


def test_outcomes_name_the_resources_that_judge_them(classifier, rows) -> None:
    [outcome] = made("textfooler").run(classifier, rows[:1], seed=0)
    assert {"vectors", "tagger", "encoder", "wordnet"} <= set(outcome.resources)
    [outcome] = made("deepwordbug").run(classifier, rows[:1], seed=0)
    assert set(outcome.resources) == {"stopwords", "encoder"}


def test_a_reduction_cut_by_its_budget_says_so(classifier, rows) -> None:
    free = list(made("input_reduction", max_queries=None).run(classifier, rows[:4], seed=0))
    assert {o.status for o in free} == {"success"}
    cut = list(made("input_reduction", max_queries=free[0].queries - 1).run(classifier, rows[:1], seed=0))
    assert cut[0].status == "out_of_budget"
    assert cut[0].words_left is not None
    assert cut[0].words_left >= (free[0].words_left or 0)


def test_input_reduction_reports_words_left(classifier, rows) -> None:
    for outcome in made("input_reduction").run(classifier, rows, seed=0):
        if outcome.status == "skipped":
            assert outcome.words_left is None
            continue
        assert outcome.goal == "input_reduction"
        assert outcome.valid is None
        assert 1 <= outcome.words_left <= outcome.words_total
        assert classifier.predicted_label(outcome.perturbed_probs) == outcome.label


@dataclass(kw_only=True)
class _Hangs(Recipe):
    """Never comes back on texts about soup, and swallows every ordinary exception meanwhile."""

    name = "hangs"
    kind = "character"

    def build(self, site: Any) -> Any:
        import audit.attack._textattack as ta

        class Search(ta.GreedySearch):  # type: ignore[misc]
            def perform_search(self, initial_result: Any) -> Any:
                while "soup" in initial_result.attacked_text.text:
                    try:
                        sum(range(1000))
                    except Exception:
                        continue
                return initial_result

        swap = ta.WordSwapQWERTY(random_one=False)
        return site.attack(site.goal(), [], swap, Search())


@pytest.mark.parametrize("slots", [1, 3])
def test_the_safety_net_cuts_a_hung_row_alone(slots: int, classifier, rows) -> None:
    recipe = _Hangs(time_limit=0.5)
    recipe.side_by_side = slots
    outcomes = list(recipe.run(classifier, rows[:5], seed=0))
    assert [o.status for o in outcomes] == ["failed", "error", "failed", "failed", "failed"]
    assert outcomes[1].error == "timeout: the row took longer than 0.5 s"


@pytest.mark.parametrize(
    ("passed", "worked", "counted"),
    [(10.0, 9.0, 9.0), (10.0, 19.0, 10.0), (100.0, 2.0, 10.0)],
    ids=["nearly all of a processor", "two processors", "hardly any: a tenth of the clock"],
)
def test_what_counts_against_a_row_is_work_and_not_waiting(passed, worked, counted, monkeypatch) -> None:
    from audit.attack import watchdog

    clock = {"perf_counter": 5.0, "process_time": 3.0}
    monkeypatch.setattr(watchdog.time, "perf_counter", lambda: clock["perf_counter"])
    monkeypatch.setattr(watchdog.time, "process_time", lambda: clock["process_time"])
    watch = watchdog.Stopwatch()
    clock["perf_counter"] += passed
    clock["process_time"] += worked
    assert watch.seconds == pytest.approx(counted)


def test_outcomes_are_whole(classifier, rows) -> None:
    for outcome in made("pruthi", max_queries=None).run(classifier, rows, seed=0):
        assert outcome.resources["stopwords"].startswith("own-list") or "nltk" in outcome.resources["stopwords"]
        if outcome.status != "success":
            continue
        assert outcome.valid in {True, False}
        assert -1 <= outcome.similarity <= 1
        assert classifier.predicted_label(outcome.perturbed_probs) != outcome.label
        again = classifier.predict_proba([outcome.perturbed_text])[0]
        assert again == pytest.approx(outcome.perturbed_probs, abs=1e-5)
        for change in outcome.changes:
            assert outcome.text[change.start : change.end] == change.before
            assert outcome.perturbed_text[change.new_start : change.new_end] == change.after


def test_a_debugger_or_tracer_works_after_an_attack():
    """Taking back an exception that never was makes CPython 3.11 look for it for ever, and hang once calls are traced."""
    code = (
        "import sys\nfrom audit.attack.watchdog import Watchdog\n"
        "with Watchdog() as watchdog:\n    watchdog.arm(60)\n    watchdog.disarm()\n"
        "def called():\n    return 'through'\n"
        "sys.settrace(lambda *_: None)\nprint(called())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "through" in done.stdout


ODD = [
    "!!!",
    "😀",
    "...",
    "word",
    " \n\t ",
    "",
    "?! -- ,",
    "the",
    "\u200b\u200b",
    "[SEP]",
    "0",
    "不错",
    "\x00",
    "'",
    "don't",
]


@pytest.mark.parametrize("name", [*OFFLINE, "chinese"])
def test_odd_texts_end_in_a_status_in_words(name: str, classifier) -> None:
    """No text, alone or in a pair, makes a recipe fail with an error of its insides."""
    recipe = made(name, max_queries=20)
    examples = [example(text) for text in ODD] + [example(text, pair="a second text") for text in ODD]
    for outcome in recipe.run(classifier, examples, seed=0):
        if outcome.error is not None:
            assert outcome.status == "error"
            assert outcome.error.startswith(
                ("nothing to attack: the text ", f"nothing to attack: {name} works on texts in ")
            )
        elif not outcome.words_total:
            assert (outcome.status, outcome.queries, outcome.words_left) == ("failed", 1, None)
            assert outcome.note == "nothing to attack: the text has no word"
