"""What of a page the browser reads as Markdown, and whether a name in it would be obeyed there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

OBEYED = re.compile(
    r"(?<!\\)!\[x\]|https?:(\\)?/|(?<!\\)<(?:[bi]|script|img)\b|(?<!\\):red\[a|(?<!\\)\[/b\]|(?<!\\)\$x|(?<!\\)\$\$y|:smile|:bomb:"
    r"|(?<!\\)\*\*b\b|\n- new|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u200b]"
)
"""What of the names Markdown would make something of, had it not been escaped."""
TAGS = re.compile(r"<(?:script|img|a|iframe)\b|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u200b]")
"""What pages never write as HTML themselves."""
MARKDOWN = (
    "title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "metric", "button", "radio",
    "checkbox", "toggle", "expander", "tabs", "selectbox", "multiselect", "text_input", "text_area", "page_link", "button_group",
    "download_button", "popover", "link_button", "file_uploader", "number_input", "slider",
)  # fmt: skip


def markdown(test: Any) -> Iterator[tuple[str, str]]:
    """Every text of a page that the browser reads as Markdown, with the kind of its element."""
    for kind in MARKDOWN:
        for element in test.get(kind):
            proto = getattr(element, "proto", element)
            for name in ("label", "body", "help"):
                text = getattr(proto, name, "")
                if isinstance(text, str) and not getattr(proto, "allow_html", False):
                    yield kind, text
    for kind in ("info", "warning", "error", "success", "markdown", "caption"):
        for element in test.get(kind):
            yield kind, str(getattr(element, "value", ""))


def literal(test: Any) -> None:
    """That no name on a page would be obeyed."""
    for kind, text in markdown(test):
        found = OBEYED.search(text)
        assert not found, (kind, text[max(0, found.start() - 60) : found.end() + 60])
    for element in test.get("html"):
        found = TAGS.search(element.proto.body)
        assert not found, element.proto.body[max(0, found.start() - 60) : found.end() + 60]
