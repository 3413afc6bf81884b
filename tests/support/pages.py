"""What a page of an AppTest says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

KINDS = (
    "title",
    "header",
    "subheader",
    "markdown",
    "caption",
    "text",
    "info",
    "warning",
    "error",
    "success",
    "metric",
    "button",
)


def check(test: Any) -> None:
    """No exception, and none of the sentences the guard shows for a fault of ours."""
    assert not test.exception, test.exception
    assert not [e.value for e in test.error if "could not be" in e.value], [e.value for e in test.error]


def seen(test: Any) -> str:
    """All text of a page that people read, in one string, without Markdown's escapes."""
    parts = []
    for kind in KINDS:
        for element in getattr(test, kind):
            parts += [str(getattr(element, name, "") or "") for name in ("label", "value", "body")]
    for kind in ("page_link", "progress"):  # AppTest has no class of its own for these
        parts += [str(getattr(e.proto, n, "")) for e in test.get(kind) for n in ("label", "text")]
    parts += [unescape(re.sub(r"<[^>]*>", " ", e.proto.body)) for e in test.get("html")]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "")


def keyed(found: Any, start: str) -> Any:
    """The one element of a page whose key begins so: keys of boxes end in what they were drawn for."""
    (element,) = [element for element in found if str(element.key).startswith(start)]
    return element
