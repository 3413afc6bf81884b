"""What a chapter of a report is: a subject, told once in blocks that the PDF, the HTML file and the pages draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit.report.blocks import Section
from audit.report.caps import Caps
from audit.report.model import Report
from audit.report.strings import Strings


@dataclass(frozen=True, slots=True)
class Chapter:
    """One subject.

    Attributes:
        name: it is found by.
        tell: `(report, say, caps)` -> its blocks, or None where the run has nothing to say about it.
        on: the section of a run's pages that shows it, None for one of its own name, "" for paper alone.
        executive: whether the executive report has it too.
    """

    name: str
    tell: Callable[[Report, Strings, Caps], Section | None]
    on: str | None = None
    executive: bool = False

    @property
    def section(self) -> str:
        """The section of a run's pages that shows it; "" for none."""
        return self.name if self.on is None else self.on
