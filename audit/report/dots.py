"""Dots with intervals, one above the other, as chapters draw them of what they name themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.figures.spec import Spec, figure
from audit.language.printable import unbroken

COLUMNS = ("label", "value", "low", "high", "n", "unit", "level", "key")


def dots(lines: Sequence[tuple[Any, ...]], **options: Any) -> Spec:
    """The figure of some lines.

    Args:
        lines: a label made printable, value, low, high, n and unit; in all of them or in none also level and the score's key.
        options: of the figure `scores`, such as `title` and `axis`.
    """
    kept = [(unbroken(label), *rest) for label, *rest in lines]
    return figure("scores", COLUMNS[: len(kept[0])] if kept else COLUMNS, kept, **options)
