"""Half characters: JSON's escapes such as \\ud800 alone, and bytes typed that are no UTF-8. They can be read, never stored."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE_BYTES = re.compile(_ESCAPE.pattern.encode())


def halved(text: str) -> bool:
    """Whether a text holds half a character, so that it can be written to no file and no database."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def holds_half(found: Any, source: str | bytes) -> bool:
    """Whether data from JSON holds a text with half a character.

    Args:
        found: the data; source: the JSON it was read from, which is looked at first because hardly any has such escapes.
    """
    if not (_ESCAPE.search(source) if isinstance(source, str) else _ESCAPE_BYTES.search(source)):
        return False
    return halved(json.dumps(found, ensure_ascii=False))
