"""A declared figure as a picture for other documents: a PNG on white, with every label whole, the same on every screen."""

from __future__ import annotations

from audit.figures.spec import Spec
from audit.figures.svg import svg
from audit.language.translating import speaking
from audit.report.pdf import typeset

PPI = 220.0


def picture(spec: Spec, language: str, caption: str = "") -> bytes:
    """The picture's bytes, with its words in a language and its caption beneath.

    Raises:
        UnknownName: there is no catalog of the language.
        ReportError: Typst cannot set it.
    """
    with speaking(language):
        drawn = svg(spec)
    return typeset("picture.typ", {"svg": drawn, "caption": caption}, {"format": "png", "ppi": PPI})[0][0]
