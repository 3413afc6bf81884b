"""A `Document` as PDF (PDF/UA-1: tagged, with outline and alternative texts), or as pictures of its pages, by Typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.report.blocks import Document
from audit.report.drawing import document_data
from audit.report.text import FONTS

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "assets" / "report"


def render_pdf(document: Document) -> bytes:
    """The PDF's bytes: the same document gives the same bytes on any day.

    Raises:
        ReportError: Typst cannot set it (a logo that is no picture, say).
    """
    made: bytes = _compile(document, format="pdf", pdf_standards=["ua-1"])
    return made


def render_pages(document: Document, *, ppi: float = 72.0) -> list[bytes]:
    """Every page as a PNG picture, for a preview.

    Raises:
        ReportError: Typst cannot set it.
    """
    made = _compile(document, format="png", ppi=ppi)
    return list(made) if isinstance(made, list) else [made]


def count_pages(document: Document) -> int:
    """How many pages the PDF has."""
    return len(render_pages(document, ppi=2.0))


def _compile(document: Document, **how: Any) -> Any:
    import typst

    data = json.dumps(document_data(document), ensure_ascii=False, separators=(",", ":"))
    try:
        return typst.compile(
            str(TEMPLATES / "report.typ"),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            **how,
        )
    except (typst.TypstError, RuntimeError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReportError(f"The PDF cannot be set: {said}.") from error
