"""What the reference table holds, and what the model says of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from audit.records.base import OfSample


@dataclass(frozen=True, slots=True)
class ReferenceRows(OfSample):
    """Some rows of the reference table, or what all of those that were taken hold.

    Attributes:
        part: `rows`: each list has an entry for each of these rows; `words`: `counts` says in how many of the rows taken a word
            stands, `audited` in how many of the audited rows; `languages`: likewise of languages, by their codes.
        first: the place of the first of the rows among those taken.
        taken, total: rows that were taken, and rows that the table has.
        lines: of the file. texts: 16 hex digits of a hash of text and pair. labels: the true ones, "" without.
        lengths: words of each. probs: (rows, labels) as the model says, single precision, base64.
        vectors, scales: where each lies in the eyes of the model, as `audit.records.embedding.packed` gives it; none where the
            model does not show it.
        values, rows: nothing: it rests on no audited row.
    """

    name: str
    part: Literal["rows", "words", "languages"]
    taken: int
    total: int
    seed: int
    first: int = 0
    lines: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    probs: str = ""
    vectors: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    audited: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    note: str | None = None
    error: str | None = None
    probe: str = ""

    @property
    def subject(self) -> str:
        """Which of the records of its probe it is."""
        return self.part if self.part != "rows" else f"rows {self.first:09d}"
