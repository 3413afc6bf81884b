"""What is to be said of a table's labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.scored import Score


@dataclass(frozen=True, slots=True)
class NearText:
    """A row that is nearly the same as another: `alike` is 1 less the edit distance over the longer length."""

    row_id: str
    text: str
    label: str | None
    alike: float


@dataclass(frozen=True, slots=True)
class Doubted:
    """A row whose label the model contradicts with confidence.

    `given` is what the model gives the label, `confidence` what it gives its answer; `seen` is 2 where the text stands in the
    reference table too, 1 where one nearly the same does. `verdict` is what people judged ("" nobody has), `relabelled` what it
    is to be.
    """

    row_id: str
    text: str
    label: str
    answer: str
    given: float
    confidence: float
    seen: int = 0
    verdict: str = ""
    relabelled: str = ""


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two rows that are nearly the same and have different labels."""

    first: NearText
    second: NearText


@dataclass(frozen=True, slots=True)
class Between:
    """A row for which the model cannot decide between two labels, and `others` near duplicates of which have the other."""

    row_id: str
    text: str
    label: str
    first: str
    second: str
    gap: float
    others: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A row that stands in the reference table: there on `line`, with the label `other`."""

    row_id: str
    text: str
    label: str | None
    line: int | None
    alike: float
    other: str | None


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What the model says of the labels, and what people have judged.

    Attributes:
        reason: why nothing is said, "" where something is.
        told: whether it is known which rows stand in the reference table; rows: labelled; outside: those that do not stand there.
        judged: rows by verdict (keep, relabel, drop, open); wrong: the share of suspected ones that were wrong.
        raw, corrected: scores with the labels as they were and as they are now; empty while none was changed.
    """

    reason: str
    told: bool
    rows: int
    outside: int
    doubted: tuple[Doubted, ...] = ()
    pairs: tuple[NearPair, ...] = ()
    between: tuple[Between, ...] = ()
    shared: tuple[Shared, ...] = ()
    judged: tuple[tuple[str, int], ...] = ()
    wrong: Score | None = None
    raw: tuple[Score, ...] = ()
    corrected: tuple[Score, ...] = ()

    def without_texts(self) -> LabelFacts:
        """The same without its rows."""
        return replace(self, doubted=(), pairs=(), between=(), shared=())
