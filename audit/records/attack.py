"""What an attack did to a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audit.records.base import Change, Keyed, with_stand_ins

AttackStatus = Literal["success", "failed", "skipped", "out_of_budget", "error"]


@dataclass(frozen=True, slots=True)
class AttackOutcome(Keyed):
    """What one recipe did to one row. `stand_ins` names the resources it used in place of those it was published with.

    `attacked` is the part of the text, [start, end), that could be attacked, where that is not all of it (the model
    reads no more, or the recipe takes no more); `words_total` counts its words, `words_all` those of the whole text,
    and `note` says so in words.
    """

    row_id: str
    text: str
    label: str | None
    name: str
    status: AttackStatus
    original_probs: tuple[float, ...]
    perturbed_text: str | None
    perturbed_probs: tuple[float, ...]
    changes: tuple[Change, ...]
    queries: int
    words_changed: int
    words_total: int
    similarity: float | None
    valid: bool | None
    seed: int
    resources: Mapping[str, str]
    seconds: float
    goal: Literal["untargeted", "targeted", "input_reduction"] = "untargeted"
    words_left: int | None = None
    grammar_change: float | None = None
    pair: str | None = None
    error: str | None = None
    attacked: tuple[int, int] | None = None
    words_all: int | None = None
    note: str | None = None
    stand_ins: tuple[str, ...] = ()
    probe: str = ""

    @property
    def state(self) -> str:
        """What became of the row, in a word: the attack's status."""
        return self.status

    @property
    def called(self) -> str:
        """The recipe with what stood in, as people read it."""
        return with_stand_ins(self.name, self.stand_ins)
