"""Parts of a table's rows as data: which column has which value. A name is never cut out of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.names import short

GROUP = "group:"
"""How the column of a group named by the table begins, so that none is taken for the model's own (`label`, `word` ...)."""

WHERE = "where"
"""The column of a slice made by hand; its value is the whole condition, as `audit.where` writes it."""

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\,="})


class Slice(Mapping[str, str | None]):
    """Column -> value of the rows meant; a value of None means the column as a whole. Empty: all rows.

    Columns are `label` (the true or explained class), `predicted`, `word`, `group:NAME` for a column of the table, `where` for a
    condition made by hand (`of_condition`), and those of the kinds that have some of their own (`identity` and `other_identity`:
    groups of people held against each other).
    Equal slices have equal text; columns are kept in alphabetical order. Immutable and hashable; JSON is a plain object.

    `str` gives the form people read and policies name, `label=billing [EU]`; values stand in it as they are, so two
    slices may read alike. `key` never does.
    """

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[str, str | None] | None = None, /, **named: str) -> None:
        self._parts = tuple(sorted({**(parts or {}), **named}.items()))

    def __getitem__(self, column: str) -> str | None:
        for name, value in self._parts:
            if name == column:
                return value
        raise KeyError(column)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __hash__(self) -> int:
        return hash(self._parts)

    def __repr__(self) -> str:
        return f"Slice({dict(self._parts)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self._parts),)

    def __str__(self) -> str:
        return ",".join(name if value is None else f"{name}={value}" for name, value in self._parts)

    def shortened(self) -> Slice:
        """The same with the middle of long names left out, to be shown in a line."""
        return Slice({short(name): None if value is None else short(value) for name, value in self._parts})

    @property
    def said(self) -> str:
        """As pages and reports have it, `channel: web, label: positive`; a column of the table by its own name."""
        named = ((name.removeprefix(GROUP), value) for name, value in self._parts)
        if self.by_hand:
            return self.by_hand
        return ", ".join(name if value is None else f"{name}: {value}" for name, value in named)

    @property
    def by_hand(self) -> str:
        """The condition of a slice that somebody made by hand; "" for any other."""
        return self.get(WHERE) or ""

    @property
    def key(self) -> str:
        r"""As `str`, with `\` before every `\`, `,` and `=` inside a name: two slices never share it."""
        made = ((name.translate(_MARKS), value) for name, value in self._parts)
        return ",".join(name if value is None else f"{name}={value.translate(_MARKS)}" for name, value in made)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """A plain JSON object of columns and values."""
        from pydantic_core import core_schema as core

        columns = core.dict_schema(core.str_schema(), core.nullable_schema(core.str_schema()))
        written = core.plain_serializer_function_ser_schema(dict, return_schema=columns)
        return core.no_info_after_validator_function(cls, columns, serialization=written)


ALL_ROWS = Slice()


def of_group(name: str, value: str | None = None, **named: str) -> Slice:
    """The rows whose group column `name` has `value`; without a value, the column as a whole."""
    return Slice({f"{GROUP}{name}": value}, **named)


def of_condition(text: str) -> Slice:
    """The rows that a condition means, as `audit.where.written` gives it."""
    return Slice({WHERE: text})


def two_groups(where: Mapping[str, str | None]) -> tuple[str, str] | tuple[()]:
    """The two groups of people that a slice holds against each other; nothing where it is about one, or all."""
    first, second = where.get("identity"), where.get("other_identity")
    return (first, second) if first and second else ()


OF_TWO = ("method_agreement", "attacked_words_flagged")
"""Scores about two probes."""


def about_probes(probe: str, other: str = "") -> str:
    """One probe, or two joined by `+`, as people read them."""
    return f"{probe}+{other}" if other else probe


def score_key(name: str, probe: str, where: Slice, other: str = "") -> str:
    r"""What is unique within a run: `name`, `name@probe`, `name@probe+other` or `name@probe[label=x]`.

    Keys of probes hold no `[` (`ProbeSpec.id`); where there are two, a `+` inside one is written `\+`.
    """
    about = "+".join(key.replace("+", "\\+") for key in (probe, other)) if other else probe
    at = f"@{about}" if about else ""
    return f"{name}{at}[{where.key}]" if where else f"{name}{at}"
