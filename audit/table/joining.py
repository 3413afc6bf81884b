"""Cells of a table beside those that were audited: looked up in the original by the line of each row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from audit.language.translating import tr_later
from audit.table.batches import Reader, Used
from audit.table.columns import find_columns
from audit.table.faults import FaultLog, StopReading
from audit.table.opening import reading
from audit.table.options import TableOptions
from audit.table.scan import scan_file


@dataclass(frozen=True, slots=True)
class Beside:
    """What a table says of some rows: `cells[line]` are theirs, in the order of `names`; whether it could be `read`."""

    names: tuple[str, ...] = ()
    cells: dict[int, tuple[str, ...]] = field(default_factory=dict)
    read: bool = True


def beside(path: Path | str, options: TableOptions, lines: Collection[int], *, name: str | None = None) -> Beside:
    """The cells of some rows in the columns that no audit uses; a line that cannot be read is left out.

    Args:
        path, options, name: as in `open_table`, and as the rows were read.
        lines: which rows, by `Example.line`; the file behind the last of them is not read.

    Raises:
        TableError: there is no such file, or it cannot be read.
    """
    wanted = set(lines)
    if not wanted:
        return Beside()
    last = max(wanted)
    with other_columns(path, options, name=name) as (names, rows):
        found = Beside(names)
        for line, cells in rows:
            if line in wanted:
                found.cells[line] = cells
            if line >= last:
                break
    return found


@contextmanager
def other_columns(
    path: Path | str, options: TableOptions, used: Collection[str | None] | None = None, *, name: str | None = None
) -> Iterator[tuple[tuple[str, ...], Iterator[tuple[int, tuple[str, ...]]]]]:
    """A table's columns beside those in use: their names, and line and cells of each row in the order of the file.

    Rows are read as they are asked for, a batch at a time, so that a table of any size can be gone through; a line that
    cannot be read is left out.

    Args:
        path, options, name: as in `open_table`, and as the rows were read.
        used: the columns in use, by their names; None: those that `open_table` would find.

    Raises:
        TableError: there is no such file, or it cannot be read.
    """
    path, log = Path(path), FaultLog(0)
    names: tuple[str, ...] = ()
    rows: Iterator[tuple[int, tuple[str, ...]]] = iter(())
    with ExitStack() as stack:
        with suppress(StopReading):
            _, reader = stack.enter_context(reading(path, name or path.name, scan_file(path), options, log))
            header = [cell.strip() for cell in reader.header]
            taken = _used(header, options, log) if used is None else used
            kept = [i for i, column in enumerate(header) if column not in taken]
            names, rows = tuple(_named(header, i) for i in kept), _cells(reader, len(header), kept)
        yield names, rows


def _used(header: list[str], options: TableOptions, log: FaultLog) -> Collection[str | None]:
    columns = find_columns(header, options, log)
    return {columns.text, columns.pair, columns.label, options.rationale, *columns.groups}


def _cells(reader: Reader, width: int, kept: list[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    with suppress(StopReading):
        for batch in reader.batches(Used(frozenset(kept))):
            for row, line in zip(batch.rows, batch.lines, strict=True):
                if len(row) == width:
                    yield line, tuple(row[i] for i in kept)


def _named(header: list[str], place: int) -> str:
    """The name of a column; one that has none, or another's, by its place."""
    name = header[place]
    if name and header.count(name) == 1:
        return name
    return tr_later(f"{name} (column {place + 1})") if name else tr_later(f"(column {place + 1})")
