"""JSON Lines: one object a line; its keys are the columns, those of the first hundred objects the header."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from audit.table.batches import SIZE, Batch, Used
from audit.table.encodings import BAD_BYTE, Encoding, describe_bad, open_text
from audit.table.faults import Fault, FaultLog, excerpt

PEEK = 100  # objects whose keys make the header

Row = tuple[int, dict[str, Any]]


class JsonlReader:
    """Header and rows of one JSON Lines file."""

    suspect: bool = True  # JSON strings may hold NUL and lone surrogates whatever the bytes are
    place: Literal["line", "row"] = "line"
    delimiter: str | None = None

    def __init__(self, path: Path, encoding: Encoding, log: FaultLog) -> None:
        self._log = log
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

    def batches(self, used: Used) -> Iterator[Batch]:
        """All objects as rows; a missing key or null is an empty cell, numbers and booleans are written as JSON."""
        names = [name if i in used.positions else None for i, name in enumerate(self.header)]
        texts = [self.header[i] for i in sorted(used.texts)]
        rows: list[list[str]] = []
        lines: list[int] = []
        for line, found in chain(self._first, self._objects):
            odd = next((name for name in texts if not isinstance(found.get(name), str | None)), None)
            if odd is not None:
                message = f"the cell holds {json.dumps(found[odd])[:40]}, which is not text; put it in quotes."
                self._log.add(Fault("not_text", message, line, odd))
                continue
            rows.append(["" if name is None else _cell(found.get(name)) for name in names])
            lines.append(line)
            if len(rows) == SIZE:
                yield Batch(rows, lines)
                rows, lines = [], []
        if rows:
            yield Batch(rows, lines)

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
                    found = json.loads(text, object_pairs_hook=_unique)
                    if isinstance(found, dict):
                        yield line, found
                    else:
                        fault = Fault("broken_json", "the line holds no JSON object ({...}).", line)
            except json.JSONDecodeError as error:
                fault = Fault(
                    "broken_json", f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.colno}.", line
                )
            except _DuplicateKey as error:
                message = "the object has this key twice; keep one."
                fault = Fault("duplicate_header", message, line, str(error))
            except (RecursionError, ValueError) as error:
                fault = Fault("broken_json", f"the object cannot be read: {error}.", line)
            if fault is not None:
                shown = excerpt([text])
                self._log.add(Fault(fault.kind, fault.message, fault.line, fault.column, shown))


class _DuplicateKey(Exception):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)
