"""Texts as TOML has them, and what the text of a file may be before Python's parser sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_CONTROL = re.compile("[\x7f]")
_SAID = re.compile(
    r'"""(?:[^\\]|\\(?:.|\Z))*?(?:"""|\Z)|' r"'''.*?(?:'''|\Z)|" r'"(?:[^"\\\n]|\\.)*+"?|' r"'[^'\n]*+'?|#[^\n]*+",
    re.DOTALL,
)
"""Texts and comments, which may hold anything; one that is not closed goes on to the end, so that nothing is read twice."""
_WORDS = re.compile(r"[\w \t-]+")


def toml_text(text: str) -> str:
    """A text in quotes: JSON's escapes are TOML's, but for the one sign that only TOML wants escaped."""
    return _CONTROL.sub(r"\\u007f", json.dumps(text, ensure_ascii=False))


def toml_texts(texts: Iterable[str]) -> str:
    """A list of texts."""
    return "[" + ", ".join(map(toml_text, texts)) + "]"


def too_deep(text: str, deepest: int) -> bool:
    """Whether names have more parts, or lists and tables stand within each other more often, than `deepest` times.

    Python's own parser takes time and memory by the square and more of a long dotted name: 20,000 parts take minutes.
    """
    signs = _WORDS.sub("", _SAID.sub("", text))
    if "." * deepest in signs:
        return True
    depth = 0
    for sign in signs:
        depth += (sign in "[{") - (sign in "]}")
        if depth > deepest:
            return True
    return False
