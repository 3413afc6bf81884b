"""Rows at rest: one canonical JSON record per row in an arena, and a few numbers per row beside it.

The record is what is hashed for the row id: `[text,pair,label,{group:value}]` as UTF-8 without spaces, groups sorted by
name, label null where the cell is blank. It holds all of an `Example` but its line and rationale, so nothing is kept twice.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from json import encoder

import numpy as np
from numpy.typing import NDArray

from audit.records import Example
from audit.table.arena import Arena

quoted = encoder.encode_basestring  # type: ignore[attr-defined]  # the C function behind json.dumps(ensure_ascii=False)

MAX_LABELS = 10_000
CACHED_GROUPS = 10_000
_CONTROL = bytes(range(32))


class TooManyLabels(Exception):
    """The label column has more than `MAX_LABELS` different values: it is none."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Positions of the columns in use; groups as (name, position), sorted by name."""

    text: int
    label: int | None = None
    pair: int | None = None
    groups: tuple[tuple[str, int], ...] = ()
    rationale: int | None = None


def parse_rationale(cell: str) -> bytes | None:
    """A 0/1 list as `0 1 1`, `0,1,1` or `[0, 1, 1]`; b"" for a blank cell, None if it is none of these."""
    bare = cell.strip().removeprefix("[").removesuffix("]").replace(",", " ").split()
    if not all(item in {"0", "1"} for item in bare):
        return None
    return bytes(map(int, bare))


