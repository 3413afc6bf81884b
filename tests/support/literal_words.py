"""The words of literals as they stand in sources of pages: without Markdown, icons and tags."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_MARKUP = re.compile(r":material/\w+:|&\w+;|:[\w\x00]+(-badge)?(?=\[)|`[^`]*`")
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r"""\b(?:title|alt|aria-label|placeholder|data-tip)=(["'])(.*?)\1""")
_OPEN = re.compile(r"""\b(?:title|alt|aria-label|placeholder|data-tip)=(["'])[^"']*$""")
_WORD = re.compile(r"[^\W\d_]{2,}")
_GAP = "\x00"


def words_in(literal: str) -> str:
    """A literal without markup; "" where no word is left."""
    told = " ".join([_TAG.sub(" ", literal), *(found[1] for found in _ATTRIBUTE.findall(literal))])
    bare = " ".join(_MARKUP.sub(" ", told).replace(_GAP, " ").split())
    return bare if _WORD.search(bare) else ""


def text_of(node: ast.AST | None) -> str:
    """A literal with a gap for every value in it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) if isinstance(part, ast.Constant) else _GAP for part in node.values)
    return ""


def filled_in(parts: list[ast.expr]) -> Iterator[ast.expr]:
    """The values of an f-string that are read: no colours of Markdown, nothing within a tag but its words."""
    before = ""
    for place, part in enumerate(parts):
        if isinstance(part, ast.FormattedValue):
            after = text_of(parts[place + 1]) if place + 1 < len(parts) else ""
            colour = before.endswith(":") and after.startswith(("-badge[", "["))
            in_tag = before.rfind("<") > before.rfind(">")
            if not colour and (not in_tag or _OPEN.search(before)):
                yield part.value
        before += text_of(part) if isinstance(part, ast.Constant) else _GAP
