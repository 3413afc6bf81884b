"""What the text of a policy may be before a parser sees it: Python's own takes memory by the square of a long dotted name."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from audit.errors import SpecError

MOST_BYTES = 200_000
"""More than any policy has."""
DEEPEST = 8
"""Tables, lists and parts of a name within each other; a policy has three."""
_SAID = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)
"""Texts and comments, which may hold anything."""
_WORDS = re.compile(r"[\w \t-]+")


def parsed(text: str, source: str) -> dict[str, Any]:
    """The data of a policy's TOML.

    Raises:
        SpecError: it is longer or deeper than any policy, or holds a number no policy has; names `source`.
        tomllib.TOMLDecodeError: it is no TOML.
    """
    if len(text) > MOST_BYTES:
        raise SpecError(f"{source} has more than {MOST_BYTES:,} characters; a policy has a few thousand.")
    if _too_deep(text):
        raise SpecError(f"{source} has names or lists within each other more than {DEEPEST} deep; no policy has.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number with more digits than Python reads
        raise SpecError(f"{source} is not valid TOML: {str(error)[:120]}.") from None


def _too_deep(text: str) -> bool:
    signs = _WORDS.sub("", _SAID.sub("", text))
    if "." * DEEPEST in signs:
        return True
    depth = 0
    for sign in signs:
        depth += (sign in "[{") - (sign in "]}")
        if depth > DEEPEST:
            return True
    return False
