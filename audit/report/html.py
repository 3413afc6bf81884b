"""A `Document` as one self-contained HTML page: no scripts, nothing fetched, every text escaped by the templates."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.figures.svg import svg
from audit.language.palette import css_share, shade_css
from audit.report.blocks import Block, Brand, Document, Figure, Run
from audit.report.colours import css_colours
from audit.report.drawing import pairs
from audit.report.pdf import TEMPLATES

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
KINDS = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def render_html(document: Document) -> str:
    """The page's text: the same document gives the same text."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    template = _templates().get_template("report.html.jinja")
    return template.render(document=document, style=style, colours=css_colours(), policy=POLICY)


def block_html(block: Block, depth: int = 2) -> str:
    """One block, marked as safe for the templates; headings in it are one lower than `depth`, that of the heading above."""
    drawn: str = getattr(_templates().get_template("blocks.html.jinja").module, type(block).__name__)(block, depth)
    return drawn


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    made.globals["draw"] = block_html
    made.filters |= {
        "css_share": css_share, "grouped": pairs, "logo": _logo, "picture": _picture, "shade": _shade,
    }  # fmt: skip
    return made


def _picture(figure: Figure) -> str:
    return _data(svg(figure.spec).encode(), KINDS["svg"])


def _logo(brand: Brand) -> str:
    return _data(brand.logo or b"", KINDS[brand.logo_kind])


def _shade(run: Run) -> str:
    return shade_css(run.mark, run.strength)


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
