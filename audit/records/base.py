"""What every kind of record is made with: rows and their ids, the edits of a text, JSON and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

R = TypeVar("R")


def content_id(text: str, pair: str | None, label: str | None, groups: Mapping[str, str]) -> str:
    """16 hex digits of sha256 over a row's content as JSON: label as typed, groups sorted by name."""
    content = json.dumps([text, pair, label, dict(sorted(groups.items()))], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sample_id(subject: str) -> str:
    """What stands for the id of a row where a record is about many, unlike any: `sample:` and 16 hex digits of its subject's hash."""
    return f"sample:{hashlib.sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Example:
    """One checked row of a table. `row_id` is its content hash (plus `-k` for the k-th occurrence)."""

    row_id: str
    text: str
    pair: str | None = None
    label: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    rationale: tuple[int, ...] | None = None
    line: int | None = None

    @property
    def content_id(self) -> str:
        """The id shared by all duplicates of this row."""
        return self.row_id.split("-", 1)[0]


@dataclass(frozen=True, slots=True)
class Change:
    """One word-level edit: [start, end) of the original became [new_start, new_end) of the perturbed text.

    An insertion has start == end, a deletion new_start == new_end.
    """

    start: int
    end: int
    before: str
    new_start: int
    new_end: int
    after: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One perturbed version of a text and what the model says of it."""

    text: str
    probs: tuple[float, ...]
    changed: bool
    changes: tuple[Change, ...] = ()


class Record(Protocol):
    """What every record has, of whichever kind; `audit.kinds` says which kinds there are."""

    @property
    def row_id(self) -> str:
        """The row it is about, or what stands for one."""
        ...

    @property
    def name(self) -> str:
        """The registered name of its probe."""
        ...

    @property
    def probe(self) -> str:
        """The key of its probe within the run."""
        ...

    @property
    def error(self) -> str | None:
        """Why there is nothing in it; None where there is something."""
        ...

    @property
    def state(self) -> str:
        """What became of the row, in a word."""
        ...

    @property
    def original_probs(self) -> tuple[float, ...]:
        """What the model says of the text as it is; empty where the record does not tell."""
        ...


class Keyed:
    """What every record does: it goes by its probe's name where it has no other key, and says whether anything is in it."""

    __slots__ = ()

    name: str
    probe: str
    error: str | None

    def __post_init__(self) -> None:
        if not self.probe:
            object.__setattr__(self, "probe", self.name)

    @property
    def state(self) -> str:
        """What became of it, in a word: ok or error."""
        return "ok" if self.error is None else "error"


class OfSample(Keyed):
    """A record about many rows together; `subject` is which of the findings of its probe it is."""

    __slots__ = ()

    if TYPE_CHECKING:  # a field of some, made of their fields by others

        @property
        def subject(self) -> str:
            """Which of the findings of its probe it is."""
            ...

    @property
    def row_id(self) -> str:
        """What stands for the id of a row, see `sample_id`."""
        return sample_id(self.subject)

    @property
    def original_probs(self) -> tuple[float, ...]:
        """Nothing: it is about no one row."""
        return ()


@dataclass(frozen=True, slots=True)
class Changed(Keyed):
    """A record of one row that was changed: the row, and what the model says of it as it is."""

    row_id: str
    text: str
    label: str | None
    name: str
    original_probs: tuple[float, ...]


def to_dict(record: Any) -> dict[str, Any]:
    """Turn a record into JSON-ready data; floats are rounded to six digits so that equal results are equal text."""
    data: dict[str, Any] = _rounded(_adapter(type(record)).dump_python(record, mode="json"))  # type: ignore[arg-type]
    return data


def from_dict(kind: type[R], data: Mapping[str, Any]) -> R:
    """Read a record back from `to_dict`'s data.

    Raises:
        pydantic.ValidationError: a field is missing, unknown in type, or out of its choices.
    """
    adapter: Any = _adapter(kind)  # type: ignore[arg-type]
    record: R = adapter.validate_python(dict(data))
    return record


def with_stand_ins(name: str, stand_ins: Sequence[str]) -> str:
    """A recipe with what it used in place of what it was published with: `textfooler [vectors: built]`. For people only."""
    return f"{name} [{', '.join(stand_ins)}]" if stand_ins else name


def of_probe(record: R, probe: str) -> R:
    """The same record as one of the probe with this key within the run."""
    return replace(record, probe=probe)  # type: ignore[type-var]


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) + 0.0  # + 0.0 turns -0.0 into 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
