"""What was found about many rows together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What a probe found about many rows together. `subject` is which of its findings, "" for its only one or if hidden."""

    probe: str
    name: str
    subject: str
    values: Mapping[str, float]
    rows: int
    reference_rows: int
    note: str | None
    error: str | None
    scored: tuple[str, ...] = ()

    def without_texts(self) -> SampleFacts:
        """The same without what it is about, and without the scores that are named after that."""
        return replace(self, subject="", note=None, scored=() if self.subject else self.scored)
