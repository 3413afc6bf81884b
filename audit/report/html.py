"""A `Document` as one self-contained HTML page: no scripts, nothing fetched, every text escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from typing import Any

from audit.language.palette import ATTRIBUTION, css_share, shade_css
from audit.report import blocks as b
from audit.report.colours import css_colours
from audit.report.drawing import pairs
from audit.report.pdf import TEMPLATES

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
TAGS = {"removed": "del", "added": "ins"}
KINDS = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def render_html(document: b.Document) -> str:
    """The page's text: the same document gives the same text."""
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    style = f":root {{ --accent: {escape(document.brand.accent)}; {css_colours()}}}\n{css}"
    body = "".join(_section(section, 2) for section in document.sections)
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_e(document.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#content">{_e(document.title)}</a>\n'
        f"{_cover(document)}"
        f'<div class="page">\n<nav aria-label="{_e(document.contents or document.title)}">{_contents(document.sections)}</nav>\n'
        f'<main id="content">\n{_front(document.cover)}{body}</main>\n</div>\n</body>\n</html>\n'
    )


def _cover(document: b.Document) -> str:
    brand, cover, logo = document.brand, document.cover, ""
    if brand.logo is not None:
        logo = f'<img src="{_data(brand.logo, KINDS[brand.logo_kind])}" alt="{_e(brand.logo_alt)}">'
    return (
        f'<header class="cover"><div class="brand"><span>{_e(brand.organisation)}</span>{logo}</div>'
        f"<p>{_e(cover.kicker)}</p><h1>{_e(cover.title)}</h1><p>{_e(cover.subtitle)}</p></header>\n"
    )


def _front(cover: b.Cover) -> str:
    verdict = f'<div class="verdict {cover.tone}"><strong>{_e(cover.verdict)}</strong><p>{_e(cover.meaning)}</p></div>'
    return f"{verdict}{_pairs(cover.facts)}{_pairs(cover.hashes, code=True)}\n"


def _contents(sections: Iterable[b.Section], depth: int = 2) -> str:
    items = "".join(
        f'<li><a href="#{_e(s.id)}">{_e(s.title)}</a>{_contents(s.sections, depth - 1) if depth > 1 and s.sections else ""}</li>'
        for s in sections
    )
    return f"<ul>{items}</ul>" if items else ""


def _section(section: b.Section, depth: int) -> str:
    made = [f'<section id="{_e(section.id)}"><h{depth}>{_e(section.title)}</h{depth}>\n']
    for group in pairs(section.blocks):
        inner = "".join(_block(block, depth) for block in group)
        made.append(f'<div class="figures">{inner}</div>\n' if len(group) > 1 else inner)
    made += [_section(inner, min(depth + 1, 5)) for inner in section.sections]
    return "".join([*made, "</section>\n"])


def _block(block: b.Block, depth: int) -> str:
    if isinstance(block, b.FindingBox):
        return _finding(block, depth + 1)
    drawn: str = DRAWN[type(block)](block)
    return drawn


def _text(block: b.Text) -> str:
    if block.style == "code":
        return f"<pre>{_e(block.text)}</pre>\n"
    kind = f' class="{block.style}"' if block.style != "body" else ""
    return f"<p{kind}>{_e(block.text)}</p>\n"


def _bullets(block: b.Bullets) -> str:
    tag = "ol" if block.numbered else "ul"
    return f"<{tag}>{''.join(f'<li>{_e(item)}</li>' for item in block.items)}</{tag}>\n"


def _facts(block: b.Facts) -> str:
    return _pairs(block.pairs, code=block.code)


def _table(block: b.Table) -> str:
    head = "".join(f'<th scope="col" class="{c.align}">{_e(c.title)}</th>' for c in block.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(cell, column) for cell, column in zip(row, block.columns, strict=True))}</tr>"
        for row in block.rows
    )
    caption = f"<caption>{_e(block.caption)}</caption>" if block.caption else ""
    return f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'


def _cell(cell: b.Cell, column: b.Column) -> str:
    text = f"<strong>{_e(cell.text)}</strong>" if cell.strong else _e(cell.text)
    second = f"<small>{_e(cell.second)}</small>" if cell.second else ""
    return f'<td class="{" ".join(c for c in (column.align, cell.tone) if c)}">{text}{second}</td>'


