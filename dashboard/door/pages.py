"""The few pages the door shows by itself: no script, no style from elsewhere, nothing that was sent is repeated."""

from __future__ import annotations

from html import escape

from audit.language.translating import language, tr, tr_later

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Assay</title>{head}
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem }}
h1 {{ font-size: 1.4rem }} code {{ font-size: .95em }}</style></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
LOCKED = tr_later("This dashboard is locked")
HOW = tr_later(
    "Open the address that was printed when Assay started: it ends in <code>/?token=…</code> and lets this browser in "
    "for 30 days. <code>python -m dashboard --show-token</code> prints the token again."
)


def locked() -> bytes:
    """Tells how to come in."""
    return _page(tr(LOCKED), tr(HOW))


def refused(title: str, text: str) -> bytes:
    """Tells why a request was turned away. Both are plain text."""
    return _page(escape(title), escape(text))


def onward(path: str) -> bytes:
    """Goes on to `path` of this server by itself.

    A redirect would not do: it still counts as coming from the page that had the link, and the browser then keeps
    the cookie to itself.
    """
    target = escape(path, quote=True)
    head = f'<meta http-equiv="refresh" content="0;url={target}">'
    return _page(tr("Opening …"), f'<a href="{target}">{tr("Go on")}</a>', head)


def _page(title: str, text: str, head: str = "") -> bytes:
    return _PAGE.format(title=title, text=text, head=head, language=language().replace("_", "-")).encode()
