"""`AuditTable`: the checked rows of one file, with ids from their content; lazily iterable and randomly accessible."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError, TableError
from audit.language.translating import tr_later
from audit.records import Example
from audit.table.faults import Fault, letters, listing, summary
from audit.table.options import Columns

if TYPE_CHECKING:
    from audit.table.labels import LabelMapping
    from audit.table.store import RowStore


@dataclass(frozen=True, slots=True)
class Source:
    """The file a table came from. `sha256` is over its bytes; a guess of encoding, delimiter or sheet is also a warning.

    Of a workbook: `sheet` is the one that was read, `sheets` are the names of all.
    """

    path: str
    name: str
    sha256: str
    size: int
    format: Literal["csv", "jsonl", "parquet", "xlsx"]
    encoding: str | None = None
    delimiter: str | None = None
    encoding_guessed: bool = False
    quotes: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header: bool = True

    def read_with(self) -> dict[str, Any]:
        """How the file was read, by the names of what may be chosen, chosen or found out."""
        return {name: getattr(self, name) for name in ("encoding", "delimiter", "quotes", "sheet", "header")}


@dataclass(frozen=True, slots=True)
class _Report:
    """What reading (and label matching) had to say."""

    faults: tuple[Fault, ...]
    counts: Mapping[str, int]
    warnings: tuple[str, ...]
    keep: int


class AuditTable:
    """Good rows of a file, and what was wrong with the others. Never changes: methods return new views of the same rows.

    Attributes:
        source: the file.
        columns: names of the columns in use.
        header: all names, as they stand in the file.
    """

    def __init__(
        self,
        source: Source,
        columns: Columns,
        header: tuple[str, ...],
        store: RowStore,
        report: _Report,
        *,
        rows: NDArray[np.int64] | None = None,
        mapping: LabelMapping | None = None,
        ids: _Ids | None = None,
    ) -> None:
        self.source = source
        self.columns = columns
        self.header = header
        self.mapping = mapping
        self._store = store
        self._report = report
        self._ids = ids if ids is not None else _Ids(store)
        self._rows = rows if rows is not None else np.arange(len(store), dtype=np.int64)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults kept, in file order; `fault_counts` counts all of them."""
        return self._report.faults

    @property
    def fault_counts(self) -> dict[str, int]:
        """Faults by kind, all of them."""
        return dict(self._report.counts)

    @property
    def fault_total(self) -> int:
        """How many faults there are."""
        return sum(self._report.counts.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what was guessed or is odd, though no fault."""
        return self._report.warnings

    def require(self, *, keep_good: bool = False) -> AuditTable:
        """This table, if it may be used.

        Args:
            keep_good: whether to go on with the good rows when others have faults.

        Raises:
            TableError: there are faults and `keep_good` is False, or no row is left; lists every fault.
        """
        if len(self) and (keep_good or not self.fault_total):
            return self
        name, faults = self.source.name, listing(self.faults, self.fault_total)
        if not self.fault_total:
            raise TableError(f"{name} has no row that can be used.")
        what = summary(Counter(self.fault_counts))
        plural = "fault" if self.fault_total == 1 else "faults"
        if len(self):
            rows = "row" if len(self) == 1 else "rows"
            keep = tr_later(f"mend the file, or go on with the {len(self):,} good {rows} (--keep-good)")
            raise TableError(f"{name} has {self.fault_total:,} {plural} ({what}); {keep}.", faults)
        raise TableError(f"{name} has {self.fault_total:,} {plural} ({what}) and no row that can be used.", faults)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> AuditTable: ...
    def __getitem__(self, index: int | slice) -> Example | AuditTable:
        if isinstance(index, slice):
            if (index.step or 1) < 1:
                raise ValueError("A table is sliced forwards only: rows stay in file order.")
            return self._view(self._rows[index])
        return self._example(int(self._rows[index]))

    def __iter__(self) -> Iterator[Example]:
        for position in self._rows:
            yield self._example(int(position))

    def chunks(self, size: int) -> Iterator[list[Example]]:
        """All rows in lists of `size`, in file order."""
        for start in range(0, len(self), size):
            yield [self._example(int(position)) for position in self._rows[start : start + size]]

    def head(self, count: int) -> AuditTable:
        """The first rows."""
        return self[:count]

    def distinct(self) -> AuditTable:
        """The first row of each content, in file order."""
        _, first = np.unique(self.content_ids, return_index=True)
        return self if len(first) == len(self) else self._view(self._rows[np.sort(first)])

    def row_id(self, index: int) -> str:
        """The id of the row at an index."""
        return self._ids.name(int(self._rows[index]))

    def row_ids(self) -> Iterator[str]:
        """All row ids, in file order."""
        return (self._ids.name(int(position)) for position in self._rows)

    def find(self, row_id: str) -> Example:
        """The row of an id.

        Raises:
            InputError: the table has no such row.
        """
        position = self._ids.position(row_id)
        index = None if position is None else int(np.searchsorted(self._rows, position))
        if index is None or index >= len(self._rows) or self._rows[index] != position:
            raise InputError(f"{self.source.name} has no row with the id '{row_id}'.")
        return self._example(int(self._rows[index]))

    def examples(self, row_ids: Iterable[str]) -> list[Example]:
        """The rows of some ids, in their order.

        Raises:
            InputError: the table has no row of one of these ids.
        """
        return [self.find(row_id) for row_id in row_ids]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The different labels: the model's, in its order, once matched; else as typed, in order of appearance."""
        return self._store.labels if self.mapping is None else self.mapping.labels

    @cached_property
    def label_codes(self) -> NDArray[np.int32]:
        """Index into `labels` of each row, shape (n,); -1 without a label."""
        codes = self._store.codes[self._rows]
        return codes if self.mapping is None else self.mapping.recode(self._store.labels)[codes]

    @cached_property
    def label_counts(self) -> dict[str, int]:
        """Rows of each label, the most frequent first; rows without a label are left out."""
        codes = self.label_codes
        counts = np.bincount(codes[codes >= 0], minlength=len(self.labels))
        found = {label: int(count) for label, count in zip(self.labels, counts, strict=True) if count}
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    @property
    def unlabelled(self) -> int:
        """Rows without a label."""
        return int((self.label_codes < 0).sum())

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Characters of each text (and its pair), shape (n,)."""
        return self._store.lengths[self._rows]

    @property
    def lines(self) -> NDArray[np.int32]:
        """The line each row starts on, shape (n,)."""
        return self._store.lines[self._rows]

    @property
    def contents(self) -> NDArray[np.int64]:
        """Equal for rows of equal text and pair, shape (n,); differs from process to process."""
        return self._store.contents[self._rows]

    @property
    def occurrences(self) -> NDArray[np.int32]:
        """1 for the first row of its content (text, pair, label, groups), 2 for its first duplicate ..., shape (n,)."""
        return self._ids.occurrences[self._rows]

    @property
    def content_ids(self) -> NDArray[np.uint64]:
        """The row ids as numbers, without the occurrence, shape (n,)."""
        return self._ids.ids[self._rows]

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over the row ids in order, the rationales and the label mapping, hex: what the audit's numbers depend on.

        The names of the file and its columns take no part, nor encoding, format or rows with faults.
        """
        digest = hashlib.sha256(b"assay table 1\0")
        digest.update(self.content_ids.astype(">u8").tobytes())
        digest.update(self.occurrences.astype(">i4").tobytes())
        digest.update(self._store.rationale_digest)
        changed = self.mapping.changed() if self.mapping is not None else {}
        if changed:
            digest.update(json.dumps(sorted(changed.items()), ensure_ascii=False).encode())
        return digest.hexdigest()

    def matched(
        self, model_labels: Sequence[str], *, chosen: Mapping[str, str] | None = None, multi_label: bool = False
    ) -> AuditTable:
        """`with_labels` of `match_labels` for this table; the table itself when it has no labels."""
        from audit.table.labels import match_labels

        if not self.label_counts:
            return self
        return self.with_labels(match_labels(self.label_counts, model_labels, chosen=chosen, multi_label=multi_label))

    def with_labels(self, mapping: LabelMapping) -> AuditTable:
        """A view whose labels are the model's. Rows of a label that was not matched are left out, each a fault."""
        recoded = mapping.recode(self._store.labels)[self._store.codes[self._rows]]
        unknown = (self._store.codes[self._rows] >= 0) & (recoded < 0)
        if not unknown.any() and not mapping.warnings:
            return self._view(self._rows, mapping=mapping)
        report = self._report
        room = max(0, report.keep - len(report.faults))
        complaints = mapping.complaints()
        added = [self._unknown_label(int(position), mapping, complaints) for position in self._rows[unknown][:room]]
        counts = Counter(report.counts)
        counts["unknown_label"] += int(unknown.sum())
        report = replace(
            report,
            faults=tuple(sorted((*report.faults, *added), key=lambda fault: fault.line or 0)),
            counts=+counts,
            warnings=(*report.warnings, *mapping.warnings),
        )
        return self._view(self._rows[~unknown], mapping=mapping, report=report)

    def _unknown_label(self, position: int, mapping: LabelMapping, complaints: Mapping[str, str]) -> Fault:
        found = self._store.example(position, "")
        typed = found.label or ""
        message = complaints.get(typed) or mapping.complaint(typed)
        place: Literal["line", "row"] = "row" if self.source.format in {"parquet", "xlsx"} else "line"
        at = None
        if self.source.sheet is not None:
            at = letters([name.strip() for name in self.header].index(self.columns.label or ""))
        return Fault(
            "unknown_label", message, found.line, self.columns.label, found.text[:200], place, self.source.sheet, at
        )  # fmt: skip

    def _view(
        self, rows: NDArray[np.int64], *, mapping: LabelMapping | None = None, report: _Report | None = None
    ) -> AuditTable:
        return AuditTable(
            self.source,
            self.columns,
            self.header,
            self._store,
            report or self._report,
            rows=rows,
            mapping=mapping or self.mapping,
            ids=self._ids,
        )

    def _example(self, position: int) -> Example:
        example = self._store.example(position, self._ids.name(position))
        if self.mapping is None or example.label is None:
            return example
        return replace(example, label=self.mapping.label_of(example.label))


class _Ids:
    """Row ids of all rows of a store: which occurrence each is, and where an id is found. Worked out on first use."""

    def __init__(self, store: RowStore) -> None:
        self._store = store

    @cached_property
    def ids(self) -> NDArray[np.uint64]:
        """Content ids, in file order."""
        return self._store.ids

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        return np.argsort(self.ids, kind="stable").astype(np.int32)

    @cached_property
    def occurrences(self) -> NDArray[np.int32]:
        """1 for the first row of its content, 2 for the next ..., in file order."""
        ranked = self.ids[self._order]
        first = np.ones(len(ranked), dtype=bool)
        first[1:] = ranked[1:] != ranked[:-1]
        starts = np.flatnonzero(first)
        sizes = np.diff(np.append(starts, len(ranked)))
        found = np.empty(len(ranked), dtype=np.int32)
        found[self._order] = np.arange(len(ranked)) - np.repeat(starts, sizes) + 1
        return found

    def name(self, position: int) -> str:
        """The row id of a position."""
        k = int(self.occurrences[position])
        return f"{int(self.ids[position]):016x}" if k == 1 else f"{int(self.ids[position]):016x}-{k}"

    def position(self, row_id: str) -> int | None:
        """The position of a row id, None if there is none."""
        content, _, k = row_id.partition("-")
        try:
            number, occurrence = int(content, 16), int(k or 1)
        except ValueError:
            return None
        if not 0 <= number < 1 << 64 or occurrence < 1:
            return None
        place = int(np.searchsorted(self.ids, np.uint64(number), sorter=self._order)) + occurrence - 1
        if place >= len(self.ids):
            return None
        position = int(self._order[place])
        return position if self.name(position) == row_id else None
