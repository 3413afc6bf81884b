"""From a path to an `AuditTable`, and a preview of the mapping for the user to confirm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from audit.language.translating import tr_later
from audit.table.batches import Batch, Reader, Used
from audit.table.cells import Role
from audit.table.checks import RowChecker
from audit.table.columns import find_columns, fold, no_text
from audit.table.csv_rows import CsvReader
from audit.table.encodings import choose_encoding
from audit.table.faults import Fault, FaultLog, StopReading
from audit.table.guessing import NOTHING, ROWS, Guess, guess_columns, looks_like_data
from audit.table.jsonl_rows import JsonlReader
from audit.table.options import Columns, TableOptions
from audit.table.parquet_rows import ParquetReader
from audit.table.scan import FileScan, identify, scan_file
from audit.table.store import MAX_LABELS, Roles, RowStore, TooManyLabels, parse_rationale
from audit.table.table import AuditTable, Source, _Report

NAMELESS = ("csv", "xlsx")
"""Formats whose names of columns are a row like the others, and may be missing."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The start of a file as it would be read: what the user confirms or corrects before the whole is checked.

    `rows` are cells in the order of `header`, broken rows left out; `faults` concern the file, its header and these rows.
    `guess` is what columns may be by what they hold, whatever their names say.
    """

    source: Source
    header: tuple[str, ...]
    columns: Columns
    rows: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    guess: Guess = NOTHING


def open_table(path: Path | str, options: TableOptions | None = None, *, name: str | None = None) -> AuditTable:
    """Read and check a whole file. Depends on nothing but the file and the options.

    Faults of the content are collected in `.faults`, guesses in `.warnings`; `.require()` raises for them.

    Args:
        path: the file.
        options: what is known about it.
        name: what the user calls it, where that is not the name of `path` (an upload kept by its hash). Its ending says
            what format the file should have.

    Raises:
        TableError: the file does not exist or cannot be read at all.
    """
    path, options = Path(path), options or TableOptions()
    name = name or path.name
    log = FaultLog(options.max_faults)
    scan = scan_file(path)
    source = Source(str(path), name, scan.sha256, scan.size, "csv")
    columns, store = Columns(None), RowStore(Roles(text=0))
    header: tuple[str, ...] = ()
    try:
        with reading(path, name, scan, options, log) as (source, reader):
            header = tuple(reader.header)
            columns = find_columns(header, options, log)
            if columns.text is None and not options.text:
                rows = list(islice((row for batch in reader.batches(_all(header)) for row in batch.rows), ROWS))
                _say_no_text(header, rows, source, options, log)
            batches = reader.batches(_used(_roles(header, columns, log), options))
            first = list(islice(batches, 1))
            _warn_of_header(header, [row for batch in first for row in batch.rows], source, options, log)
            columns = _without_prose(columns, header, [row for batch in first for row in batch.rows], options, log)
            roles = _roles(header, columns, log)
            store = RowStore(roles)
            checker = RowChecker(reader, roles, source, options, log)
            _fill(store, chain(first, batches), checker, options, log)
    except StopReading:
        pass
    if not len(store) and not log.counts:
        log.add(Fault("no_rows", f"{name} has a header but no rows."))
    report = _Report(log.faults, dict(log.counts), tuple(log.warnings), options.max_faults)
    return AuditTable(source, columns, header, store, report)


def preview(
    path: Path | str,
    options: TableOptions | None = None,
    *,
    rows: int = 20,
    name: str | None = None,
    known: Collection[Sequence[str]] = (),
) -> Preview:
    """Read the first rows, unchecked but for what the format demands; `name` as in `open_table`, `known` as in `guess_columns`.

    Raises:
        TableError: the file does not exist or cannot be read at all.
    """
    path, options = Path(path), options or TableOptions()
    name = name or path.name
    log = FaultLog(options.max_faults)
    scan = scan_file(path)
    source = Source(str(path), name, scan.sha256, scan.size, "csv")
    columns = Columns(None)
    header: tuple[str, ...] = ()
    shown: list[tuple[str, ...]] = []
    guess = NOTHING
    try:
        with reading(path, name, scan, options, log) as (source, reader):
            header = tuple(reader.header)
            columns = find_columns(header, options, log)
            every = (tuple(row) for batch in reader.batches(_all(header)) for row in batch.rows if row)
            looked = list(islice(every, max(rows, ROWS)))
            shown = looked[:rows]
            guess = guess_columns(header, looked, headless=_headless(source, options), known=known)
            if columns.text is None and not options.text:
                _say_no_text(header, looked, source, options, log)
            else:
                _warn_of_header(header, looked, source, options, log)
            columns = _without_prose(columns, header, shown, options, log)
    except StopReading:
        pass
    return Preview(source, header, columns, tuple(shown), log.faults, tuple(log.warnings), guess)


def _all(header: Sequence[str]) -> Used:
    return Used(frozenset(range(len(header))))


def _headless(source: Source, options: TableOptions) -> bool:
    """Whether the first row could be data: where names stand nowhere else."""
    return source.format in NAMELESS and options.header


def _say_no_text(
    header: tuple[str, ...], rows: Sequence[Sequence[str]], source: Source, options: TableOptions, log: FaultLog
) -> None:
    guess = guess_columns(header, rows, headless=_headless(source, options))
    no_text(header, log, likely=guess.text, first_is_data=guess.first_is_data)


def _warn_of_header(
    header: tuple[str, ...], rows: Sequence[Sequence[str]], source: Source, options: TableOptions, log: FaultLog
) -> None:
    """Say where a first line that was read as names looks like a row, which would be lost."""
    asked = options.text or options.label
    if (
        not asked
        and _headless(source, options)
        and looks_like_data(header, [row for row in rows if len(row) == len(header)][:ROWS])
    ):
        log.warn(
            tr_later("The first line looks like a row, not like names of columns; if it is one, say so (--no-header).")
        )


@contextmanager
def reading(
    path: Path, name: str, scan: FileScan, options: TableOptions, log: FaultLog
) -> Iterator[tuple[Source, Reader]]:
    """A file of whatever format, open while its rows are read; what is odd about them is told to the log at the end.

    Raises:
        StopReading: it cannot be read; the log says why.
    """
    kind = identify(name, scan, log)
    reader: Reader
    encoding, sheet = None, None
    sheets: tuple[str, ...] = ()
    if kind == "parquet":
        reader = ParquetReader(path, name, log)
    elif kind == "xlsx":
        from audit.table.excel import ExcelReader

        reader = workbook = ExcelReader(path, name, options, log)
        sheet, sheets = workbook.sheet, workbook.sheets
    else:
        encoding = choose_encoding(path, scan, options.encoding, log)
        reader = (
            CsvReader(path, Path(name).suffix.lower(), encoding, options, log)
            if kind == "csv"
            else JsonlReader(path, encoding, log)
        )
    source = Source(
        str(path),
        name,
        scan.sha256,
        scan.size,
        kind,
        encoding.name if encoding else None,
        reader.delimiter,
        encoding.guessed if encoding else False,
        options.quotes or kind != "csv",
        sheet,
        sheets,
        options.header or kind not in NAMELESS,
    )
    try:
        try:
            yield source, reader
        finally:
            for remark in reader.remarks():
                log.warn(remark)
    finally:
        reader.close()


def _roles(header: tuple[str, ...], columns: Columns, log: FaultLog) -> Roles:
    """Positions of the columns; rows are not worth reading where one is missing or cannot be told from another."""
    names = [name.strip() for name in header]
    in_use = {columns.label, columns.pair, columns.rationale, *columns.groups} - {None}
    folded = [fold(name) for name in names]
    unclear = any(folded.count(fold(name)) > 1 for name in (columns.text, *in_use) if name)
    if columns.text is None or unclear or log.counts["missing_column"]:
        raise StopReading("columns are missing or unclear")
    return Roles(
        text=names.index(columns.text),
        label=names.index(columns.label) if columns.label is not None else None,
        pair=names.index(columns.pair) if columns.pair is not None else None,
        groups=tuple((name, names.index(name)) for name in sorted(columns.groups)),
        rationale=names.index(columns.rationale) if columns.rationale is not None else None,
    )


def _used(roles: Roles, options: TableOptions) -> Used:
    """What the columns are for; one with two uses must be fit for the stricter."""
    marks: Role = "unsure" if options.rationale is None else "rationale"
    uses: list[tuple[int | None, Role]] = [(roles.rationale, marks), (roles.label, "label")]
    uses += [(position, "group") for _, position in roles.groups]
    uses += [(roles.text, "text"), (roles.pair, "text")]
    found = {position: role for position, role in uses if position is not None}
    return Used(frozenset(found), found)


def _without_prose(
    columns: Columns, header: tuple[str, ...], rows: Sequence[Sequence[str]], options: TableOptions, log: FaultLog
) -> Columns:
    """The columns, without a rationale that was found by its name only and holds anything but 0/1 lists."""
    if columns.rationale is None or options.rationale is not None:
        return columns
    position = [name.strip() for name in header].index(columns.rationale)
    if any(parse_rationale(row[position]) for row in rows if len(row) == len(header)):
        return columns
    log.warn(tr_later(f"The column '{columns.rationale}' holds no 0/1 lists and was not taken as the rationale."))
    return replace(columns, rationale=None)


def _fill(store: RowStore, batches: Iterable[Batch], checker: RowChecker, options: TableOptions, log: FaultLog) -> None:
    most = options.max_rows if options.limit is None else min(options.limit, options.max_rows)
    for batch in batches:
        columns, lines = checker.good(batch)
        room = most - len(store)
        try:
            if lines and room:
                store.append(columns if len(lines) <= room else [cells[:room] for cells in columns], lines[:room])
        except TooManyLabels:
            message = tr_later(
                f"the column has over {MAX_LABELS:,} different values, so it holds no labels; choose another."
            )
            raise log.stop(Fault("too_many_labels", message, column=checker.label)) from None
        if len(store) == options.limit:
            return log.forget_after(lines[room - 1])
        if len(lines) > room:
            message = tr_later(f"the file has more than {options.max_rows:,} rows; split it, or read fewer (--limit).")
            raise log.stop(Fault("too_many_rows", message, lines[room], place=checker.place))
