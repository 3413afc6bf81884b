"""Phrases: what two or three words do that none of them does alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.candidates import joined
from audit.behave.triggers.first_order import can_estimate, gains
from audit.behave.triggers.inserting import insertion
from audit.words import words_in

if TYPE_CHECKING:
    from audit.behave.triggers.rows import Row
    from models.classifier import TextInput

NEXT = 30
"""Words that each phrase is grown by, before it and behind it."""


def grown(
    asker: Asker,
    first: Sequence[str],
    rows: Sequence[Row],
    target: int,
    *,
    longest: int,
    beam: int,
    vocabulary: Mapping[str, int],
) -> list[tuple[str, float, float]]:
    """Phrases of at most `longest` words, grown greedily: phrase, share of rows, mean pull.

    Each step puts one more word behind or before the phrases that pull most: those that the gradient at this place speaks
    for, where the model gives one, else the words that the others begin with.

    Args:
        asker: asks the model.
        first: single words to begin with, the strongest first.
        rows: rows of other classes to try phrases in.
        target: the class; -1 for no label at all.
        longest: words.
        beam: phrases that are grown in each step.
        vocabulary: text -> token id, see `Classifier.vocabulary`.
    """
    found: list[tuple[str, float, float]] = []
    parts = list(first[:beam])
    for _ in range(1, longest):
        longer = [phrase for part in parts for phrase in _longer(asker, part, first, rows, target, vocabulary)]
        fitting = [phrase for phrase in longer if len(words_in(phrase)) <= longest]
        step = asker.narrowed(fitting, rows, target, len(fitting))
        found += step
        parts = [phrase for phrase, _, _ in step[:beam]]
    return found


def _longer(
    asker: Asker, part: str, others: Sequence[str], rows: Sequence[Row], target: int, vocabulary: Mapping[str, int]
) -> Iterator[str]:
    behind = before = list(others[:NEXT])
    if vocabulary and can_estimate(asker.classifier):
        words, ids = list(vocabulary), np.fromiter(vocabulary.values(), dtype=np.int64)
        estimates = (gains(asker.classifier, _opened(part, rows, after), target)[ids] for after in (True, False))
        behind, before = ([words[i] for i in np.argsort(-found, kind="stable")[:NEXT]] for found in estimates)
    yield from (joined((part, word)) for word in behind)
    yield from (joined((word, part)) for word in before)


def _opened(part: str, rows: Sequence[Row], after: bool) -> list[tuple[TextInput, int]]:
    """The rows with the part in their middle, each with the character behind it, or before."""
    opened: list[tuple[TextInput, int]] = []
    for row in rows:
        at, put = insertion(row.example.text, part, "middle", row.span)
        lead = len(put) - len(put.lstrip())
        opened.append((row.with_phrase(part, "middle"), at + lead + (len(part) if after else 0)))
    return opened
