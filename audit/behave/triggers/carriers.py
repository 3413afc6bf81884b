"""Short texts that words are tried in: the empty one, and openings of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.candidates import joined
from audit.behave.triggers.inserting import inserted
from audit.behave.triggers.rows import Sample
from audit.words import words_in

if TYPE_CHECKING:
    from models.classifier import TextInput

WORDS = 6
"""Words of a row that an opening keeps."""
ROWS = 200
"""Rows whose openings are looked at."""
SURE = 0.8
"""How sure the model is to be of an opening for its answer."""

Carrier = tuple[str, str | None]
"""A text, with the second text of a pair."""


def carriers(asker: Asker, sample: Sample, most: int) -> list[Carrier]:
    """The empty text, then openings, at most so many."""
    pair = next((row.example.pair for row in sample.rows if row.example.pair is not None), None)
    more = openings(asker, sample) if most > 1 else []
    return [("", pair), *[opening for opening, _ in more[: most - 1]]]


def openings(asker: Asker, sample: Sample) -> list[tuple[Carrier, NDArray[np.float64]]]:
    """Openings of rows of different answers of which the model is sure, the shortest first, each with its output (n_labels,)."""
    found = [(joined(words_in(row.example.text)[:WORDS]), row.example.pair) for row in sample.rows[:ROWS]]
    if not found:
        return []
    probs = asker.probs([put(opening) for opening in found])
    answers = [sample.task.answer(output) for output in probs]
    sure = np.round([sample.task.sure(output) for output in probs], 2)
    order = sorted(range(len(found)), key=lambda i: (sure[i] < SURE, len(found[i][0]), found[i][0]))
    taken: dict[str, int] = {}
    for i in order:
        taken.setdefault(answers[i], i)
    return [(found[i], probs[i]) for i in taken.values()]


def put(carrier: Carrier, words: Sequence[str] = ()) -> TextInput:
    """What a model is asked about a carrier with words in its middle."""
    text = inserted(carrier[0], joined(list(words)), "middle") if words else carrier[0]
    return text if carrier[1] is None else (text, carrier[1])