def _figure(block: b.Figure) -> str:
    source = _data(block.svg.encode(), "image/svg+xml")
    width = f' style="max-width: {css_share(block.width)}"' if 0.5 < block.width < 1 else ""
    return f'<figure{width}><img src="{source}" alt="{_e(block.alt)}"><figcaption>{_e(block.caption)}</figcaption></figure>\n'


def _callout(block: b.Callout) -> str:
    return f'<div class="verdict {block.tone}"><strong>{_e(block.title)}</strong><p>{_e(block.text)}</p></div>\n'


def _cards(block: b.Cards) -> str:
    made = []
    for card in block.cards:
        verdict = f'<div class="{card.tone}"><strong>{_e(card.verdict)}</strong></div>' if card.verdict else ""
        made.append(
            f'<div class="{" ".join(["card", card.tone]).strip()}"><div class="t">{_e(card.title)}</div><b>{_e(card.value)}</b>'
            f'<div>{_e(card.range)}</div><div class="muted">{_e(card.note)}</div>{verdict}</div>'
        )
    return f'<div class="cards">{"".join(made)}</div>\n'


def _example(block: b.Example) -> str:
    lines = "".join(
        f'<p><span class="l">{_e(label)}</span>{"".join(map(_run, runs))}</p>' for label, runs in block.lines
    )
    note = f'<p class="bad">{_e(block.note)}</p>' if block.note else ""
    return f'<div class="example"><strong>{_e(block.title)}</strong>{lines}{note}<p class="f">{_e(block.facts)}</p></div>\n'


def _run(run: b.Run) -> str:
    if run.mark in TAGS:
        return f"<{TAGS[run.mark]}>{_e(run.text)}</{TAGS[run.mark]}>"
    if run.mark == "unseen":
        return f'<span class="unseen">{_e(run.text)}</span>'
    if run.mark in ATTRIBUTION:
        return f'<mark class="{run.mark}" style="{shade_css(run.mark, run.strength)}">{_e(run.text)}</mark>'
    return _e(run.text)


def _finding(block: b.FindingBox, depth: int) -> str:
    evidence = ""
    if block.evidence:
        rows = "".join(f"<li>{_e(text)} <code>{_e(row_id)}</code></li>" for row_id, text in block.evidence)
        evidence = f'<p class="small">{_e(block.evidence_title)}</p><ul>{rows}</ul>'
    return (
        f'<div class="finding {block.tone}"><span class="badge {block.tone}">{_e(block.verdict)}</span> '
        f'<span class="small">{_e(block.severity)}</span><h{depth}>{_e(block.title)}</h{depth}>'
        f"{_pairs(block.facts)}{evidence}</div>\n"
    )


def _definitions(block: b.Definitions) -> str:
    entries = "".join(
        f"<dt>{_e(term)}</dt><dd>{_e(text)}{f' <small>[{_e(source)}]</small>' if source else ''}</dd>"
        for term, text, source in block.entries
    )
    return f'<dl class="terms">{entries}</dl>\n'


def _sign_off(block: b.SignOff) -> str:
    fields = "".join(f"<span>{_e(name)}</span>" for name in block.fields)
    return "".join(f'<div class="sign"><strong>{_e(role)}</strong><div>{fields}</div></div>\n' for role in block.roles)


def _pairs(found: Iterable[tuple[str, str]], *, code: bool = False) -> str:
    items = "".join(f"<dt>{_e(name)}</dt><dd>{_e(value)}</dd>" for name, value in found)
    return f'<dl class="facts{" code" if code else ""}">{items}</dl>\n'


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _e(text: str) -> str:
    return escape(text, quote=True)


DRAWN: dict[type[Any], Any] = {
    b.Text: _text,
    b.Bullets: _bullets,
    b.Facts: _facts,
    b.Table: _table,
    b.Figure: _figure,
    b.Callout: _callout,
    b.Cards: _cards,
    b.Example: _example,
    b.Definitions: _definitions,
    b.SignOff: _sign_off,
}
