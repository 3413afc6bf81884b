"""Putting a phrase into a text: before it, after it, or between two words in its middle."""

from __future__ import annotations

import re
from typing import Literal

from audit.words import HAN, han_words

Place = Literal["start", "middle", "end"]
PLACES: tuple[Place, ...] = ("start", "middle", "end")


def insertion(text: str, phrase: str, place: Place, span: tuple[int, int] | None = None) -> tuple[int, str]:
    """Where a phrase goes in a text, and what is put there: the phrase with the spaces it needs.

    Args:
        text: as typed.
        phrase: what is put in.
        place: before all words, at the border of two words next to the middle, or behind all.
        span: [start, end) of what the model reads of the text; None: all of it. The phrase stays inside.

    >>> insertion("a quiet film", "zorp", "middle"), insertion("房间很大", "服务", "end")
    ((8, 'zorp '), (4, '服务'))
    """
    start, end = span or (0, len(text))
    read = text[start:end]
    if place == "start" or not read.strip():
        at = start + len(read) - len(read.lstrip())
    elif place == "end":
        at = start + len(read.rstrip())
    else:
        at = start + _middle(read)
    return at, f"{_space(text[:at][-1:], phrase[:1])}{phrase}{_space(phrase[-1:], text[at : at + 1])}"


def inserted(text: str, phrase: str, place: Place, span: tuple[int, int] | None = None) -> str:
    """The text with the phrase in it, see `insertion`."""
    at, put = insertion(text, phrase, place, span)
    return text[:at] + put + text[at:]


def _middle(text: str) -> int:
    """Start of the word nearest to the middle; of the first one where there is no other."""
    starts = sorted({*(match.start() for match in re.finditer(r"\S+", text)), *(begin for begin, _ in han_words(text))})
    inner = starts[1:] or starts
    return min(inner, key=lambda at: (abs(2 * at - len(text)), at))


def _space(left: str, right: str) -> str:
    if not left or not right or left.isspace() or right.isspace() or (HAN.match(left) and HAN.match(right)):
        return ""
    return " "
