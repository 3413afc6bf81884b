"""Which rows of a run are meant, as data: conditions on columns, all of which hold. `audit.where` reads and writes them as text.

Columns are those of `Names` and the table's own, by their names; `outcome:PROBE` says what came of an attack or a change of
texts (`flipped`, `held`, "" where it was not tried). Where embeddings are kept, `cluster` is one more column.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from audit.several_values import several_values

Column = Callable[[str], NDArray[Any]]
"""The values of a column for every row of the run, by its name: numbers (NaN: none) or texts (None: none), shape (n,)."""
Mask = NDArray[np.bool_]

OUTCOME = "outcome:"
"""How the name of a column begins that says what came of a probe: `flipped`, `held`, "" where it was not tried."""
FORMS = ("question", "exclamation", "digits", "capitals", "emoji", "address", "line_break", "quotes")
"""Marks of a text's form, in the order of their bits."""
FORM = "form"
"""The column that stands for all marks of form; `form:digits` is one, yes or no."""
NUMBERS = ("confidence", "length", "characters")
"""Columns of every run that are numbers: how sure the model is (0 to 1), words and characters of the text."""
WORDS = ("label", "predicted", "right", "language", FORM)
"""Columns of every run that are words."""
CLUSTER = "cluster"
"""The number of the cluster that a row lies in, 0 for a row without a place: rows alike to the model, where their places are kept."""
TEXT = "text"
"""The text itself, which is searched."""
Op = Literal[">=", "<=", ">", "<"]
OPS: tuple[Op, ...] = get_args(Op)
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
Outcome = Literal["flipped", "held", "tried"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Among:
    """The column has one of some values (or with `negated` none of them); "" stands for none as well.

    Values are kept once each, in alphabetical order. A number is equal to another way of writing it. Of a column whose cells hold
    several values (`audit.several_values`) a cell has each of them.
    """

    column: str
    values: tuple[str, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(sorted(set(self.values))))

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        if self.column == FORM:
            found: Mask = np.logical_or.reduce([column(f"{FORM}:{value}") for value in self.values])
        else:
            found = _equal(column(self.column), self.values)
        return ~found if self.negated else found


@dataclass(frozen=True, slots=True)
class Compare:
    """The column holds a number beyond a bound. A row without a number is out."""

    column: str
    op: Op
    bound: float

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values = column(self.column)
        numbers = values if values.dtype.kind in "fiu" else numbers_of(values)
        with np.errstate(invalid="ignore"):
            found: Mask = _COMPARE[self.op](numbers, self.bound)
        return found


@dataclass(frozen=True, slots=True)
class Contains:
    """The text of the column has a part, upper and lower case alike."""

    column: str
    part: str
    negated: bool = False

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values, part = column(self.column), self.part.casefold()
        found = np.fromiter((part in (value or "").casefold() for value in values), bool, len(values))
        return ~found if self.negated else found


@dataclass(frozen=True, slots=True)
class Holds:
    """The text has a word, or several one after the other, as words: `art` is not in `start`. Upper and lower case alike."""

    phrase: str
    negated: bool = False

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        found: Mask = column(f"holds:{self.phrase}")
        return ~found if self.negated else found


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an attack or a change of the texts: it `flipped` the answer, the answer `held`, or it was `tried` at all."""

    probe: str
    outcome: Outcome
    negated: bool = False

    def mask(self, column: Column) -> Mask:
        """Whether it holds, shape (n,)."""
        values = column(f"{OUTCOME}{self.probe}")
        found: Mask = values != "" if self.outcome == "tried" else values == self.outcome
        return ~found if self.negated else found


Condition = Among | Compare | Contains | Holds | Came


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Conditions that hold together; none: every row."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def __and__(self, other: RowFilter) -> RowFilter:
        """The rows that both mean."""
        return RowFilter(tuple(dict.fromkeys((*self.conditions, *other.conditions))))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns asked for that are compared or searched, each once."""
        named = (c.column for c in self.conditions if isinstance(c, Among | Compare | Contains))
        return tuple(dict.fromkeys(named))

    @property
    def probes(self) -> tuple[str, ...]:
        """Keys of the probes whose outcome it asks for, each once."""
        return tuple(dict.fromkeys(c.probe for c in self.conditions if isinstance(c, Came)))

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


def _equal(values: NDArray[Any], wanted: tuple[str, ...]) -> Mask:
    """Whether each value is one of those wanted, as text or as a number."""
    numbers = {number for number in map(_number, wanted) if number == number}  # noqa: PLR0124  (not NaN)
    if values.dtype.kind in "fiu":
        return np.isin(values, list(numbers))
    texts, cells = set(wanted), set(values.tolist())
    held = several_values(cell for cell in cells if isinstance(cell, str))
    known = {
        cell: _is_one(cell, texts, numbers) or any(_is_one(one, texts, numbers) for one in held.get(cell, ()))
        for cell in cells
    }
    return np.fromiter((known[value] for value in values), bool, len(values))


def _is_one(value: Any, texts: set[str], numbers: set[float]) -> bool:
    said = "" if value is None else str(value).strip()
    return said in texts or (bool(numbers) and said != "" and _number(said) in numbers)
