"""Short forms for messages: the first of some names, the first line of an error."""

from __future__ import annotations

from collections.abc import Iterable

from models.translating import tr_later


def first_line(error: BaseException) -> str:
    """What an error says, in short."""
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else tr_later("it does not say why")


def some(names: Iterable[str]) -> str:
    """The first of some names and how many more there are."""
    ordered = sorted(names)
    return ordered[0] if len(ordered) == 1 else tr_later(f"{ordered[0]} and {len(ordered) - 1} more")
