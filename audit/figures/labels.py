"""Long labels over several lines, so that names which begin alike stay apart."""

from __future__ import annotations

ENDS = " _-/:,."
"""Signs after which a line of a label may end."""


def folded(text: str, width: int, most: int) -> list[str]:
    """A label as lines of so many characters, whole unless it needs more than `most` of them.

    >>> folded("balance_not_updated", 12, 3)
    ['balance_not_', 'updated']
    """
    rest = text
    lines: list[str] = []
    while len(rest) > width and len(lines) < most - 1:
        end = max((place + 1 for place in range(width) if rest[place] in ENDS), default=width)
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return [*lines, rest if len(rest) <= width else f"{rest[: width - 1]}…"]
