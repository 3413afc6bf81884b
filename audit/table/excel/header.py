"""Which row of a sheet is the header: titles, dates and empty rows above it are no part of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from audit.table.columns import TEXT_NAMES, fold
from audit.table.options import NO_COLUMN, TableOptions

PEEK = 50
"""Rows that are looked at."""
WIDE = 0.8
"""A header names at least this share of the columns that most rows have."""


def header_row(rows: Sequence[Mapping[int, str]], texts: Sequence[bool], options: TableOptions) -> int:
    """The place of the header among the first rows that hold something.

    It is the first row with every column asked for; else the first that holds nothing but texts in about as many columns as
    most rows have, one named like a text before the others; else the first row.

    Args:
        rows: what stands in them, by column; blank cells left out.
        texts: of each row, whether all it holds are texts.
        options: the columns asked for.
    """
    asked = {
        fold(name) for name in (options.text, options.label, options.pair, options.rationale, *options.groups) if name
    }
    asked -= {NO_COLUMN}
    folded = [{fold(cell) for cell in row.values()} for row in rows]
    if asked:
        for place, names in enumerate(folded):
            if asked <= names:
                return place
    usual = Counter(map(len, rows)).most_common()
    width = max((size for size, count in usual if count == usual[0][1]), default=1)
    fits = [i for i, row in enumerate(rows) if texts[i] and len(row) >= max(1, WIDE * width)]
    named = [i for i in fits if not folded[i].isdisjoint(TEXT_NAMES)]
    return (named or fits or [0])[0]
