"""The whole document: parts in their order, by preset."""

from __future__ import annotations

from audit.kinds import load, parts
from audit.report.blocks import Brand, Document, Section
from audit.report.caps import CAPS, Caps
from audit.report.layout import appendix, findings, scope, scores, summary
from audit.report.layout import words as w
from audit.report.model import Report
from audit.report.strings import strings
from audit.report.text import printable


def lay_out(report: Report, brand: Brand | None = None, caps: Caps | None = None) -> Document:
    """Choose, order and word the parts of a report.

    Args:
        report: the facts.
        brand: organisation, logo and accent colour.
        caps: how many of each; default: the preset's.
    """
    brand = brand or Brand()
    say = strings(report.language)
    caps = caps or CAPS[report.preset]
    executive = report.preset == "executive"
    found = _executive(report, caps) if executive else _full(report, caps)
    return Document(
        language=say.language,
        title=f"{say('common.title')}: {printable(report.run.model, 80)}",
        running=say("common.running", model=printable(report.run.model, 50), table=printable(report.run.table, 50)),
        footer=f"{report.run.id} · {(report.run.result_hash or '')[:12]}".rstrip(" ·"),
        of=say("common.of"),
        date=w.moment(report.run.date),
        cover=summary.cover(report, say, brand.organisation),
        sections=tuple(section for section in found if section is not None),
        brand=brand,
        contents="" if executive else say("common.contents"),
        compact=executive,
    )


def _executive(report: Report, caps: Caps) -> tuple[Section | None, ...]:
    say = strings(report.language)
    return (
        summary.summary(report, say),
        scope.scope(report, say, caps, short=True),
        scores.scores(report, say, at_most=caps.headlines),
        findings.findings(report, say, caps),
        appendix.sign_off(say),
    )


def _full(report: Report, caps: Caps) -> tuple[Section | None, ...]:
    say = strings(report.language)
    return (
        summary.summary(report, say),
        scope.scope(report, say, caps),
        scope.cards(report, say),
        scores.scores(report, say, slices=caps.scores),
        findings.findings(report, say, caps),
        *(load(part.path)(report, say, caps) for part in parts("chapters")),
        appendix.appendix(report, say),
        appendix.sign_off(say),
    )
