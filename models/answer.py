"""What every kind of answer is asked, and what an attack on one is after: what `models.task` fills in.

Importing this module loads numpy only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

DIGITS = 6
"""Digits that records keep of a probability; an answer is read from no more, so that it is the same from either."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Goal(ABC):
    """What an attack on one row is after. Outputs are (n_labels,), of numpy or torch."""

    @abstractmethod
    def held(self, output: Any) -> bool:
        """Whether the answer is still the row's own."""

    @abstractmethod
    def reached(self, output: Any) -> bool:
        """Whether the attack has what it wants."""

    @abstractmethod
    def score(self, output: Any) -> float:
        """How near the attack is, 0-1; more is nearer."""

    @abstractmethod
    def firmness(self, output: Any) -> Any:
        """How firmly the row's own answer is held, 0-1, as one number of the output's kind."""

    def skips(self, output: Any) -> bool:
        """Whether there is nothing to attack: the model has the row wrong, or the goal is reached as it is."""
        return not self.held(output) or self.reached(output)


class Task(ABC):
    """What the answers of one model are.

    Args:
        labels: names in the order of the model's outputs.
    """

    several: ClassVar[bool]
    """Whether an answer may hold several labels, or none."""
    exclusive: ClassVar[bool] = False
    """Whether a label's probability is at the cost of all others: they are a softmax of the logits, and sum to 1."""
    families: ClassVar[frozenset[str]]
    """Families of scores that make sense for such answers, beside those that make sense for all."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)

    def class_logits(self, raw: Any) -> Any:
        """One logit per label, (n, n_labels), of what the head gives, a tensor (n, outputs)."""
        return raw

    def probabilities(self, logits: Floats) -> Floats:
        """Probabilities of class logits, (n, n_labels) both: a softmax where labels exclude each other, else each one's sigmoid."""
        if self.exclusive:
            scores = np.exp(logits - logits.max(axis=-1, keepdims=True))
            shares: Floats = scores / scores.sum(axis=-1, keepdims=True)
            return shares
        probs: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits))
        return probs

    @abstractmethod
    def answer(self, output: ArrayLike) -> str:
        """What the model says by one output (n_labels,) of probabilities."""

    @abstractmethod
    def sure(self, output: ArrayLike) -> float:
        """How sure it is of its answer, 0-1."""

    @abstractmethod
    def holds(self, output: ArrayLike) -> Bools:
        """Which labels its answer holds, (n_labels,)."""

    @abstractmethod
    def foremost(self, output: ArrayLike) -> int:
        """Place of the label that it says first of all, to which an explanation of its answer is towards."""

    @abstractmethod
    def sides(self, output: ArrayLike) -> Floats:
        """For each label 1 where the answer says it, -1 where it says that it is not so, 0 where neither, (n_labels,)."""

    @abstractmethod
    def parts(self, answer: str) -> tuple[str, ...]:
        """The labels an answer holds."""

    @abstractmethod
    def gold(self, cell: str | None) -> str | None:
        """The answer that a checked label of a row means; None where there is none.

        Raises:
            ValueError: it holds a label that the model does not have, which is named.
        """

    @abstractmethod
    def right(self, answer: str, gold: str) -> bool:
        """Whether an answer is right."""

    @abstractmethod
    def rights(self, answers: Any, golds: Any) -> Bools:
        """Which answers of a column are right by another one, (n,) each, of numpy or pandas."""

    @abstractmethod
    def sames(self, first: Any, second: Any) -> Bools:
        """Which answers of a column are those of another one, (n,) each, of numpy or pandas."""

    @abstractmethod
    def members(self, answers: Any) -> Bools:
        """Which labels each answer of a column holds, (n, n_labels)."""

    @abstractmethod
    def by_label(self, answers: Sequence[str]) -> Mapping[str, Bools]:
        """For each label that occurs, in the order of the names, which answers (n,) hold it."""

    @abstractmethod
    def lead(self, logits: NDArray[np.floating], answer: str) -> Floats:
        """How far each of some logits (n, n_labels) is from another answer than this one, (n,), in logits."""

    @abstractmethod
    def goal(self, gold: str, target: str | None = None) -> Goal:
        """What an attack on a row is after: another answer, or what `target` names."""

    def same(self, first: str, second: str) -> bool:
        """Whether two answers are one."""
        return self.parts(first) == self.parts(second)

    def _place(self, label: str, cell: str) -> int:
        if label not in self.labels:
            choices = ", ".join(self.labels[:20])
            where = "" if label == cell else f" in '{cell}'"
            raise ValueError(f"the label '{label}'{where} is none of the model's ({choices})")
        return self.labels.index(label)


def most_probable(outputs: ArrayLike) -> NDArray[np.intp]:
    """Place of the largest of each row of outputs (..., n_labels); of equal ones the first."""
    places: NDArray[np.intp] = np.argmax(np.asarray(outputs), axis=-1)
    return places
