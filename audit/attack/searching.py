"""Rows in, outcomes out: schedules a recipe over examples and turns TextAttack's results into records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from audit.attack import provision
from audit.attack.clauses import clauses
from audit.attack.outcomes import NothingToAttack, Raw, outcome_of
from audit.attack.reach import Reach, reach
from audit.attack.side_by_side import Ask, Finished, SideBySide
from audit.changes import changes_between
from audit.records import AttackOutcome, AttackStatus, Example
from audit.resources import locate
from audit.resources.encoder import load_encoder
from audit.seeds import row_seed

if TYPE_CHECKING:
    from audit.attack.attacking import Attacking
    from models.classifier import Classifier
    from models.task import Goal

GPU_SLOTS = 32
_IN_USE = threading.Lock()


def attack_rows(
    recipe: Attacking, classifier: Classifier, examples: Sequence[Example], *, seed: int
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
    stamps, stand_ins = dict(recipe.resources), recipe.stand_ins
    services: dict[str, Callable[[Sequence[Any]], Any]] = {"classify": classifier.predict_proba}
    if locate("encoder") is not None:
        encoder = load_encoder("cuda" if classifier.device == "cuda" else "cpu")
        services["encode"] = encoder.encode
        # pair by pair, so that a row's similarity has the same last digit whoever its neighbours are
        services["compare"] = lambda pairs: [float(a @ b) for a, b in map(encoder.encode, pairs)]
    slots = recipe.side_by_side or (1 if classifier.device == "cpu" else GPU_SLOTS)

    def make_work(ask: Ask) -> Callable[[Example], Raw]:
        return _Attacker(recipe, classifier, ask, measure="compare" in services)

    schedule: SideBySide[Example, Raw] = SideBySide(make_work, services, slots, recipe.time_limit)
    seeds = [row_seed(seed, example.row_id, recipe.name) for example in examples]
    for finished in _one_at_a_time(schedule.run(zip(examples, seeds, strict=True))):
        example = examples[finished.number]
        yield outcome_of(recipe, stand_ins, stamps, example, seeds[finished.number], finished)


def _one_at_a_time(rows: Iterator[Finished[Raw]]) -> Iterator[Finished[Raw]]:
    """TextAttack draws from the process's global generators, so two threads must not attack at the same moment."""
    while True:
        with _IN_USE:
            finished = next(rows, None)
        if finished is None:
            return
        yield finished


class _Attacker:
    """One slot: an attack of its own, used for one row after the other."""

    def __init__(self, recipe: Attacking, classifier: Classifier, ask: Ask, *, measure: bool) -> None:
        from audit.attack.build import Site

        self._recipe, self._classifier, self._ask, self._measure = recipe, classifier, ask, measure
        self._site = Site.for_slot(recipe, classifier, ask)
        self._attack = recipe.build(self._site)

    def __call__(self, example: Example) -> Raw:
        try:
            return self._run(example)
        finally:
            self._attack.clear_cache()  # stock clears only after a search that ended well
            self._site.wrapper.forget()

    def _run(self, example: Example) -> Raw:
        from audit.attack._textattack import AttackedText
        from audit.attack.goals import OutOfBudget

        recipe, reduces = self._recipe, self._recipe.kind == "reduction"
        part = reach(self._classifier, example.text, example.pair, recipe.most_words, alone=reduces)
        read = example.text[part.start : part.end]
        reason = recipe.refuses(read)
        if reason is not None:
            raise NothingToAttack(reason)
        self._site.wrapper.frame = part
        wanted = self._wanted(example, read)
        if part.words == 0:
            return self._wordless(read, wanted, part)
        goal = self._attack.goal_function
        first, _ = goal.init_attack_example(AttackedText(read), wanted)
        before = tuple(float(p) for p in first.raw_output)
        status, final = self._search(first, goal, OutOfBudget)
        if final is None or status == "skipped":
            return Raw(status, before, None, (), int(goal.num_queries), part.words, part)
        after = final.attacked_text.text
        probs = tuple(float(p) for p in final.raw_output)
        measured = self._measure and status == "success" and not reduces
        similarity, around = self._similarities(read, after) if measured else (None, None)
        left = len(final.attacked_text.words)
        return Raw(status, before, after, probs, int(goal.num_queries), left, part, similarity, around)

    def _wordless(self, read: str, wanted: Goal, part: Reach) -> Raw:
        """A text that offers nothing to change; stock's goals divide by its number of words."""
        answer = self._site.wrapper([read])[0]
        probs = tuple(float(p) for p in answer)
        if wanted.skips(answer):
            return Raw("skipped", probs, None, (), 1, 0, part)
        return Raw("failed", probs, read, probs, 1, 0, part)

    def _wanted(self, example: Example, read: str) -> Goal:
        """What the attack is after, as seen from the true answer, or the model's own where there is none."""
        task = self._classifier.task
        gold = task.gold(example.label)
        return task.goal(task.answer(self._site.wrapper([read])[0]) if gold is None else gold, self._recipe.target)

    def _search(self, first: Any, goal: Any, out_of_budget: type[Exception]) -> tuple[AttackStatus, Any]:
        from audit.attack._textattack import GoalFunctionResultStatus as Status

        if first.goal_status == Status.SKIPPED:
            return "skipped", first

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

    def _similarities(self, original: str, perturbed: str) -> tuple[float, tuple[float, ...] | None]:
        """Cosine of the two texts and, where words may have been swapped, of the clause of each change."""
        pairs = [(original, perturbed)]
        if self._recipe.kind in {"word", "mixed"}:
            around = clauses(original, perturbed, changes_between(original, perturbed))
            pairs += [(clause.before, clause.after) for clause in around]
        unlike = [(a, b) for a, b in dict.fromkeys(pairs) if a != b]  # of equal texts the encoder would see one
        found = dict(zip(unlike, map(float, self._ask("compare", unlike)), strict=True)) if unlike else {}
        whole, *parts = (found.get(pair, 1.0) for pair in pairs)
        return whole, tuple(parts) if self._recipe.kind in {"word", "mixed"} else None
