"""What hostile names must not do where they come out: move a terminal, be run by a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

from commands import Done, typed

LIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Characters that a terminal obeys or that cannot be seen."""


def said(program: str, *words: object, status: int | tuple[int, ...] = 0) -> Done:
    """What a command prints, checked: no traceback, the right status, nothing that a terminal would obey."""
    done = typed(program, *words)
    assert "Traceback" not in done.err, (words, done.err)
    assert done.status in (status if isinstance(status, tuple) else (status,)), (words, done)
    found = LIVE.search(done.out + done.err)
    assert not found, (words, found)
    return done


def formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell."""
    first = next((c for c in cell if unicodedata.category(c)[0] not in "CZ"), "'")
    return first in "=@\uff1d\uff20" or (first in "+-\uff0b\uff0d" and not re.fullmatch(r"[+-][\d.e-]+", cell))
