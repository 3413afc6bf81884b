"""What one word does to the probability of a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from audit.records.base import OfSample


@dataclass(frozen=True, slots=True)
class WordTrial:
    """One row with a word put in at a place, or with the word taken out wherever it stands.

    `before` and `after` are the probability of the class, `turned` whether the decision about it changed towards the class
    (put in) or away from it (taken out). The word was put in at `start`; `answer` is what the model says of the row as it is, and
    `sure` how sure it is. `like` and `like_turned` are the same change and the share of decisions turned, on
    average over words of like meaning put in at the same place; None where none was tried.
    """

    row_id: str
    way: Literal["inserted", "removed"]
    before: float
    after: float
    turned: bool
    start: int = 0
    answer: str = ""
    sure: float | None = None
    like: float | None = None
    like_turned: float | None = None


def word_subject(word: str, label: str) -> str:
    """What stands for a word and a class where one record is meant."""
    return f"{word} \u2192 {label}"


@dataclass(frozen=True, slots=True)
class WordOutcome(OfSample):
    """What one word of the table does to the probability of one class, over rows without it and rows with it.

    `texts` counts the distinct audited texts that hold it, `like_words` are those of like meaning it is held against, and
    `rows` the ids of the rows of its trials.
    """

    name: str
    word: str
    label: str
    texts: int
    trials: tuple[WordTrial, ...]
    like_words: tuple[str, ...]
    rows: tuple[str, ...]
    seed: int
    values: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""

    @property
    def subject(self) -> str:
        """The word and the class."""
        return word_subject(self.word, self.label) if self.word else ""
