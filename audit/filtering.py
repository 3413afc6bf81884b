"""Which rows of a run are meant, as data: conditions on columns, all of which hold. Pages draw it, slices will be named by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = Callable[[str], NDArray[Any]]
"""The values of a column for every row of the run, by its name: numbers (NaN: none) or texts (None: none), shape (n,)."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Among:
    """The column has one of some values; "" stands for none as well."""

    column: str
    values: tuple[str, ...]

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values = column(self.column)
        wanted = set(self.values)
        if "" in wanted:
            wanted.add(None)  # type: ignore[arg-type]
        return np.fromiter((value in wanted for value in values), bool, len(values))


@dataclass(frozen=True, slots=True)
class Between:
    """The column holds a number from `low` to `high`, both included; None: no bound. A row without a number is out."""

    column: str
    low: float | None = None
    high: float | None = None

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values = column(self.column)
        numbers = values if values.dtype.kind in "fiu" else numbers_of(values)
        found: Mask = ~np.isnan(numbers)
        with np.errstate(invalid="ignore"):
            if self.low is not None:
                found &= numbers >= self.low
            if self.high is not None:
                found &= numbers <= self.high
        return found


@dataclass(frozen=True, slots=True)
class Holds:
    """The text of the column holds a part, upper and lower case alike."""

    column: str
    part: str

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values, part = column(self.column), self.part.casefold()
        return np.fromiter((part in (value or "").casefold() for value in values), bool, len(values))


Condition = Among | Between | Holds


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Conditions that hold together; none: every row.

    Columns are `text`, `label`, `predicted`, `confidence`, `length` (characters), `right` (`yes`, `no`, "" where there is no
    label), `outcome:PROBE` (`flipped`, `held`, "" where it was not tried), and `group:NAME` and `column:NAME` of the table.
    """

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def mask(self, column: Column, rows: int) -> Mask:
        """Which of `rows` rows fit, shape (rows,)."""
        found: Mask = np.ones(rows, dtype=bool)
        for condition in self.conditions:
            found &= condition.mask(column)
        return found


def numbers_of(values: NDArray[Any]) -> NDArray[np.float64]:
    """Cells as numbers, shape (n,); NaN for what is none."""
    return np.fromiter(map(_number, values), np.float64, len(values))


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")
