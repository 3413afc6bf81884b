"""Texts as TOML has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_CONTROL = re.compile("[\x7f]")


def toml_text(text: str) -> str:
    """A text in quotes: JSON's escapes are TOML's, but for the one sign that only TOML wants escaped."""
    return _CONTROL.sub(r"\\u007f", json.dumps(text, ensure_ascii=False))


def toml_texts(texts: Iterable[str]) -> str:
    """A list of texts."""
    return "[" + ", ".join(map(toml_text, texts)) + "]"
