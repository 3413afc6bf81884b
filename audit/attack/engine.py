"""Rows in, outcomes out: schedules a recipe over examples and turns TextAttack's results into records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.attack import provision
from audit.attack.side_by_side import Ask, Finished, SideBySide
from audit.attack.validity import is_valid
from audit.attack.watchdog import RowTimeout
from audit.changes import changes_between, words_changed
from audit.records import AttackOutcome, AttackStatus, Example
from audit.resources import locate
from audit.resources.encoder import load_encoder
from audit.seeds import row_seed

if TYPE_CHECKING:
    from audit.attack.recipe import Recipe
    from models.classifier import Classifier

GPU_SLOTS = 32
_IN_USE = threading.Lock()


class _NothingToAttack(Exception):
    """A text in which the recipe can change nothing."""


@dataclass(frozen=True)
class _Raw:
    """What an attack gave for one row, before it is measured."""

    status: AttackStatus
    original_probs: tuple[float, ...]
    text: str | None
    probs: tuple[float, ...]
    queries: int
    words_total: int
    words_left: int
    similarity: float | None


def attack_rows(
    recipe: Recipe, classifier: Classifier, examples: Sequence[Example], *, seed: int
) -> Iterator[AttackOutcome]:
    """Attack every example; outcomes come in the order of the examples, each as soon as those before it are done.

    Args:
        recipe: what to run; `recipe.unavailable(classifier)` should be None.
        classifier: the model attacked.
        examples: rows; those without a label are attacked against the model's own prediction.
        seed: of the run; each row draws from its own (run seed, row id, recipe).

    Raises:
        ResourceError: a resource has gone since `unavailable` was asked.
    """
    provision()
    stamps, label = dict(recipe.resources), recipe.label
    services: dict[str, Callable[[Sequence[Any]], Any]] = {"classify": classifier.predict_proba}
    if locate("encoder") is not None:
        encoder = load_encoder("cuda" if classifier.device == "cuda" else "cpu")
        services["encode"] = encoder.encode
        # pair by pair, so that a row's similarity has the same last digit whoever its neighbours are
        services["compare"] = lambda pairs: [float(a @ b) for a, b in map(encoder.encode, pairs)]
    slots = recipe.side_by_side or (1 if classifier.device == "cpu" else GPU_SLOTS)

    def make_work(ask: Ask) -> Callable[[Example], _Raw]:
        return _Attacker(recipe, classifier, ask, measure="compare" in services)

    schedule: SideBySide[Example, _Raw] = SideBySide(make_work, services, slots, recipe.time_limit)
    seeds = [row_seed(seed, example.row_id, recipe.name) for example in examples]
    for finished in _one_at_a_time(schedule.run(zip(examples, seeds, strict=True))):
        example = examples[finished.number]
        yield _outcome(recipe, label, stamps, example, seeds[finished.number], finished)


def _one_at_a_time(rows: Iterator[Finished[_Raw]]) -> Iterator[Finished[_Raw]]:
    """TextAttack draws from the process's global generators, so two threads must not attack at the same moment."""
    while True:
        with _IN_USE:
            finished = next(rows, None)
        if finished is None:
            return
        yield finished


