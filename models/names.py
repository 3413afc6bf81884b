"""Short forms for messages: the first of some names, the two ends of a long one, the first line of an error."""

from __future__ import annotations

from collections.abc import Iterable

from models.translating import tr_later

SHOWN = 200
"""Characters of a name that a list or a sentence shows."""


def first_line(error: BaseException) -> str:
    """What an error says, in short."""
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else tr_later("it does not say why")


def some(names: Iterable[str]) -> str:
    """The first of some names and how many more there are."""
    ordered = sorted(names)
    return ordered[0] if len(ordered) == 1 else tr_later(f"{ordered[0]} and {len(ordered) - 1} more")


def short(name: str, most: int = SHOWN) -> str:
    """A name cut in the middle where it is long: how it begins and ends tells it from others.

    >>> short("a" * 10 + "b" * 10, 9)
    'aaaa…bbbb'
    """
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - half]}…{name[-half:]}"
