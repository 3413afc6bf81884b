"""What a model's answer is: how it is read from an output, when two answers are the same one, when one is right.

The one place that takes the largest of some probabilities, compares labels or joins several into one text. An answer is
the text that records keep and pages show. A new kind of answer (a number, spans of a text) is one more `Task` here and a
line in `TASKS`. Importing this module loads numpy only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.answer import DIGITS, Bools, Floats, Goal, Task, most_probable
from models.label_sets import NONE, join_labels, split_labels

__all__ = ["DIGITS", "TASKS", "Goal", "Head", "Label", "Labels", "Task", "YesOrNo", "most_probable", "task_of"]

Head = Literal["softmax", "sigmoid", "multi_label"]
"""softmax over n labels; one sigmoid logit (two labels); one sigmoid per label."""


class Label(Task):
    """One of several labels, by a softmax."""

    several = False
    exclusive = True
    families = frozenset({"calibration", "confusions", "label_shares"})

    def answer(self, output: ArrayLike) -> str:
        """The most probable label."""
        return self.labels[self.foremost(output)]

    def sure(self, output: ArrayLike) -> float:
        """Its probability."""
        return float(np.max(output))

    def holds(self, output: ArrayLike) -> Bools:
        """The most probable label alone."""
        return np.asarray(np.arange(len(self.labels)) == self.foremost(output), dtype=bool)

    def foremost(self, output: ArrayLike) -> int:
        """The place of the most probable label; of equal ones the first."""
        return int(most_probable(output))

    def sides(self, output: ArrayLike) -> Floats:
        """1 for the most probable label."""
        return self.holds(output).astype(np.float64)

    def parts(self, answer: str) -> tuple[str, ...]:
        """The label itself."""
        return (answer,)

    def gold(self, cell: str | None) -> str | None:
        """The label itself."""
        if cell is not None:
            self._place(cell, cell)
        return cell

    def right(self, answer: str, gold: str) -> bool:
        """Whether it is the gold label."""
        return answer == gold

    def rights(self, answers: Any, golds: Any) -> Bools:
        """Those that are the gold label; columns of Arrow's text stay such."""
        return self.sames(answers, golds)

    def sames(self, first: Any, second: Any) -> Bools:
        """Those that are one label."""
        return np.asarray(first == second, dtype=bool)

    def members(self, answers: Any) -> Bools:
        """The one label each."""
        given, names = (np.asarray(some, dtype=object) for some in (answers, self.labels))
        return np.asarray(given[:, None] == names[None, :], dtype=bool)

    def by_label(self, answers: Sequence[str]) -> Mapping[str, Bools]:
        """The answers that are each label."""
        given = np.asarray(answers, dtype=object)
        return {label: np.asarray(given == label, dtype=bool) for label in sorted(set(answers))}

    def lead(self, logits: NDArray[np.floating], answer: str) -> Floats:
        """By how much the label is before the next one."""
        scores, own = logits.astype(np.float64), self.labels.index(answer)
        ahead: Floats = scores[:, own] - np.delete(scores, own, axis=1).max(axis=1)
        return ahead

    def goal(self, gold: str, target: str | None = None) -> Goal:
        """Any other label, or the label `target`."""
        return _Another(self._place(gold, gold), None if target is None else self._place(target, target))


class YesOrNo(Label):
    """One of two labels, by one logit: of the second; that of the first is its negative."""

    exclusive = False

    def class_logits(self, raw: Any) -> Any:
        """A logit z becomes (-z, z), so that the sigmoid of a class's logit is its probability."""
        import torch

        return torch.cat([-raw, raw], dim=-1)


class _Another(Goal):
    """Another label than the row's own, or a certain one; scores are stock TextAttack's."""

    def __init__(self, own: int, target: int | None) -> None:
        self._own, self._target = own, target

    def held(self, output: Any) -> bool:
        return int(most_probable(output)) == self._own

    def reached(self, output: Any) -> bool:
        if self._target is None:
            return not self.held(output)
        return self._target in (self._own, int(most_probable(output)))

    def score(self, output: Any) -> float:
        return float(1 - output[self._own] if self._target is None else output[self._target])

    def firmness(self, output: Any) -> Any:
        return output[self._own]


