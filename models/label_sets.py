"""Several labels as one string: joined by `|`, so that they are told apart again whatever their names hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

SIGN = "|"
NONE = SIGN
"""How a table says that a row has none of the labels: an empty cell says that nobody knows. Answers say it by no text."""
_PIECE = re.compile(r"(?:\\[\\|]|[^|])*")


def join_labels(present: Sequence[str], labels: Collection[str]) -> str:
    r"""The labels of a row as one string; `split_labels` takes it apart again.

    One label is its own name. Of several, `|` and `\` inside a name are escaped (`\|`, `\\`); one more `|` at the end tells
    them from a label that is called just so.

    Args:
        present: labels of the row, in the order of the model.
        labels: all labels of the model.
    """
    if len(present) == 1:
        return present[0]
    joined = SIGN.join(label.replace("\\", "\\\\").replace(SIGN, "\\" + SIGN) for label in present)
    while joined in labels:
        joined += SIGN
    return joined


def split_labels(joined: str, labels: Collection[str]) -> list[str]:
    """The labels that `join_labels` joined; none for an empty string."""
    return [joined] if joined in labels else [unescaped(piece) for piece in pieces(joined) if piece]


def pieces(cell: str) -> list[str]:
    r"""What stands between the `|` of a cell that are not escaped, escapes as written."""
    found, start = [], 0
    while start <= len(cell):
        end = _PIECE.match(cell, start).end()  # type: ignore[union-attr]  # it matches nothing at least
        found.append(cell[start:end])
        start = end + 1
    return found


def unescaped(piece: str) -> str:
    r"""A piece with `\|` and `\\` resolved; other backslashes are themselves."""
    return re.sub(r"\\([\\|])", r"\1", piece)
