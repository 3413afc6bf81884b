"""Growable typed columns: a hundred thousand records become a few megabytes of numbers instead of gigabytes of objects."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_DTYPES = {"q": np.int64, "i": np.int32, "b": np.int8, "?": np.bool_, "f": np.float32, "d": np.float64}


class Vocabulary:
    """Strings to small numbers, in order of first appearance."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """The number of a string, a new one the first time."""
        return self._codes.setdefault(text, len(self._codes))

    def decode(self, codes: NDArray[np.integer]) -> pd.Series:
        """Numbers back to strings."""
        return pd.Series(np.array([*self._codes, ""], dtype=object)[codes], dtype="str")


class Texts:
    """Short strings that are nearly all different, end to end: their bytes and 8 more each."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("q", [0])

    def append(self, text: str) -> None:
        """Append one."""
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))

    def series(self) -> pd.Series:
        """All of them."""
        ends, data = pa.py_buffer(self._ends.tobytes()), pa.py_buffer(bytes(self._bytes))
        return pd.Series(pd.array(pa.LargeStringArray.from_buffers(len(self._ends) - 1, ends, data), dtype="str"))


_OBJECTS: Mapping[str, Callable[[], Any]] = {"t": Texts, "l": list}


class Columns:
    """Rows of a fixed schema, plus optional numeric columns that only some rows have.

    Args:
        schema: column name to type: `s` one of a few strings, `t` a string of its own, `l` several strings,
            `?` boolean, `b` `i` `q` whole number of 1, 4, 8 bytes, `f` `d` number of
            4, 8 bytes.
    """

    def __init__(self, schema: Mapping[str, str]) -> None:
        self._schema = dict(schema)
        self._data: dict[str, Any] = {
            name: _OBJECTS[kind]() if kind in _OBJECTS else array(_storage(kind)) for name, kind in schema.items()
        }
        self._vocabulary = {name: Vocabulary() for name, kind in schema.items() if kind == "s"}
        self._optional: dict[str, array[float]] = {}
        self._texts: dict[str, tuple[array[int], Vocabulary]] = {}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def add(
        self,
        values: Sequence[Any],
        numbers: Mapping[str, float] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Append a row: values in the order of the schema, `numbers` and `texts` by name for the optional columns."""
        for (name, kind), value in zip(self._schema.items(), values, strict=True):
            self._data[name].append(self._vocabulary[name].code(value) if kind == "s" else value)
        for name, number in (numbers or {}).items():
            column = self._optional.setdefault(name, array("d"))
            column.extend(repeat(float("nan"), self._rows - len(column)))
            column.append(number)
        for name, text in (texts or {}).items():
            codes, vocabulary = self._texts.setdefault(name, (array("i"), Vocabulary()))
            codes.extend(repeat(-1, self._rows - len(codes)))
            codes.append(vocabulary.code(text))
        self._rows += 1

    def frame(self) -> pd.DataFrame:
        """All rows; an optional column is not-a-number or "" where a row has no value."""
        made: dict[str, Any] = {}
        for name, kind in self._schema.items():
            if kind == "t":
                made[name] = self._data[name].series()
                continue
            if kind == "l":
                made[name] = pd.Series(self._data[name], dtype=object)
                continue
            raw: NDArray[Any] = np.frombuffer(self._data[name], dtype=_DTYPES["i" if kind == "s" else kind])
            made[name] = self._vocabulary[name].decode(raw) if kind == "s" else raw.copy()
        for name, column in self._optional.items():
            made[name] = np.concatenate([np.asarray(column), np.full(self._rows - len(column), np.nan)])
        for name, (codes, vocabulary) in self._texts.items():
            padded = np.concatenate([np.asarray(codes), np.full(self._rows - len(codes), -1)]).astype(np.int32)
            made[name] = vocabulary.decode(padded)
        return pd.DataFrame(made)


class Matrix:
    """Rows of `width` float32 numbers; a row of any other length becomes not-a-number."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows = 0
        self._data = array("f")

    def add(self, row: Sequence[float]) -> None:
        """Append a row."""
        self._rows += 1
        self._data.extend(row if len(row) == self._width else repeat(float("nan"), self._width))

    def array(self) -> NDArray[np.float32]:
        """All rows, (n, width)."""
        return np.frombuffer(self._data, dtype=np.float32).reshape(self._rows, self._width).copy()


class Vectors:
    """Vectors as records pack them (`audit.records.embedding`), of as many numbers as the first has; any other becomes not-a-number."""

    def __init__(self) -> None:
        self._data, self._scales = bytearray(), array("f")
        self._bytes = 0

    def add(self, vector: str, scale: float) -> None:
        """Append one; "" for none."""
        found = base64.b64decode(vector)
        if not self._bytes and found:
            self._bytes = len(found)
            self._data += _NO_NUMBER * (self._bytes // 2 * len(self._scales))
        self._data += found if len(found) == self._bytes else _NO_NUMBER * (self._bytes // 2)
        self._scales.append(scale)

    def array(self) -> NDArray[np.float16] | NDArray[np.float32]:
        """All of them (n, width): in half precision, unless one has numbers that are too large for it."""
        halves = np.frombuffer(bytes(self._data), dtype="<f2").reshape(len(self._scales), self._bytes // 2)
        scales = np.frombuffer(self._scales, dtype=np.float32)
        return halves.copy() if (scales == 1.0).all() else halves.astype(np.float32) * scales[:, None]


_NO_NUMBER = np.array([np.nan], dtype="<f2").tobytes()


class Spans:
    """Words at their places, each owned by a row of another frame: 21 bytes a word."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._columns: dict[str, array[Any]] = {name: array(kind) for name, kind in _SPAN_TYPES.items()}

    def add(self, owner: int, words: Iterable[tuple[str, int, int, int, float]]) -> None:
        """Append words (text, segment, start, end, score) of one owner; texts are case-folded."""
        owners, codes, segments, starts, ends, scores = self._columns.values()
        for text, segment, start, end, score in words:
            owners.append(owner)
            codes.append(self._vocabulary.code(text.casefold()))
            segments.append(segment)
            starts.append(start)
            ends.append(end)
            scores.append(score)

    def frame(self, kept: NDArray[np.intp]) -> pd.DataFrame:
        """Words whose owner was kept, in owner order; `kept[i]` is the old number of the owner now numbered i."""
        arrays: dict[str, NDArray[Any]] = {
            name: np.frombuffer(column, _DTYPES[column.typecode]) for name, column in self._columns.items()
        }
        size = int(max(arrays["owner"].max(initial=-1), kept.max(initial=-1))) + 1
        renumbered = np.full(size, -1, dtype=np.int32)
        renumbered[kept] = np.arange(kept.size, dtype=np.int32)
        owner = renumbered[arrays["owner"]]
        order = np.argsort(owner, kind="stable")
        order = order[owner[order] >= 0]
        frame = pd.DataFrame({name: column[order] for name, column in arrays.items() if name not in ("owner", "word")})
        frame.insert(0, "owner", owner[order])
        frame.insert(1, "word", self._vocabulary.decode(arrays["word"][order]).to_numpy())
        return frame


_SPAN_TYPES = {"owner": "i", "word": "i", "segment": "b", "start": "i", "end": "i", "score": "f"}


def _storage(kind: str) -> str:
    return {"s": "i", "?": "b"}.get(kind, kind)