class RowStore:
    """Good rows, appended in batches, then read one at a time. The arrays have one entry per row.

    Attributes:
        labels: the different label cells, as typed, in order of appearance.
    """

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self._arena = Arena()
        self._rationales = Arena()
        self._rationale_ends = array("q")
        self._tails: dict[str, bytes] = {}
        self._group_tails: dict[tuple[str, ...], bytes] = {}
        self._codes: dict[str, int] = {}
        self._labels: list[str] = []
        self._ids = bytearray()
        self._ends = array("q")
        self._lines = array("i")
        self._lengths = array("i")
        self._contents = array("q")
        self._label_codes = array("i")

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def labels(self) -> tuple[str, ...]:
        """The different label cells, as typed."""
        return tuple(self._labels)

    @property
    def ids(self) -> NDArray[np.uint64]:
        """First 8 bytes of sha256(record), so that their hex is the row id without its occurrence."""
        return np.frombuffer(self._ids, dtype=">u8").astype(np.uint64)

    @property
    def lines(self) -> NDArray[np.int32]:
        """The line each row starts on."""
        return np.frombuffer(self._lines, dtype=np.int32)

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Characters of the text, the pair's added."""
        return np.frombuffer(self._lengths, dtype=np.int32)

    @property
    def contents(self) -> NDArray[np.int64]:
        """Equal for rows of equal text and pair. Differs from process to process."""
        return np.frombuffer(self._contents, dtype=np.int64)

    @property
    def codes(self) -> NDArray[np.int32]:
        """Index into `labels`; -1 without a label."""
        return np.frombuffer(self._label_codes, dtype=np.int32)

    @property
    def rationale_digest(self) -> bytes:
        """A hash over all rationales; empty without any."""
        if not len(self._rationales):
            return b""
        return hashlib.sha256(self._rationale_ends.tobytes() + self._rationales.read(0, len(self._rationales))).digest()

    def append(self, columns: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        """Add rows that were found good, as columns in the order of the header, with the line each row starts on.

        Raises:
            TooManyLabels: the label column is no label column.
        """
        roles, texts = self._roles, columns[self._roles.text]
        self._append_codes(columns)
        records = self._records(columns)
        digest = hashlib.sha256
        digests = b"".join([digest(record).digest() for record in records])
        self._ids += np.frombuffer(digests, dtype=np.uint64)[::4].tobytes()  # bytes 0-7 of each 32
        ends = np.cumsum(np.fromiter(map(len, records), np.int64, len(records))) + len(self._arena)
        self._ends.frombytes(ends.tobytes())
        self._arena.append(b"".join(records))
        counted = np.arange(lines.start, lines.stop) if isinstance(lines, range) else np.array(lines)
        self._lines.frombytes(counted.astype(np.int32).tobytes())
        if roles.pair is None:
            self._lengths.frombytes(_int32(map(len, texts), len(texts)))
            self._contents.frombytes(np.fromiter(map(hash, texts), np.int64, len(texts)).tobytes())
        else:
            both = list(zip(texts, columns[roles.pair], strict=True))
            self._lengths.extend(len(text) + len(pair) for text, pair in both)
            self._contents.extend(map(hash, both))
        if roles.rationale is not None:
            for cell in columns[roles.rationale]:
                self._rationales.append(parse_rationale(cell) or b"")
                self._rationale_ends.append(len(self._rationales))

    def record(self, position: int) -> bytes:
        """The canonical JSON of a row."""
        return self._arena.read(self._ends[position - 1] if position else 0, self._ends[position])

    def example(self, position: int, row_id: str) -> Example:
        """The row at a position, its label as typed."""
        text, pair, label, groups = json.loads(self.record(position))
        return Example(row_id, text, pair, label, groups, self._rationale(position), self._lines[position])

    def _rationale(self, position: int) -> tuple[int, ...] | None:
        if self._roles.rationale is None:
            return None
        start = self._rationale_ends[position - 1] if position else 0
        return tuple(self._rationales.read(start, self._rationale_ends[position])) or None

    def _append_codes(self, columns: Sequence[Sequence[str]]) -> None:
        if self._roles.label is None:
            self._label_codes.frombytes(b"\xff\xff\xff\xff" * len(columns[0]))  # -1
            return
        cells = columns[self._roles.label]
        if not self._codes.keys() >= set(cells):
            for cell in dict.fromkeys(cells):
                if cell not in self._codes:
                    blank = not cell.strip()
                    self._tails[cell] = b"null" if blank else quoted(cell).encode()
                    self._codes[cell] = -1 if blank else len(self._labels)
                    if not blank:
                        self._labels.append(cell)
            if len(self._codes) > MAX_LABELS:
                raise TooManyLabels
        self._label_codes.frombytes(_int32(map(self._codes.__getitem__, cells), len(cells)))

    def _records(self, columns: Sequence[Sequence[str]]) -> list[bytes]:
        roles, texts = self._roles, escaped(columns[self._roles.text])
        labels = (
            [b"null"] * len(texts) if roles.label is None else list(map(self._tails.__getitem__, columns[roles.label]))
        )
        if roles.pair is None and not roles.groups:
            return [b'["%b",null,%b,{}]' % row for row in zip(texts, labels, strict=True)]
        pairs = [b"null"] * len(texts)
        if roles.pair is not None:
            pairs = [b'"%b"' % pair for pair in escaped(columns[roles.pair])]
        whole = zip(texts, pairs, labels, self._groups(columns, len(texts)), strict=True)
        return [b'["%b",%b,%b,%b]' % row for row in whole]

    def _groups(self, columns: Sequence[Sequence[str]], count: int) -> list[bytes]:
        if not self._roles.groups:
            return [b"{}"] * count
        names = [name for name, _ in self._roles.groups]
        found = []
        for cells in zip(*(columns[position] for _, position in self._roles.groups), strict=True):
            tail = self._group_tails.get(cells)
            if tail is None:
                inside = ",".join(f"{quoted(n)}:{quoted(c)}" for n, c in zip(names, cells, strict=True))
                tail = f"{{{inside}}}".encode()
                if len(self._group_tails) < CACHED_GROUPS:
                    self._group_tails[cells] = tail
            found.append(tail)
        return found


def escaped(texts: Sequence[str]) -> list[bytes]:
    """Each text as the inside of a JSON string, UTF-8; equal to `json.dumps(ensure_ascii=False)` without its quotes.

    All texts at once: without control characters only backslash and quote are escaped, and a line end can part them.
    """
    joined = "\n".join(texts).encode()
    if len(joined.translate(None, _CONTROL)) == len(joined) - len(texts) + 1:
        return joined.replace(b"\\", b"\\\\").replace(b'"', b'\\"').split(b"\n")
    return [quoted(text)[1:-1].encode() for text in texts]


def _int32(values: Iterable[int], count: int) -> bytes:
    return np.fromiter(values, np.int32, count).tobytes()
