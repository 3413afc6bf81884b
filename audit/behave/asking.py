"""Rows whose texts go to the model together; should that fail, each row's alone, so that one row ends no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from audit.records import Example

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

D = TypeVar("D")

ROWS_A_TIME = 32


@dataclass(frozen=True, slots=True)
class Answered(Generic[D]):
    """A row with what was made of it and the probabilities of its texts, in their order; `seconds` is its share of the time."""

    example: Example
    made: D
    probs: tuple[tuple[float, ...], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A row of which no texts could be made, or whose texts the model cannot take, and why."""

    example: Example
    error: str
    seconds: float


def answered(
    classifier: Classifier,
    examples: Sequence[Example],
    make: Callable[[Example], tuple[D, Sequence[TextInput]]],
    *,
    rows_a_time: int = ROWS_A_TIME,
) -> Iterator[Answered[D] | Unanswered]:
    """Ask about rows, some at a time, in their order.

    Args:
        classifier: the model.
        examples: the rows.
        make: what a probe makes of a row, and the texts to ask about, first of all the row's own.
        rows_a_time: rows whose texts go to the model together.
    """
    for start in range(0, len(examples), rows_a_time):
        yield from _together(classifier, examples[start : start + rows_a_time], make)


def with_pair(example: Example, texts: Sequence[str]) -> list[TextInput]:
    """Texts that stand in the place of a row's, as a model takes them: beside the row's second text where it has one."""
    return [text if example.pair is None else (text, example.pair) for text in texts]


def _together(
    classifier: Classifier, examples: Sequence[Example], make: Callable[[Example], tuple[D, Sequence[TextInput]]]
) -> Iterator[Answered[D] | Unanswered]:
    started = time.perf_counter()
    try:
        drawn = [make(example) for example in examples]
        given = iter(classifier.predict_proba([text for _, texts in drawn for text in texts]))
    except Exception as error:
        if len(examples) > 1:
            for example in examples:
                yield from _together(classifier, [example], make)
            return
        yield Unanswered(examples[0], f"{type(error).__name__}: {error}", time.perf_counter() - started)
        return
    seconds = (time.perf_counter() - started) / len(examples)
    for example, (made, texts) in zip(examples, drawn, strict=True):
        yield Answered(example, made, tuple(tuple(float(p) for p in next(given)) for _ in texts), seconds)
