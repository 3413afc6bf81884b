"""What a phrase does to rows of other classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audit.records.base import OfSample


def trigger_subject(phrase: str, target: str) -> str:
    """What stands for a phrase and a class, or a class without one, where one record is meant."""
    return f"{phrase} > {target}" if phrase else target


@dataclass(frozen=True, slots=True)
class TriggerOutcome(OfSample):
    """What a phrase does to rows of other classes than one, or why none was looked for.

    `start`, `middle` and `end` say of each of `rows`, in their order, whether it goes to the class with the phrase at that
    place (`1`) or not (`0`); `before` and `after` whether it is answered right as it is and with the phrase at `place` (`-`
    without a label). `place` was chosen on other rows. `target` is the class; "" where the answer without any label is meant.

    Attributes:
        role: a `candidate` was found by the scan; `natural` is a word that the rows of the class have more than others,
            a `part` is some of the words of a phrase found; of `none` nothing was judged, `note` says why.
        values: `scanned` phrases looked at for all classes together, `tests` by how many its p-value is multiplied,
            `searched` the share of the rows searched with that it sent to the class, `table_rows` rows of the table that have
            the phrase, `table_members` those of them of the class, `gain` by how much the phrase moves the class's logit on
            average over `rows` at `place`. Of a class with too few rows to be looked at `judged` says how many there were to
            judge by.
        words: of the phrase, in their order.
    """

    name: str
    target: str
    phrase: str
    role: Literal["candidate", "natural", "part", "none"]
    values: Mapping[str, float]
    seed: int
    words: tuple[str, ...] = ()
    place: Literal["start", "middle", "end"] = "middle"
    rows: tuple[str, ...] = ()
    start: str = ""
    middle: str = ""
    end: str = ""
    before: str = ""
    after: str = ""
    note: str | None = None
    error: str | None = None
    probe: str = ""

    @property
    def subject(self) -> str:
        """Which of the findings of its probe it is."""
        return trigger_subject(self.phrase, self.target)
