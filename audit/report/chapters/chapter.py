"""What a chapter of a report is: a subject, told once in blocks that the PDF, the HTML file and the pages draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from audit.report.blocks import Section
from audit.report.caps import Caps
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.results.reading import Results


@dataclass(frozen=True, slots=True)
class Chapter:
    """One subject.

    Attributes:
        name: it is found by.
        tell: `(report, say, caps)` -> its blocks, or None where the run has nothing to say about it.
        on: the section of a run's pages that shows it, None for one of its own name, "" for paper alone.
        executive: whether the executive report has it too.
        labelled: whether it takes true labels: without any it has nothing to say.
        rows: `(results, caps)` -> ids of rows that it shows: `report.chosen` has them under its name, `report.evidence` their
            texts, where it may hold any.
        of_rows: what it takes to tell the same of some rows alone; None where it rests on the run as a whole.
    """

    name: str
    tell: Callable[[Report, Strings, Caps], Section | None]
    on: str | None = None
    executive: bool = False
    labelled: bool = False
    rows: Callable[[Results, Caps], Iterable[str]] | None = None
    of_rows: OfRows | None = None

    @property
    def section(self) -> str:
        """The section of a run's pages that shows it; "" for none."""
        return self.name if self.on is None else self.on
