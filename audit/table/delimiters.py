"""Which delimiter a CSV has: the one under which the header and the rows agree; no statistics over characters."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Literal

from audit.language.translating import tr_later
from audit.table.columns import TEXT_NAMES, fold
from audit.table.faults import Fault, FaultLog
from audit.table.guessing import place_names
from audit.table.options import DELIMITERS, NO_COLUMN, TableOptions

RECORDS = 200  # rows of the start of the file that are tried
_NAMES = {name: sign for sign, name in DELIMITERS.items()} | {"\\t": "\t"}


def asked_delimiter(wanted: str, log: FaultLog) -> str:
    """The delimiter asked for, as a sign or by name.

    Raises:
        StopReading: it is none of the four.
    """
    sign = _NAMES.get(wanted.strip().lower(), wanted)
    if sign not in DELIMITERS:
        message = tr_later(f"'{wanted}' is no delimiter Assay reads; use a comma, a semicolon, a tab or a pipe (|).")
        raise log.stop(Fault("wrong_delimiter", message))
    return sign


def separator_line(line: str) -> str | None:
    """The sign of a first line `sep=;` as spreadsheets write it, else None."""
    bare = line.lstrip("\ufeff").rstrip("\r\n")
    return bare[4] if bare[:4].lower() == "sep=" and len(bare) == 5 and bare[4] in DELIMITERS else None


def choose_delimiter(lines: Sequence[str], suffix: str, options: TableOptions, log: FaultLog) -> str:
    """Try each delimiter on the first lines (whole ones) and take the best; tell when it was no foregone conclusion.

    A delimiter counts when the header has two columns or more under it. The columns asked for must be in the header,
    then a header named like a text is preferred, then the share of rows as wide as the header.
    """
    scores = {sign: _score(lines, sign, options) for sign in DELIMITERS}
    possible = {sign: score for sign, score in scores.items() if score is not None}
    if not possible:
        return "\t" if suffix in {".tsv", ".tab"} else ","
    best = max(possible, key=lambda sign: possible[sign])
    expected = "\t" if suffix in {".tsv", ".tab"} else ","
    rivals = [sign for sign in possible if sign != best and possible[sign] >= (*possible[best][:2], 0.9)]
    if best != expected or rivals:
        also = tr_later(f" (a {' or '.join(DELIMITERS[sign] for sign in rivals)} would fit too)") if rivals else ""
        log.warn(
            tr_later(
                f"The delimiter was guessed: {DELIMITERS[best]}{also}. Set another if cells look wrong (--delimiter)."
            )
        )
    return best


def _score(lines: Sequence[str], sign: str, options: TableOptions) -> tuple[bool, bool, float] | None:
    """(has the columns asked for, has a column named like a text, share of rows of the header's width)."""
    rows: list[list[str]] = []
    try:
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if options.quotes else csv.QUOTE_NONE
        for row in csv.reader(lines, delimiter=sign, quoting=quoting):
            if row:
                rows.append(row)
            if len(rows) > RECORDS:
                break
    except csv.Error:
        pass  # an over-long cell; what was read before it is enough to judge
    if not rows or len(rows[0]) < 2:
        return None
    header = {fold(name) for name in (rows[0] if options.header else place_names(len(rows[0])))}
    asked = (options.text, options.label, options.pair, options.rationale, *options.groups)
    wanted = {fold(name) for name in asked if name is not None and name != NO_COLUMN}
    same = sum(len(row) == len(rows[0]) for row in rows[1:])
    share = same / (len(rows) - 1) if len(rows) > 1 else 1.0
    return wanted <= header, not header.isdisjoint(TEXT_NAMES), share
