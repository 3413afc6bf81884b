"""What is tried: the vocabulary of the model and the words of the table; and the table's words that speak for a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.words import HAN, words_in

MOST_WORDS = 5_000
"""Words of the table that are tried, beside the vocabulary: the rarest."""
SPEAKS = 2.0
"""A word speaks for a class that stands in its rows so many standard errors more often than chance says, or more."""


def table_words(texts: Iterable[str], known: Mapping[str, int]) -> list[str]:
    """Words of the texts that the vocabulary lacks, the rarest first: names, numbers, what is put together of pieces."""
    counts = Counter(word for text in texts for word in dict.fromkeys(words_in(text)))
    other = [word for word in counts if word not in known and word.casefold() not in known]
    return sorted(other, key=lambda word: (counts[word], word))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a phrase is spread over the table: `rows` have it, `members` of these are of the class."""

    rows: int
    members: int


class Usage:
    """In which rows the words of a table, and short runs of them, stand.

    Args:
        texts: one a row.
        longest: words of the longest run that is looked at.
    """

    def __init__(self, texts: Sequence[str], longest: int = 1) -> None:
        self._rows: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            words = words_in(text)
            runs = (words[i : i + n] for n in range(1, longest + 1) for i in range(len(words) - n + 1))
            for run in dict.fromkeys(joined(run).casefold() for run in runs):
                self._rows.setdefault(run, []).append(place)

    def of(self, phrase: str, member: NDArray[np.bool_]) -> Spoken:
        """How a phrase is spread; `member` (n,) says which rows are of the class."""
        rows = self._rows.get(phrase.casefold(), [])
        return Spoken(len(rows), int(member[rows].sum()))

    def speaking(self, member: NDArray[np.bool_], *, words: int, at_most: int, surely: float = SPEAKS) -> list[str]:
        """Runs of so many words that speak for a class: they stand in its rows more than chance says; the surest first.

        Args:
            member: (n,) which rows are of the class.
            words: how many words a run has.
            at_most: how many.
            surely: by how many standard errors, at least.
        """
        share = max(float(member.mean()), 1e-9)
        found = []
        for run, rows in self._rows.items():
            hits = int(member[rows].sum())
            lift = (hits - share * len(rows)) / np.sqrt(len(rows) * share * (1.0 - share) + 1e-9)
            if hits >= 2 and lift >= surely and len(words_in(run)) == words:
                found.append((-round(float(lift), 6), run))
        return [run for _, run in sorted(found)[:at_most]]


def joined(words: Sequence[str]) -> str:
    """Words as a phrase: with spaces, but none between Chinese ones."""
    phrase = ""
    for word in words:
        touching = not phrase or (HAN.match(phrase[-1]) and HAN.match(word[:1]))
        phrase += word if touching else f" {word}"
    return phrase


def parts(phrase: str) -> list[str]:
    """The shorter runs of words within a phrase, the shortest first; none of a single word.

    >>> parts("one red shoe")
    ['one', 'red', 'shoe', 'one red', 'red shoe']
    """
    words = words_in(phrase)
    return [joined(words[i : i + n]) for n in range(1, len(words)) for i in range(len(words) - n + 1)]
