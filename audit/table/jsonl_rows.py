"""JSON Lines: one object a line; its keys are the columns, those of the first hundred objects the header."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from audit.language.translating import tr_later
from audit.table.batches import SIZE, Batch, Used
from audit.table.cells import ALLOWED, NoCell, Number, Role, cell_of
from audit.table.encodings import BAD_BYTE, Encoding, describe_bad, open_text
from audit.table.faults import Fault, FaultLog, excerpt

PEEK = 100  # objects whose keys make the header
NAMED = 10  # keys that a remark names

Row = tuple[int, dict[str, Any]]


class JsonlReader:
    """Header and rows of one JSON Lines file."""

    suspect: bool = True  # JSON strings may hold NUL and lone surrogates whatever the bytes are
    place: Literal["line", "row"] = "line"
    delimiter: str | None = None

    def __init__(self, path: Path, encoding: Encoding, log: FaultLog) -> None:
        self._log = log
        self._late: dict[str, int] = {}  # key -> the first line it stands on
        self._encoding = encoding.name
        self._file = open_text(path, encoding.name)
        try:
            self._objects = self._parse()
            self._first = list(islice(self._objects, PEEK))
        except BaseException:
            self.close()
            raise
        self.header = list(dict.fromkeys(key for _, row in self._first for key in row))
        if not self.header and not log.counts:
            self.close()
            raise log.stop(Fault("empty_file", "The file has no JSON object; it needs one a line."))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def remarks(self) -> Iterator[str]:
        """Keys that turned up after the header was made, and were not read."""
        late = list(self._late.items())
        if late:
            named = ", ".join(f"'{key}' (line {line:,})" for key, line in late[:NAMED])
            more = tr_later(f" and {len(late) - NAMED} more") if len(late) > NAMED else ""
            yield (
                tr_later(
                    f"Keys that none of the first {PEEK} objects has were not read: {named}{more}; give the first object "
                    "every key, with null where there is nothing."
                )
            )

    def batches(self, used: Used) -> Iterator[Batch]:
        """All objects as rows; a missing key or null is an empty cell, numbers are as written."""
        names = [(name, used.roles.get(i)) if i in used.positions else None for i, name in enumerate(self.header)]
        known = set(self.header)
        rows: list[list[str]] = []
        lines: list[int] = []
        for line, found in chain(self._first, self._objects):
            if not found.keys() <= known:
                for key in found.keys() - known:
                    self._late.setdefault(key, line)
            row = self._row(names, found, line)
            if row is None:
                continue
            rows.append(row)
            lines.append(line)
            if len(rows) == SIZE:
                yield Batch(rows, lines)
                rows, lines = [], []
        if rows:
            yield Batch(rows, lines)

    def _row(
        self, names: Sequence[tuple[str, Role | None] | None], found: dict[str, Any], line: int
    ) -> list[str] | None:
        """The cells of an object, None where one holds what its column cannot take: a fault."""
        row = []
        for column in names:
            if column is None:
                row.append("")
                continue
            name, role = column
            try:
                row.append(cell_of(found.get(name), role))
            except NoCell as value:
                if role == "text":
                    message = tr_later(f"the cell holds {value}, which is not text; put it in quotes.")
                    self._log.add(Fault("not_text", message, line, name))
                else:
                    message = tr_later(f"the cell holds {value}; {ALLOWED[role or 'label']}.")
                    self._log.add(Fault("wrong_type", message, line, name))
                return None
        return row

    def _parse(self) -> Iterator[Row]:
        for line, raw in enumerate(self._file, start=1):
            text = raw.lstrip("\ufeff").strip()
            if not text:
                continue
            fault = None
            try:
                if BAD_BYTE.search(text):
                    fault = Fault("undecodable", describe_bad(text, self._encoding), line)
                else:
                    found = json.loads(text, object_pairs_hook=_object, parse_float=Number)
                    if not isinstance(found, _Object):
                        fault = Fault("broken_json", "the line holds no JSON object ({...}).", line)
                    elif found.twice is not None:
                        fault = Fault("duplicate_header", "the object has this key twice; keep one.", line, found.twice)
                    else:
                        yield line, found
            except json.JSONDecodeError as error:
                fault = Fault(
                    "broken_json", f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.colno}.", line
                )
            except RecursionError:
                fault = Fault(
                    "broken_json", "the object cannot be read: lists or objects stand in each other too deep.", line
                )
            except ValueError:  # Python's limit, against numbers that take minutes to convert
                most = sys.get_int_max_str_digits()
                fault = Fault("broken_json", f"the object cannot be read: a number has over {most:,} digits.", line)
            if fault is not None:
                shown = excerpt([text])
                self._log.add(Fault(fault.kind, fault.message, fault.line, fault.column, shown))


class _Object(dict[str, Any]):
    """An object, and the key it has twice if there is one."""

    twice: str | None = None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found.twice = next(key for key in keys if keys.count(key) > 1)
    return found