class _Attacker:
    """One slot: an attack of its own, used for one row after the other."""

    def __init__(self, recipe: Recipe, classifier: Classifier, ask: Ask, *, measure: bool) -> None:
        from audit.attack.build import Site

        self._recipe, self._classifier, self._ask, self._measure = recipe, classifier, ask, measure
        self._site = Site.for_slot(recipe, classifier, ask)
        self._attack = recipe.build(self._site)

    def __call__(self, example: Example) -> _Raw:
        try:
            return self._run(example)
        finally:
            self._attack.clear_cache()  # stock clears only after a search that ended well
            self._site.wrapper.forget()

    def _run(self, example: Example) -> _Raw:
        from audit.attack._textattack import AttackedText
        from audit.attack.goals import OutOfBudget
        from audit.attack.parts import attacked_column

        reason = self._recipe.refuses(example.text)
        if reason is not None:
            raise _NothingToAttack(reason)
        text = AttackedText(_columns(example))
        truth = self._truth(example, text)
        goal = self._attack.goal_function
        first, _ = goal.init_attack_example(text, truth)
        before = tuple(float(p) for p in first.raw_output)
        total = len(text.words_per_input[0])
        status, final = self._search(first, goal, OutOfBudget, total)
        if final is None or status == "skipped":
            return _Raw(status, before, None, (), int(goal.num_queries), total, total, None)
        after = attacked_column(final.attacked_text)
        probs = tuple(float(p) for p in final.raw_output)
        measured = self._measure and status == "success" and self._recipe.kind != "reduction"
        similarity = self._similarity(example.text, after) if measured else None
        left = len(final.attacked_text.words_per_input[0])
        return _Raw(status, before, after, probs, int(goal.num_queries), total, left, similarity)

    def _truth(self, example: Example, text: Any) -> int:
        if example.label is None:
            return int(self._site.wrapper([text.tokenizer_input])[0].argmax())
        if example.label not in self._classifier.labels:
            choices = ", ".join(self._classifier.labels[:20])
            raise ValueError(f"the label '{example.label}' is none of the model's ({choices})")
        return self._classifier.labels.index(example.label)

    def _search(self, first: Any, goal: Any, out_of_budget: type[Exception], words: int) -> tuple[AttackStatus, Any]:
        from audit.attack._textattack import GoalFunctionResultStatus as Status

        if first.goal_status == Status.SKIPPED:
            return "skipped", first
        if words == 0:
            return "failed", first

        def spent() -> bool:
            return bool(goal.num_queries >= goal.query_budget)

        try:
            final = self._attack.search_method(first)
        except out_of_budget:
            return "out_of_budget", None
        except (IndexError, ValueError):
            if spent():  # a search that tripped over the answers the budget withheld
                return "out_of_budget", None
            raise
        if final.goal_status == Status.MAXIMIZING:
            reached = final.attacked_text.num_words < first.attacked_text.num_words and not spent()
        else:
            reached = final.goal_status == Status.SUCCEEDED
        return ("success" if reached else "out_of_budget" if spent() else "failed"), final

    def _similarity(self, original: str, perturbed: str) -> float:
        if original == perturbed:
            return 1.0  # the encoder would see one text
        (cosine,) = self._ask("compare", [(original, perturbed)])
        return float(cosine)


def _columns(example: Example) -> Any:
    from collections import OrderedDict

    if example.pair is None:
        return example.text
    return OrderedDict([("text", example.text), ("pair", example.pair)])


def _outcome(
    recipe: Recipe, label: str, stamps: dict[str, str], example: Example, seed: int, finished: Finished[_Raw]
) -> AttackOutcome:
    raw, error = finished.result, finished.error
    reduction = recipe.kind == "reduction"
    if raw is None:
        raw = _Raw("error", (), None, (), 0, 0, 0, None)
    changes = () if raw.text is None else changes_between(example.text, raw.text)
    judged = raw.status == "success" and not reduction
    return AttackOutcome(
        row_id=example.row_id,
        text=example.text,
        label=example.label,
        recipe=label,
        status=raw.status,
        original_probs=raw.original_probs,
        perturbed_text=raw.text,
        perturbed_probs=raw.probs,
        changes=changes,
        queries=raw.queries,
        words_changed=words_changed(changes),
        words_total=raw.words_total,
        similarity=raw.similarity,
        valid=is_valid(recipe.kind, changes, raw.similarity) if judged else None,
        seed=seed,
        resources=stamps,
        seconds=finished.seconds,
        goal="input_reduction" if reduction else recipe.goal,
        words_left=raw.words_left if reduction and raw.status not in {"error", "skipped"} else None,
        pair=example.pair,
        error=None if error is None else _message(error, recipe.time_limit),
    )


def _message(error: BaseException, limit: float) -> str:
    if isinstance(error, RowTimeout):
        return f"timeout: the row took longer than {limit:g} s"
    if isinstance(error, _NothingToAttack):
        return str(error)
    return f"{type(error).__name__}: {error}"
