"""CSV through the strict reader of the standard library, the only one that knows the line of every fault.

Without quoting (`TableOptions.quotes`) a line is a row and quotes are letters.

A quote that is not closed swallows the rows after it. When the reader finds out, reading goes back to the line after
the one where the quote opened. If the quote did close, a few lines later and in the wrong place, the lines up to there are
doubtful: only records of the right width with an even number of quotes count as rows among them; the others are taken
for parts of the broken record, and are no faults of their own.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from audit.language.translating import tr_later
from audit.table.batches import SIZE, Batch, Used
from audit.table.delimiters import asked_delimiter, choose_delimiter, separator_line
from audit.table.encodings import Encoding, open_text
from audit.table.faults import Fault, FaultLog, excerpt
from audit.table.guessing import place_names
from audit.table.options import MAX_CELL, TableOptions
from audit.table.swallowed import Swallowed

LEARNED = 2_000  # rows at the start of a file that all show what its columns look like
CAREFUL = 8  # batches read one by one after one that needed it
REREAD = 256 << 20  # characters that may be read again because of broken quotes, in one file
LIMIT, END = ENDLESS = ("field limit", "end of data")  # in the csv module's messages: a quote closes nowhere
LETTERS = tr_later("turn quoting off if quotes are letters here (--no-quotes).")
MEND = tr_later(f"close it or remove it, or {LETTERS}")
GIVE_UP = 20_000  # broken records; each costs about 0.1 ms


if TYPE_CHECKING:
    from _csv import Reader as CsvRows


class CsvReader:
    """Header and rows of one CSV file."""

    place: Literal["line", "row"] = "line"

    def __init__(self, path: Path, suffix: str, encoding: Encoding, options: TableOptions, log: FaultLog) -> None:
        self._log = log
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if options.quotes else csv.QUOTE_NONE
        self.suspect = not encoding.clean
        self._file = open_text(path, encoding.name)
        self._lines = Lines(self._file)
        self._doubtful = self._broken = self._reread = 0
        try:
            first = self._skip_separator(options, suffix)
            self._before, self.header = self._read_header(first)
            if not options.header:
                self._before, self.header = first - 1, place_names(len(self.header))
            self._swallowed = Swallowed(self.delimiter, len(self.header))
            self._learned = 0
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def remarks(self) -> Iterator[str]:
        """Rows read so far that look like several which a quote put together."""
        warning = self._swallowed.warning()
        if warning is not None:
            yield warning

    def batches(self, used: Used) -> Iterator[Batch]:  # noqa: ARG002 - a row is read whole
        """All rows but broken ones; a blank line is a row without cells.

        Most batches hold one record a line, which the count of lines proves; the others are read again one by one.
        """
        reader, careful = self._reader(self._before + 1), 0
        while True:
            start = self._before + 1
            self._lines.hold(start)
            if careful == 0 and start > self._doubtful:
                try:
                    rows = list(islice(reader, SIZE))
                except csv.Error:
                    rows = []
                end = self._base + reader.line_num
                if end - self._before == len(rows):
                    if not rows:
                        return
                    self._before = end
                    self._learn(rows)
                    yield Batch(rows, range(start, end + 1))
                    continue
                reader, careful = self._reader(start), CAREFUL
            careful = max(0, careful - 1)
            batch, failure = self._one_by_one(reader)
            if batch.rows:
                yield batch
            if failure is not None:
                reader = self._go_back(self._base + reader.line_num, failure)
            elif self._before == start - 1:
                return

    def _one_by_one(self, reader: CsvRows) -> tuple[Batch, str | None]:
        """Up to `SIZE` records with their lines, doubtful ones left out, and why reading stopped if it did."""
        rows: list[list[str]] = []
        lines: list[int] = []
        failure = None
        try:
            for row in islice(reader, SIZE):
                first, self._before = self._before + 1, self._base + reader.line_num
                if first > self._doubtful or self._trusted(row, first):
                    if self._before > first:
                        self._swallowed.look(row, first, self._before)
                    else:
                        self._swallowed.learn([row])
                    rows.append(row)
                    lines.append(first)
        except csv.Error as error:
            failure = str(error)
        return Batch(rows, lines), failure

    def _learn(self, rows: list[list[str]]) -> None:
        """What a row looks like: from the first batches every row, later a few of each."""
        self._swallowed.learn(rows if self._learned < LEARNED else rows[:: SIZE // 2])
        self._learned += len(rows)

    def _trusted(self, row: list[str], first: int) -> bool:
        quotes = sum(line.count('"') for line in self._lines.between(first, self._before))
        return quotes % 2 == 0 and len(row) == len(self.header)

    def _go_back(self, last: int, failure: str) -> CsvRows:
        """Log the record that starts after `_before` and broke on line `last`; go on with the line after its first."""
        self._before += 1
        self._log.add(self._fault(self._before, last, failure))
        if not any(sign in failure for sign in ENDLESS):
            self._doubtful = max(self._doubtful, last)
        self._broken += 1
        self._reread += sum(map(len, self._lines.between(self._before, last)))
        if self._reread > REREAD or self._broken > GIVE_UP:
            message = tr_later("too many quotes are broken before this line; the rest of the file was not read.")
            raise self._log.stop(Fault("too_many_faults", message, last))
        return self._reader(self._before + 1)

    def _reader(self, line: int) -> CsvRows:
        self._base = line - 1
        lines = chain.from_iterable(self._lines.since(line))
        return csv.reader(lines, delimiter=self.delimiter, strict=True, quoting=self._quoting)

    def _skip_separator(self, options: TableOptions, suffix: str) -> int:
        """Settle the delimiter; return the line where the header may stand."""
        head = self._lines.peek()
        separator = separator_line(head[0]) if head else None
        if options.delimiter is not None:
            self.delimiter = asked_delimiter(options.delimiter, self._log)
        elif separator is not None:
            self.delimiter = separator
            self._log.warn(tr_later(f"The first line, 'sep={separator}', was taken as the choice of the delimiter."))
        else:
            self.delimiter = choose_delimiter(head, suffix, options, self._log)
        return 1 if separator is None else 2

    def _read_header(self, line: int) -> tuple[int, list[str]]:
        """The first row that is not blank, and the line it ends on."""
        reader = self._reader(line)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    return self._base + reader.line_num, [row[0].lstrip("\ufeff"), *row[1:]]
        except csv.Error as error:
            fault = self._fault(line, self._base + reader.line_num, str(error))
            raise self._log.stop(Fault(fault.kind, f"the header cannot be read: {fault.message}", line)) from error
        raise self._log.stop(Fault("empty_file", "The file has blank lines only; it needs a header and rows."))

    def _fault(self, first: int, last: int, reason: str) -> Fault:
        raw = next(iter(self._lines.between(first, first)), "").rstrip("\r\n")
        column = self._name_of(open_quote(raw, self.delimiter))
        shown = excerpt([raw])
        if LIMIT in reason and first == last:
            message = tr_later(f"a cell is longer than {MAX_CELL:,} characters; shorten it or split the text.")
            return Fault("long_cell", message, first, None, shown)
        if LIMIT in reason:
            message = tr_later(f"a quote opened here is not closed within {MAX_CELL:,} characters; {MEND}")
        elif END in reason:
            message = tr_later(f"a quote opened here is never closed; {MEND}")
        elif first == last:
            message = tr_later(f"text follows a closing quote; double the quotes inside a quoted cell, or {LETTERS}")
        else:
            message = tr_later(f"a quote opened here closes only on line {last}, in the middle of a cell; {MEND}")
        return Fault("broken_quote", message, first, column, shown)

    def _name_of(self, position: int | None) -> str | None:
        header = getattr(self, "header", [])
        return header[position].strip() if position is not None and position < len(header) else None


class Lines:
    """The lines of a text file, a block at a time; those since a held line are kept, to go back to."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._kept: deque[tuple[int, list[str]]] = deque()  # number of the first line, lines
        self._next = 1

    def peek(self) -> list[str]:
        """The first lines of the file, whole ones; they are read again by `since(1)`."""
        if not self._kept:
            self._pull()
        return self._kept[0][1] if self._kept else []

    def hold(self, line: int) -> None:
        """Forget what lies before a line."""
        while self._kept and self._kept[0][0] + len(self._kept[0][1]) <= line:
            self._kept.popleft()

    def since(self, line: int) -> Iterator[list[str]]:
        """Blocks of lines from `line` (a kept one, or the next) to the end of the file."""
        for first, block in list(self._kept):
            if first + len(block) > line:
                yield block if first >= line else block[line - first :]
        while pulled := self._pull():
            yield pulled

    def between(self, first: int, last: int) -> Iterator[str]:
        """The kept lines from `first` to `last`, both included."""
        for start, block in self._kept:
            if start <= last and start + len(block) > first:
                yield from block[max(0, first - start) : last - start + 1]

    def _pull(self) -> list[str]:
        block = list(islice(self._file, SIZE))
        if block:
            self._kept.append((self._next, block))
            self._next += len(block)
        return block


def open_quote(line: str, delimiter: str) -> int | None:
    """Position of the cell whose quoting is broken in the first line of a record: not closed, or closed too early."""
    position, i = 0, 0
    while i <= len(line):
        if line[i : i + 1] != '"':
            end = line.find(delimiter, i)
            if end < 0:
                return None
            position, i = position + 1, end + 1
            continue
        close = _closing(line, i + 1)
        if close is None or line[close + 1 : close + 2] not in {"", delimiter}:
            return position
        if close + 1 >= len(line):
            return None
        position, i = position + 1, close + 2
    return None


def _closing(line: str, start: int) -> int | None:
    """Where the quote closes that was opened before `start`; doubled quotes do not close it."""
    i = line.find('"', start)
    while i >= 0 and line[i + 1 : i + 2] == '"':
        i = line.find('"', i + 2)
    return i if i >= 0 else None
