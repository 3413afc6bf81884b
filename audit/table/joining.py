"""Cells of a table beside those that were audited: looked up in the original by the line of each row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from audit.language.translating import tr_later
from audit.table.batches import Used
from audit.table.columns import find_columns
from audit.table.faults import FaultLog, StopReading
from audit.table.opening import reading
from audit.table.options import TableOptions
from audit.table.scan import scan_file


@dataclass(frozen=True, slots=True)
class Beside:
    """What a table says of some rows: `cells[line]` are theirs, in the order of `names`."""

    names: tuple[str, ...] = ()
    cells: dict[int, tuple[str, ...]] = field(default_factory=dict)


def beside(path: Path | str, options: TableOptions, lines: Collection[int], *, name: str | None = None) -> Beside:
    """The cells of some rows in the columns that no audit uses; a line that cannot be read is left out.

    Args:
        path, options, name: as in `open_table`, and as the rows were read.
        lines: which rows, by `Example.line`; the file behind the last of them is not read.

    Raises:
        TableError: there is no such file, or it cannot be read.
    """
    path, wanted, log = Path(path), set(lines), FaultLog(0)
    found = Beside()
    if not wanted:
        return found
    last = max(wanted)
    try:
        with reading(path, name or path.name, scan_file(path), options, log) as (_, reader):
            header = [cell.strip() for cell in reader.header]
            columns = find_columns(header, options, log)
            used = {columns.text, columns.pair, columns.label, options.rationale, *columns.groups}
            kept = [i for i, column in enumerate(header) if column not in used]
            found = Beside(tuple(_named(header, i) for i in kept))
            for batch in reader.batches(Used(frozenset(kept))):
                for row, line in zip(batch.rows, batch.lines, strict=True):
                    if line in wanted and len(row) == len(header):
                        found.cells[line] = tuple(row[i] for i in kept)
                if batch.lines[-1] >= last:
                    break
    except StopReading:
        pass
    return found


def _named(header: list[str], place: int) -> str:
    """The name of a column; one that has none, or another's, by its place."""
    name = header[place]
    if name and header.count(name) == 1:
        return name
    return tr_later(f"{name} (column {place + 1})") if name else tr_later(f"(column {place + 1})")