class Labels(Task):
    """Any number of labels, each with a probability of its own that reaches its threshold or does not.

    Args:
        labels: names in the order of the model's outputs.
        thresholds: the least probability of each label that an answer holds, in this order; 0.5 where there are none.
    """

    several = True
    families = frozenset({"label_sets"})

    def __init__(self, labels: Sequence[str], thresholds: Sequence[float] = ()) -> None:
        super().__init__(labels)
        self.thresholds = tuple(map(float, thresholds)) or (0.5,) * len(self.labels)
        if len(self.thresholds) != len(self.labels) or not all(0.0 < t < 1.0 for t in self.thresholds):
            raise ValueError(f"{len(self.labels)} labels need as many thresholds, each above 0 and below 1")

    def answer(self, output: ArrayLike) -> str:
        """The labels that reach their thresholds, joined by `|`; no text where none does."""
        return self._joined(self.holds(output))

    def sure(self, output: ArrayLike) -> float:
        """The probability that the label it is least sure of is in its answer, or is not, as it says."""
        probs = self._read(output)
        return float(np.where(self.holds(output), probs, 1.0 - probs).min())

    def holds(self, output: ArrayLike) -> Bools:
        """Those that reach their thresholds."""
        return np.asarray(self._read(output) >= np.asarray(self.thresholds))

    def foremost(self, output: ArrayLike) -> int:
        """The label furthest above its threshold, or least below it."""
        return int(most_probable(self._leaning(output)))

    def sides(self, output: ArrayLike) -> Floats:
        """1 for those that reach their thresholds, -1 for all others."""
        sides: Floats = np.where(self.holds(output), 1.0, -1.0).astype(np.float64)
        return sides

    def parts(self, answer: str) -> tuple[str, ...]:
        """The labels in the model's order; those it does not have after them."""
        return _parts(answer, self.labels)

    def gold(self, cell: str | None) -> str | None:
        """The labels in the model's order; `|` for none of them."""
        if cell is None:
            return None
        found = self.parts(cell)
        for label in found:
            self._place(label, cell)
        return join_labels(found, self.labels) or NONE

    def right(self, answer: str, gold: str) -> bool:
        """Whether it holds exactly the labels of the gold answer."""
        return self.same(answer, gold)

    def rights(self, answers: Any, golds: Any) -> Bools:
        """Those that hold exactly the labels of the gold answer."""
        return self.sames(answers, golds)

    def sames(self, first: Any, second: Any) -> Bools:
        """Those that hold the same labels."""
        return np.fromiter((self.same(a, b) for a, b in zip(first, second, strict=True)), dtype=bool)

    def members(self, answers: Any) -> Bools:
        """The labels of each."""
        held = {text: np.isin(self.labels, self.parts(text)) for text in set(answers)}
        return np.array([held[text] for text in answers], dtype=bool).reshape(len(answers), len(self.labels))

    def by_label(self, answers: Sequence[str]) -> Mapping[str, Bools]:
        """The answers that hold each label."""
        known = {text: self.parts(text) for text in set(answers)}
        names = sorted({label for found in known.values() for label in found})
        return {label: np.array([label in known[text] for text in answers], dtype=bool) for label in names}

    def lead(self, logits: NDArray[np.floating], answer: str) -> Floats:
        """How far the label nearest its threshold is from it, seen from the side that the answer puts it on."""
        ends = np.log(self.thresholds) - np.log1p(-np.asarray(self.thresholds))
        side = np.where(self.members([answer])[0], 1.0, -1.0)
        nearest: Floats = ((logits.astype(np.float64) - ends) * side).min(axis=1)
        return nearest

    def goal(self, gold: str, target: str | None = None) -> Goal:
        """Any other set of labels; with a target, that this label comes in where it is not, or goes where it is."""
        own = self.members([self.gold(gold) or ""])[0]
        return _OtherSet(self, own, None if target is None else self._place(target, target))

    def _joined(self, held: Bools) -> str:
        return join_labels([label for label, is_held in zip(self.labels, held, strict=True) if is_held], self.labels)

    def _read(self, output: ArrayLike) -> Floats:
        probs: Floats = np.asarray(output, dtype=np.float64).round(DIGITS)
        return probs

    def _leaning(self, output: ArrayLike) -> Floats:
        """Each probability on a scale where every threshold is 0.5, (n_labels,)."""
        probs, ends = self._read(output), np.asarray(self.thresholds)
        leaning: Floats = np.where(probs < ends, 0.5 * probs / ends, 0.5 + 0.5 * (probs - ends) / (1.0 - ends))
        return leaning


class _OtherSet(Goal):
    """Another set of labels than the row's own, or one label that comes in or goes.

    The label nearest to changing sides decides how near the attack is, for one that changes is enough.
    """

    def __init__(self, task: Labels, own: Bools, target: int | None) -> None:
        self._task, self._own = task, own
        self._counted = np.ones(len(own), dtype=bool) if target is None else np.arange(len(own)) == target

    def held(self, output: Any) -> bool:
        return bool((self._task.holds(output) == self._own).all())

    def reached(self, output: Any) -> bool:
        return bool((self._task.holds(output) != self._own)[self._counted].any())

    def score(self, output: Any) -> float:
        return 1.0 - float(self._kept(output)[self._counted].min())

    def firmness(self, output: Any) -> Any:
        return float(self._kept(output).min())

    def _kept(self, output: Any) -> Floats:
        leaning = self._task._leaning(output)
        kept: Floats = np.where(self._own, leaning, 1.0 - leaning)
        return kept


@lru_cache(maxsize=1 << 16)
def _parts(answer: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    found = set(split_labels(answer, labels))
    return (*(label for label in labels if label in found), *sorted(found.difference(labels)))


TASKS: Mapping[str, type[Task]] = {"softmax": Label, "sigmoid": YesOrNo, "multi_label": Labels}
"""Kind of a model's head -> what its answers are."""


def task_of(head: str | None, labels: Sequence[str], thresholds: Sequence[float] = ()) -> Task:
    """The task of a model by the kind of its head; runs of before that do not name it had one label each.

    Args:
        head: a key of `TASKS`.
        labels: the model's labels in the order of its outputs.
        thresholds: of a model of several labels, see `Labels`.
    """
    kind = TASKS[head or "softmax"]
    return Labels(labels, thresholds) if kind is Labels else kind(labels)
