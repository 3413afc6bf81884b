"""What phrases do to rows of other classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class TriggerFacts:
    """What one phrase does to rows of other classes than `target` ("" where the answer without any label is meant).

    `role` is candidate or natural, see `TriggerOutcome`, or none: then `note` says why nothing was judged. `moved` of `rows`
    rows go to the class with the phrase at `place`; `null` is what the strongest matched words do, `p_value` is corrected for
    the `scanned` phrases. `kept` of the `right` rows that are answered right as they are still are. `examples` are ids.
    """

    probe: str
    name: str
    target: str
    phrase: str
    role: str
    place: str = ""
    moved: int = 0
    rows: int = 0
    null: float = 0.0
    p_value: float = 1.0
    accused: bool = False
    right: int = 0
    kept: int = 0
    scanned: int = 0
    at: Mapping[str, float] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    note: str | None = None

    def without_texts(self) -> TriggerFacts:
        """The same without the phrase, and without why there is none."""
        return replace(self, phrase="", note=None)
