"""The rows a scan rests on: of each class those of the others, some to search with and others to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audit.behave.triggers.inserting import Place, inserted
from audit.records import Example
from audit.seeds import row_seed
from audit.window import span_of
from audit.words import count_words

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

LONG = 60
"""Words from which on a text is taken last: it costs much, and one word does the less in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be written anew with a phrase in it.

    Attributes:
        example: the row.
        span: [start, end) of what the model reads of its text.
    """

    example: Example
    span: tuple[int, int]

    def with_phrase(self, phrase: str, place: Place) -> TextInput:
        """What the model is asked about it with the phrase at a place."""
        text = inserted(self.example.text, phrase, place, self.span)
        return text if self.example.pair is None else (text, self.example.pair)


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of the other classes than one: `search` chooses candidates, `judge` says what they do. No row is in both."""

    search: tuple[Row, ...]
    judge: tuple[Row, ...]


class Sample:
    """The distinct rows with what the model says of them, in an order that the seed draws.

    Attributes:
        rows: those with any text that the model reads.
        probs: (n, n_labels) of the rows as they are.
    """

    def __init__(self, classifier: Classifier, examples: Sequence[Example], seed: int, probe: str) -> None:
        distinct = {example.content_id: example for example in reversed(examples)}.values()
        drawn = {e.row_id: (count_words(e.text) > LONG, row_seed(seed, e.row_id, probe), e.row_id) for e in distinct}
        ordered = sorted((e for e in distinct if e.text.strip()), key=lambda e: drawn[e.row_id])
        found = (Row(e, span_of(classifier, e.text, e.pair)) for e in ordered)
        self.rows = tuple(row for row in found if row.span[0] < row.span[1])
        self.task = classifier.task
        asked = [
            row.example.text if row.example.pair is None else (row.example.text, row.example.pair) for row in self.rows
        ]
        self.probs = classifier.predict_proba(asked).astype(np.float64)
        self.golds = [None if r.example.label is None else self.task.gold(r.example.label) for r in self.rows]

    @property
    def labelled(self) -> bool:
        """Whether rows have labels; where none has, the model's answers stand in."""
        return any(gold is not None for gold in self.golds)

    def answers(self) -> list[str]:
        """What the model says of each row."""
        return [self.task.answer(output) for output in self.probs]

    def members(self, target: int) -> NDArray[np.bool_]:
        """Which rows are of a class, (n,): by their labels, by the model's answer where a row has none; of none where it is -1."""
        told = [
            gold if gold is not None else self.task.answer(p) for gold, p in zip(self.golds, self.probs, strict=True)
        ]
        held = self.task.members(told)
        return np.asarray(~held.any(axis=1) if target < 0 else held[:, target], dtype=bool)

    def sides(self, target: int, *, search: int, judge: int) -> Sides:
        """Rows that neither are of a class nor are given to it, at most so many of each; a third at most to search with."""
        given = np.array([holds(self.task, p, target) for p in self.probs], dtype=bool)
        others = [row for row, out in zip(self.rows, given | self.members(target), strict=True) if not out]
        first = min(search, len(others) // 3)
        return Sides(tuple(others[:first]), tuple(others[first : first + judge]))


def holds(task: object, output: NDArray[np.floating], target: int) -> bool:
    """Whether an answer holds a class; whether it holds none where the class is -1."""
    held = task.holds(output)  # type: ignore[attr-defined]
    return bool(not held.any() if target < 0 else held[target])


def pull(probs: NDArray[np.floating], target: int) -> NDArray[np.float64]:
    """How far each output (..., n_labels) is towards a class, in logits (...); away from all labels where it is -1."""
    p = np.clip(np.asarray(probs, dtype=np.float64), 1e-7, 1.0 - 1e-7)
    odds = np.log(p) - np.log1p(-p)
    found: NDArray[np.float64] = np.round(-odds.max(axis=-1) if target < 0 else odds[..., target], 4)
    return found
