"""The comparison of runs as a document of its own, as PDF or web page; made where it is asked for, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.errors import UnknownName
from audit.language.printable import printable
from audit.language.translating import speaking
from audit.report import naming as w
from audit.report.blocks import Brand, Cover, Document
from audit.report.brand import make_brand
from audit.report.chapters.compared import CHAPTERS
from audit.report.compared import Compared, compared
from audit.report.compared_words import outcome
from audit.report.strings import strings
from audit.store import Store

FORMATS = ("pdf", "html")
PREVIEW_PPI = 20.0


def make_comparison(
    store: Store, ids: Sequence[str], fmt: str = "pdf", *, language: str = "en", **look: Any
) -> tuple[str, bytes]:
    """Make a comparison as a file; the same runs give the same bytes.

    Args:
        store: where the runs are; ids: two ids or more, the first is what the others are held against.
        fmt: pdf or html.
        language: of the words around the numbers.
        look: organisation, logo, accent; see `audit.report.brand.make_brand`.

    Returns:
        What the file is called, and its content.

    Raises:
        InputError: fewer than two runs, too many, or of several one twice.
        UnknownName: no such run, format or language.
        ReportError: it cannot be set.
    """
    from audit.report.html import render_html
    from audit.report.pdf import render_both

    if fmt not in FORMATS:
        raise UnknownName("report format", fmt, FORMATS)
    with speaking(language):
        found = compared(store, ids)
        document = lay_out_comparison(found, make_brand(**look, store=store), language)
        name = f"assay-comparison-{'-'.join(run.id[:6] for run in found.runs)}.{fmt}"
        if fmt == "html":
            return name, render_html(document).encode()
        return name, render_both(document, ppi=PREVIEW_PPI)[0]


def lay_out_comparison(found: Compared, brand: Brand | None = None, language: str = "en") -> Document:
    """From compared runs to a document of blocks: the cover and the chapters."""
    brand, say = brand or Brand(), strings(language)
    names = [printable(run.name, 60) for run in found.runs]
    said, tone = outcome(found, say)
    last = max(run.finished_at or run.created_at for run in found.runs)
    others = ", ".join(names[1:])
    facts = [(say("compare.run", n=place), name) for place, name in enumerate(names, start=1)]
    facts += [(say("cover.date"), w.day(last, say))]
    if brand.organisation:
        facts.insert(0, (say("cover.organisation"), brand.organisation))
    sections = [chapter(found, say) for chapter in CHAPTERS]
    return Document(
        language=say.language,
        title=f"{say('compare.title')}: {', '.join(names)}",
        running=say("compare.running", first=names[0], others=others),
        footer=" · ".join(run.id for run in found.runs),
        of=say("common.of"),
        date=w.moment(last),
        cover=Cover(
            kicker=say("compare.kicker"),
            title=say("compare.title"),
            subtitle=printable(say("compare.beside", first=names[0], others=others), 160),
            verdict=said,
            tone=tone,
            meaning=say("compare.meaning"),
            facts=tuple(facts),
            hashes=tuple(
                (say("compare.run", n=place), run.result_hash or say("cover.no_hash"))
                for place, run in enumerate(found.runs, start=1)
            ),
        ),
        sections=tuple(section for section in sections if section is not None),
        brand=brand,
    )
