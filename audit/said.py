"""What is said of a number, kept as the key of a sentence and the values in it; `audit.language.saying` words it when shown.

Kept so, a finding reads in any language, and other words for it change nothing that is stored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.names import short
from models.translating import tr_later

LITERAL = "literal"
"""Key of a text that is shown as it is: what people wrote, and what older Assays had worded."""
SENTENCES, CLAUSES, LISTED, BOTH = "join.sentences", "join.clauses", "join.list", "join.both"
"""Keys of several parts (`parts`) said one after the other."""

_KEY = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_LONGEST, _DEEPEST, _MOST = 120, 16, 500
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is, never as it is written: a value, an interval, or a value with its interval.

    Attributes:
        value: None where only the interval is meant, or where there is none to be had.
        unit: of `audit.score.definitions`, `points` (a difference of shares), `level` (a confidence level), `p_value`,
            `setting:share` and the like for what somebody chose (a threshold), or `plain`.
        low, high: the interval's ends, both or neither.
    """

    value: float | None
    unit: str = "share"
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, _finite(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a part of one.

    Attributes:
        key: of a sentence in the files of `audit.language`; one of another Assay may be unknown here.
        values: what stands in it by name: texts (names and labels, shown as they are), whole numbers, `Number`s, other
            parts of speech, and lists of these.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __bool__(self) -> bool:
        """Whether anything is said at all."""
        return self != NOTHING

    def to_data(self) -> dict[str, Any]:
        """JSON-ready; `read` takes it back."""
        return {"key": self.key, "values": {name: _data(value) for name, value in self.values.items()}}

    @classmethod
    def read(cls, data: Any) -> Said:
        """What `to_data` wrote.

        Raises:
            ValueError: it is something else; says what, in a sentence.
        """
        if isinstance(data, Said):
            return data
        found = _read(data, 0)
        if not isinstance(found, Said):
            raise ValueError(_WRONG)
        return found

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """A plain JSON object."""
        from pydantic_core import core_schema as core

        written = core.plain_serializer_function_ser_schema(cls.to_data)
        return core.no_info_plain_validator_function(cls.read, serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        return {
            "description": "A sentence: its key, and the values in it by name.",
            "type": "object",
            "properties": {"key": {"type": "string"}, "values": {"type": "object"}},
            "required": ["key", "values"],
            "additionalProperties": False,
        }


Value = str | int | Number | Said | tuple["Value", ...]

NOTHING = Said(SENTENCES, {"parts": ()})


@dataclass(frozen=True, slots=True)
class Telling:
    """What a finding says: what was found, why it matters, what to do next, and what a reader must know besides."""

    title: Said
    why: Said = NOTHING
    next_step: Said = NOTHING
    note: Said = NOTHING

    def shortened(self) -> Telling:
        """The same with the middle of long names left out."""
        return Telling(*map(shortened, (self.title, self.why, self.next_step, self.note)))


def literal(text: str) -> Said:
    """A text as it is; nothing for an empty one."""
    return Said(LITERAL, {"text": text}) if text else NOTHING


def sentences(*parts: Said) -> Said:
    """Sentences one after the other, without those that say nothing."""
    return _joined(SENTENCES, parts)


def clauses(parts: Iterable[Said]) -> Said:
    """Notes as one, apart by semicolons."""
    return _joined(CLAUSES, parts)


def told(*parts: Said | None) -> tuple[Said, ...]:
    """The notes there are, in their order and each once."""
    kept: list[Said] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return tuple(kept)


def every(said: Value) -> Iterator[Said]:
    """A part of speech and all inside it."""
    if isinstance(said, Said):
        yield said
        for value in said.values.values():
            yield from every(value)
    elif isinstance(said, tuple):
        for value in said:
            yield from every(value)


def shortened(said: Said) -> Said:
    """The same with the middle of long names left out; a text that is shown as it is stays whole."""
    if said.key == LITERAL:
        return said
    return Said(said.key, {name: _shortened(value) for name, value in said.values.items()})


def _shortened(value: Value) -> Value:
    if isinstance(value, str):
        return short(value)
    if isinstance(value, tuple):
        return tuple(map(_shortened, value))
    return shortened(value) if isinstance(value, Said) else value


def alike(one: Value, other: Value) -> bool:
    """Whether two say the same sentences, whatever stands in them."""
    return [part.key for part in every(one)] == [part.key for part in every(other)]


def _joined(key: str, parts: Iterable[Said]) -> Said:
    kept = tuple(part for part in parts if part)
    return NOTHING if not kept else kept[0] if len(kept) == 1 else Said(key, {"parts": kept})


_WRONG = tr_later("a sentence is a key and its values: texts, whole numbers, numbers with a unit, other sentences")


def _data(value: Value) -> Any:
    if isinstance(value, Said):
        return value.to_data()
    if isinstance(value, Number):
        data: dict[str, Any] = {"value": value.value, "unit": value.unit}
        return data if value.low is None else data | {"low": value.low, "high": value.high}
    return [_data(part) for part in value] if isinstance(value, tuple) else value


def _read(data: Any, depth: int) -> Value:
    if depth > _DEEPEST:
        raise ValueError(f"a sentence holds others more than {_DEEPEST} deep")
    if isinstance(data, str) or (isinstance(data, int) and not isinstance(data, bool)):
        return data
    if isinstance(data, list) and len(data) <= _MOST:
        return tuple(_read(part, depth + 1) for part in data)
    if not isinstance(data, Mapping):
        raise ValueError(_WRONG)
    if data.keys() == {"key", "values"}:
        key, values = data["key"], data["values"]
        if not (isinstance(key, str) and len(key) <= _LONGEST and _KEY.fullmatch(key)):
            raise ValueError(f"the key of a sentence is written like note.no_rows, not {key!r:.60}")
        if isinstance(values, Mapping) and len(values) <= _MOST and all(isinstance(name, str) for name in values):
            return Said(key, {name: _read(value, depth + 1) for name, value in values.items()})
    elif data.keys() in ({"value", "unit"}, {"value", "unit", "low", "high"}) and isinstance(data["unit"], str):
        ends = [data.get(name) for name in ("value", "low", "high")]
        if all(end is None or _is_number(end) for end in ends):
            return Number(ends[0], data["unit"], ends[1], ends[2])
    raise ValueError(_WRONG)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _finite(value: Any) -> float | None:
    """As records keep numbers: six digits, and none where it is not a number."""
    return None if value is None or not math.isfinite(value) else round(float(value), _PLACES) + 0.0
