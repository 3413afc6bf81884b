"""Notes: what people wrote about the run, its findings and rows, where the report was asked to hold it."""

from __future__ import annotations

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Facts, Section, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import NoteFacts, Report
from audit.report.strings import Strings


def notes(report: Report, say: Strings, _caps: Caps) -> Section | None:
    """Every note with what it is on, who wrote it and when; None where there is none to show."""
    if not report.notes:
        return None
    titles = {finding.id: finding.title for finding in report.findings}
    pairs = tuple((_about(note, titles, say), _said(note, say)) for note in report.notes)
    return Section("notes", say("notes.title"), (Text(say("notes.intro")), Facts(pairs)))


def _about(note: NoteFacts, titles: dict[str, str], say: Strings) -> str:
    if note.about == "run":
        return say("notes.run")
    if note.about == "row":
        return say("notes.row", row=printable(note.subject, 40))
    return printable(titles.get(note.subject, note.subject), 200)  # another policy may have no such finding


def _said(note: NoteFacts, say: Strings) -> str:
    return say(
        "notes.said", note=printable(note.note, 4_000), who=printable(note.who, 80), date=w.day(note.written_at, say)
    )


NOTES = Chapter("notes", notes, on="")
