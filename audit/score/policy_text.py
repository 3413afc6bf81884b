"""What the text of a policy may be before a parser sees it: Python's own takes memory by the square of a long dotted name."""

from __future__ import annotations

import tomllib
from typing import Any

from audit.errors import SpecError
from audit.toml_text import too_deep

MOST_BYTES = 200_000
"""More than any policy has."""
LARGEST = 10**18
DEEPEST = 8
"""Tables, lists and parts of a name within each other; a policy has three."""


def parsed(text: str, source: str) -> dict[str, Any]:
    """The data of a policy's TOML.

    Raises:
        SpecError: it is longer or deeper than any policy, or holds a number no policy has; names `source`.
        tomllib.TOMLDecodeError: it is no TOML.
    """
    if len(text) > MOST_BYTES:
        raise SpecError(f"{source} has more than {MOST_BYTES:,} characters; a policy has a few thousand.")
    if too_deep(text, DEEPEST):
        raise SpecError(f"{source} has names or lists within each other more than {DEEPEST} deep; no policy has.")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number with more digits than Python reads
        raise SpecError(f"{source} is not valid TOML: {str(error)[:120]}.") from None
    if _too_large(data):
        raise SpecError(f"{source} holds a whole number with more than 18 digits; no policy has.")
    return data


def _too_large(data: Any) -> bool:
    """Whether a whole number in it is none that can be kept; written in base 16 it may even be none that can be said."""
    if isinstance(data, dict):
        return any(map(_too_large, data.values()))
    if isinstance(data, list):
        return any(map(_too_large, data))
    return isinstance(data, int) and abs(data) >= LARGEST
