"""The chapters of a report in their order. To add one is its file here and one line: below, or in `audit.kinds` where it is
about records of one kind. The PDF, the HTML file and the pages take it from there.
"""

from __future__ import annotations

from audit.kinds import load, parts
from audit.report.chapters.chapter import Chapter

FIRST = [
    "audit.report.chapters.summary:SUMMARY",
    "audit.report.chapters.scope:SCOPE",
    "audit.report.chapters.cards:CARDS",
    "audit.report.chapters.scores:SCORES",
    "audit.report.chapters.findings:FINDINGS",
]
LAST = [
    "audit.report.chapters.notes:NOTES",
    "audit.report.chapters.appendix:APPENDIX",
    "audit.report.chapters.sign_off:SIGN_OFF",
]
"""What stands before and after the chapters of the kinds of records, as `module:chapter`."""


def chapters() -> list[Chapter]:
    """All of them in their order."""
    return [load(path) for path in (*FIRST, *(part.path for part in parts("chapters")), *LAST)]
