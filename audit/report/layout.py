"""From a `Report` to a `Document` of blocks: the cover and the chapters that the preset has."""

from __future__ import annotations

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Brand, Document
from audit.report.caps import CAPS, Caps
from audit.report.chapters import chapters
from audit.report.cover import cover
from audit.report.model import Report
from audit.report.strings import strings


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
    told = [chapter.tell(report, say, caps) for chapter in chapters() if chapter.executive or not executive]
    return Document(
        language=say.language,
        title=f"{say('common.title')}: {printable(report.run.model, 80)}",
        running=say("common.running", model=printable(report.run.model, 50), table=printable(report.run.table, 50)),
        footer=f"{report.run.id} · {(report.run.result_hash or '')[:12]}".rstrip(" ·"),
        of=say("common.of"),
        date=w.moment(report.run.date),
        cover=cover(report, say, brand.organisation),
        sections=tuple(section for section in told if section is not None),
        brand=brand,
        contents="" if executive else say("common.contents"),
        compact=executive,
    )
