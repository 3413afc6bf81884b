"""Labelled rows of any table the audits read, for training: as `models.table_rows` asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from audit.errors import TableError
from audit.language.translating import tr_later
from audit.table.batches import Used
from audit.table.cells import Role
from audit.table.columns import fold
from audit.table.faults import FaultLog, StopReading, listing
from audit.table.opening import reading
from audit.table.options import TableOptions
from audit.table.scan import scan_file
from models.errors import TrainingError
from models.table_rows import Numbered

ROLES: tuple[Role, ...] = ("label", "text")
"""What the columns asked for are, from the last."""
MOST = 20
"""Faults that a message names."""


def labelled_rows(
    path: Path, columns: Sequence[str], *, sheet: str | None, header: bool, encoding: str | None, keep_good: bool
) -> Iterator[Numbered]:
    """The rows of a table, see `models.table_rows.TableRows`."""
    text, label = [None, *columns][-2:]
    options = TableOptions(text=text, label=label, encoding=encoding, sheet=sheet, header=header)
    log = FaultLog(MOST)
    try:
        with reading(path, path.name, scan_file(path), options, log) as (_, reader):
            places = _places(path, reader.header, columns)
            roles: dict[int, Role] = {places[column]: role for column, role in zip(columns[::-1], ROLES, strict=False)}
            for batch in reader.batches(Used(frozenset(roles), roles)):
                for number, row in zip(batch.lines, batch.rows, strict=True):
                    yield number, {name: row[place] for name, place in places.items()}
    except TableError as error:
        raise TrainingError(str(error)) from None
    except StopReading:
        raise _refused(path, log) from None
    if log.counts and not keep_good:
        raise _refused(path, log)


def _places(path: Path, header: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    names = [fold(name) for name in header]
    for column in columns:
        if names.count(fold(column)) != 1:
            named = ", ".join(name.strip() for name in header if name.strip()) or "none"
            raise TrainingError(tr_later(f"{path.name}: there is no column '{column}'; its columns are: {named}."))
    return {column: names.index(fold(column)) for column in columns}


def _refused(path: Path, log: FaultLog) -> TrainingError:
    said = " ".join(listing(log.faults, sum(log.counts.values())))
    return TrainingError(f"{path.name}: {said}")
