"""What a page of an AppTest says."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def headings(test: Any) -> list[tuple[int, str]]:
    """Level and text of the headings in the main part of a page, in the order of the document."""
    return list(_headings(test.main))


def _headings(block: Any) -> Iterator[tuple[int, str]]:
    for element in block.children.values():
        if hasattr(element, "children"):
            yield from _headings(element)
        elif element.type in ("title", "header", "subheader", "heading"):
            yield int(element.proto.tag[1:]), str(element.proto.body)
        elif element.type == "markdown":
            for line in str(element.value).splitlines():
                if found := re.match(r"(#{1,6}) (.*)", line):
                    yield len(found[1]), found[2].replace("\\", "")
        elif element.type == "html":
            yield from (
                (int(level), text) for level, text in re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", element.proto.body)
            )
