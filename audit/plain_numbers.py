"""Texts that are numbers and nothing else: which columns of a table a workbook may hold as numbers without changing one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
_SHAPE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_SMALLEST = 10
"""Zeros behind the point from which on a number is read back as a power of ten."""


class Number(str):
    """A text of a column of plain numbers: a workbook holds the number, everything else the text."""

    __slots__ = ()

    @property
    def value(self) -> int | float:
        """The number it is."""
        return float(self) if "." in self else int(self)


class PlainColumns:
    """Which columns of a table hold plain numbers and blanks alone, told as its rows go by.

    Args:
        width: how many columns there are.
    """

    def __init__(self, width: int) -> None:
        self._open, self._numbers = [True] * width, [False] * width

    def add(self, cells: Sequence[object]) -> None:
        """Look at a row."""
        for place, cell in enumerate(cells):
            if self._open[place] and cell is not None and cell != "":
                self._open[place] = is_plain(cell)
                self._numbers[place] = True

    @property
    def found(self) -> tuple[bool, ...]:
        """Whether each column holds a number, and nothing else, in the rows so far."""
        return tuple(every and some for every, some in zip(self._open, self._numbers, strict=True))

    def marked(self, cells: Iterable[object]) -> tuple[object, ...]:
        """A row with the numbers among its cells as `Number`; in such a column a blank text is None."""
        return tuple(
            cell if not number else Number(cell) if is_plain(cell) else (cell or None)
            for cell, number in zip(cells, self.found, strict=True)
        )


def is_plain(cell: object) -> bool:
    """Whether a cell is a text that a number gives back sign by sign: no zero or plus in front, no needless one behind, 15 digits.

    >>> [text for text in ("7", "-0.5", "0", "007", "+7", "7.0", "1e3", " 7", "1234567890123456") if is_plain(text)]
    ['7', '-0.5', '0']
    """
    if not isinstance(cell, str) or len(cell) > DIGITS + _SMALLEST or not _SHAPE.fullmatch(cell) or cell == "-0":
        return False
    significant = cell.lstrip("-0.").replace(".", "")
    return len(significant) <= DIGITS and not cell.removeprefix("-").startswith(f"0.{'0' * (_SMALLEST - 1)}")
