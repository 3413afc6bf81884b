"""Which sheet of a workbook holds the table: where the one that is read does not look like it, another one may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from audit.table.opening import Preview, preview
from audit.table.options import TableOptions

MOST_SHEETS = 8
MOST_BYTES = 8 << 20  # of the file: the texts of all its sheets are read again for each of them


def likely_sheet(
    path: Path | str, read: Preview, options: TableOptions, *, name: str, known: Collection[Sequence[str]] = ()
) -> Preview | None:
    """The start of another sheet that has texts and labels where the one that was read lacks them; None where none has.

    It is proposed, never in use by itself, and only where nobody asked for a sheet.

    Args:
        path, options, name, known: as `preview` had them.
        read: what `preview` gave.
    """
    others = [sheet for sheet in read.source.sheets if sheet != read.source.sheet]
    if options.sheet is not None or not others or read.source.size > MOST_BYTES:
        return None
    best, most = None, _worth(read)
    for sheet in others[:MOST_SHEETS]:
        found = preview(path, options.model_copy(update={"sheet": sheet}), name=name, known=known)
        if _worth(found) > most:
            best, most = found, _worth(found)
    return best


def _worth(read: Preview) -> int:
    """2 for texts and labels, 1 for texts, 0 for a sheet without."""
    if not read.rows or (read.columns.text or read.guess.text) is None:
        return 0
    return 2 if (read.columns.label or read.guess.label) is not None else 1
