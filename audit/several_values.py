"""Cells that hold several values: `African|Women`, `red; blue`, `["a", "b"]`. A column holds such where that is clear."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

SEPARATORS = ("|", ";")
LONGEST = 60
"""Characters of a value."""
MOST_VALUES = 500
"""Different values of a column of several."""


def several_values(cells: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The values of each different cell of a column whose cells clearly hold several; empty for any other column.

    It is clear where every cell is a JSON list, or where cells are joined by one sign and half of the values that are joined, or
    more, stand in other cells as well. Texts with a sign between words are no such column: their parts come but once.

    >>> several_values(["African|Women", "African", "Women", ""])
    {'African|Women': ('African', 'Women'), 'African': ('African',), 'Women': ('Women',)}
    >>> several_values(["one; two", "three; four"]), several_values(['["a", "b"]', '["a"]'])["[\\"a\\"]"]
    ({}, ('a',))
    """
    known = sorted({cell for cell in cells if cell.strip()})
    if not known:
        return {}
    if all(cell.lstrip().startswith("[") for cell in known):
        listed = {cell: _listed(cell) for cell in known}
        return (
            {cell: found for cell, found in listed.items() if found is not None} if None not in listed.values() else {}
        )
    return next(filter(None, (_joined(known, sign) for sign in SEPARATORS)), {})


def _joined(cells: list[str], sign: str) -> dict[str, tuple[str, ...]]:
    joined = [cell for cell in cells if sign in cell]
    if not joined:
        return {}
    found = {cell: tuple(dict.fromkeys(part.strip() for part in cell.split(sign) if part.strip())) for cell in cells}
    often = Counter(part for parts in found.values() for part in parts)
    inside = {part for cell in joined for part in found[cell]}
    if len(often) > MOST_VALUES or any(len(part) > LONGEST for part in inside):
        return {}
    return found if 2 * sum(often[part] > 1 for part in inside) >= len(inside) > 0 else {}


def _listed(cell: str) -> tuple[str, ...] | None:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(one, str | int | float) for one in found):
        return None
    return tuple(dict.fromkeys(str(one) for one in found))
