"""Faults of a table: each with its line, its column and one sentence; all are counted, the first ones kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from audit.language.translating import tr_later

NAMES = {
    "binary": tr_later("binary file"),
    "broken_excel": tr_later("damaged workbook"),
    "broken_json": tr_later("broken JSON line"),
    "broken_parquet": tr_later("damaged Parquet file"),
    "broken_quote": tr_later("unclosed quote"),
    "broken_rationale": tr_later("unusable rationale"),
    "duplicate_header": tr_later("duplicate header"),
    "empty_file": tr_later("empty file"),
    "empty_text": tr_later("empty text"),
    "encoding": tr_later("unknown encoding"),
    "error_cell": tr_later("error cell"),
    "long_cell": tr_later("over-long cell"),
    "missing_column": tr_later("missing column"),
    "missing_sheet": tr_later("missing sheet"),
    "no_rows": tr_later("no rows"),
    "no_value": tr_later("uncalculated formula"),
    "not_text": tr_later("cell that is not text"),
    "nul": tr_later("NUL character"),
    "ragged": tr_later("ragged row"),
    "spreadsheet": "spreadsheet",
    "too_many_faults": tr_later("reading given up"),
    "too_many_labels": tr_later("too many labels"),
    "too_many_rows": tr_later("too many rows"),
    "undecodable": tr_later("undecodable cell"),
    "unknown_label": tr_later("unknown label"),
    "wrong_delimiter": tr_later("wrong delimiter"),
    "wrong_format": tr_later("wrong format"),
    "wrong_type": tr_later("value of the wrong type"),
}
"""Kinds of faults, with what a person calls them."""

_FLAGS = re.compile(r"\s*\(--[a-z][^()]*\)")
PLACES = 5
"""Lines named for an unknown label of many rows; the rest are counted."""
EXCERPT = 200  # characters of a faulty row that are kept for listing and download


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a table.

    `line` counts lines of the file from 1, the header included (rows where `place` is "row": of Parquet from 1, of Excel as
    the sheet numbers them); None for the file as a whole. `message` is a sentence without the place, `str(fault)` one with
    it. `excerpt` is the start of the faulty row, with bad bytes shown as U+FFFD. `sheet` and `letters` say in which sheet of
    a workbook it is, and what its column is called there.
    """

    kind: str
    message: str
    line: int | None = None
    column: str | None = None
    excerpt: str = ""
    place: Literal["line", "row"] = "line"
    sheet: str | None = None
    letters: str | None = None

    @property
    def cell(self) -> str | None:
        """The cell of a workbook, such as `B17`."""
        return f"{self.letters}{self.line}" if self.letters is not None and self.line is not None else None

    def __str__(self) -> str:
        return _told([self])

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data, one cell per column of a faults table."""
        return asdict(self)


class StopReading(Exception):
    """Raised inside the readers when nothing more can be read; the fault that says why is already in the log."""


class FaultLog:
    """Collects faults and warnings while a table is read."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._kept: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self.warnings: list[str] = []

    def add(self, fault: Fault) -> None:
        """Count a fault, and keep it if there is room."""
        self.counts[fault.kind] += 1
        if len(self._kept) < self._keep:
            self._kept.append(fault)

    def stop(self, fault: Fault) -> StopReading:
        """Add a fault after which reading is pointless; raise what this returns."""
        self.add(fault)
        return StopReading(str(fault))

    def forget_after(self, line: int) -> None:
        """Drop the faults of later lines: reading was meant to end at this one, and looked a little ahead."""
        for fault in [fault for fault in self._kept if (fault.line or 0) > line]:
            self._kept.remove(fault)
            self.counts[fault.kind] -= 1
        self.counts = +self.counts

    def warn(self, sentence: str) -> None:
        """Note something that was guessed or is odd, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults kept, in file order; those of the whole file first."""
        return tuple(sorted(self._kept, key=lambda fault: fault.line or 0))


def letters(position: int) -> str:
    """What a spreadsheet calls the column at a position counted from 0: A, B, ... Z, AA."""
    found, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        found = chr(65 + letter) + found
    return found


def excerpt(cells: Iterable[str], delimiter: str = ",") -> str:
    """The start of a row, printable: bad bytes as U+FFFD, NUL as U+2400."""
    joined = delimiter.join(cells)[: EXCERPT + 1]
    shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in joined).replace("\0", "\u2400")
    return shown if len(joined) <= EXCERPT else shown[:EXCERPT] + "…"


def summary(counts: Counter[str]) -> str:
    """For example `2 unknown labels, 1 empty text`, the most frequent first."""
    parts = []
    for kind, count in counts.most_common():
        name = NAMES[kind]
        plural = name if count == 1 else _plural(name)
        parts.append(f"{count:,} {plural}")
    return ", ".join(parts)


def without_flags(sentence: object) -> str:
    """A message without the terminal's options it names in parentheses, such as `(--text)`."""
    return _FLAGS.sub("", str(sentence))


def listing(faults: Sequence[Fault], total: int) -> tuple[str, ...]:
    """One sentence per fault, and one that counts those that were not kept.

    An unknown label is told once, with the lines of its rows: it is mended for all of them at once, by a mapping.
    """
    alike: dict[object, list[Fault]] = {}
    for number, fault in enumerate(faults):
        alike.setdefault(fault.message if fault.kind == "unknown_label" else number, []).append(fault)
    lines = tuple(_told(same) for same in alike.values())
    rest = total - len(faults)
    return (*lines, tr_later(f"... and {rest:,} more.")) if rest > 0 else lines


def _told(same: Sequence[Fault]) -> str:
    """A fault with its place or places: `lines 2, 3 and 7, column 'label': ...`, `sheet 'Data', cell B17, column 'label': ...`."""
    first = same[0]
    numbers = [fault.cell or f"{fault.line}" for fault in same if fault.line is not None]
    where = [] if first.sheet is None else [tr_later(f"sheet '{first.sheet}'")]
    place = first.place if first.cell is None else "cell"
    if numbers:
        named, rest = numbers[:PLACES], len(numbers) - PLACES
        last = f"{rest:,} more" if rest > 0 else named.pop()
        joined = f"{', '.join(named)} and {last}" if named else last
        where.append(f"{place}{'s' if len(numbers) > 1 else ''} {joined}")
    if first.column is not None:
        where.append(f"column '{first.column}'")
    return f"{', '.join(where)}: {first.message}" if where else first.message


def _plural(name: str) -> str:
    if name.startswith("value "):
        return name.replace("value", "values", 1)
    if name.endswith("y") and not name.endswith("ay"):
        return name[:-1] + "ies"
    return name if name.endswith("s") or name == "reading given up" else name + "s"
