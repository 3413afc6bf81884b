"""Untrusted text made printable: literal, without control characters, never wider than a line, never invisible tricks.

On paper it must do with the fonts of the report and with lines that break anywhere; a screen has its own (`on_screen`).
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from models.places import ASSETS
from models.visible import visible

FONTS = ASSETS / "fonts"

JOINERS = frozenset("\u200c\u200d")
SELECTORS = frozenset(chr(c) for c in range(0xFE00, 0xFE10))
MAX_MARKS = 3
"""Combining marks on one letter beyond this many are shown as code points: a tower of them would cover other lines."""
LONG = 24
"""Letters in a row after which a line may break."""
CODE = 80
"""The same for what is set in a fixed-width font to be copied."""
NATURAL = 6
"""Letters before an underscore or slash after which a line may break there."""
_BREAKS = dict.fromkeys(map(ord, "\u200b\u2068\u2069"))
_screen: ContextVar[bool] = ContextVar("screen", default=False)


@contextmanager
def on_screen() -> Iterator[None]:
    """Within it texts are made for a screen: every letter as it is, what has no mark of its own as its code point."""
    before = _screen.set(True)
    try:
        yield
    finally:
        _screen.reset(before)


def is_on_screen() -> bool:
    """Whether texts are made for a screen."""
    return _screen.get()


def printable(text: str, limit: int | None = None) -> str:
    """The text as a report prints it: one line, every character visible.

    Characters that no font of the report has, and those that are invisible or turn the direction of writing, become
    their code point, such as ‹U+202E›. White space of any kind becomes single blanks of the same number; a row of
    `LONG` letters without a break gets an invisible place to break.

    Args:
        text: anything.
        limit: cut after this many characters of `text`, ending in ` …`.
    """
    cut = limit is not None and len(text) > limit
    if _screen.get():
        return _seen(text[:limit]).rstrip() + " …" if cut else _seen(text)
    shown = "".join(_shown(text[:limit] if cut else text))
    made = breakable(shown.rstrip() + " …" if cut else shown)
    return f"\u2068{made}\u2069" if any(unicodedata.bidirectional(c) in ("R", "AL") for c in made) else made


def code(text: str, limit: int = 2000) -> str:
    """A command, path or hash as a report prints it: to be copied, so places to break are few."""
    return _seen(text[:limit]) if _screen.get() else breakable("".join(_shown(text[:limit])), CODE)


def span(text: str) -> str:
    """A part of a line as a report prints it, see `printable`; not kept apart from the parts around it."""
    return _seen(text) if _screen.get() else breakable("".join(_shown(text)))


def plain(text: str) -> str:
    """`printable` without places to break, for charts."""
    return "".join(_shown(text))


def unbroken(made: str) -> str:
    """What `printable` made, without its places to break and the marks that keep it apart: for charts, which fold lines themselves."""
    return made.translate(_BREAKS)


def breakable(text: str, every: int = LONG) -> str:
    """The text with a zero-width space after every so many characters that offer no place to break a line."""
    made, run = [], 0
    for character in text:
        run = 0 if character in " \u200b-" or _breaks_itself(character) else run + 1
        made.append(character)
        natural = every == LONG and character in "_/\\" and run > NATURAL
        if (run >= every or natural) and not unicodedata.combining(character):
            made.append("\u200b")
            run = 0
    return "".join(made)


def lookalikes(before: str, after: str) -> str:
    """Characters of `after` that a reader may take for others, such as `о (U+043E)`; empty without any."""
    odd = sorted(
        {c for c in after if ord(c) > 127 and c not in before and not _breaks_itself(c) and c not in "’‘“”–—…"}
    )
    return ", ".join(f"{c} (U+{ord(c):04X})" if drawable(c) and not _hidden(c, "") else code_point(c) for c in odd[:8])


def drawable(character: str) -> bool:
    """Whether a font of the report has it."""
    starts, ends = _coverage()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


def code_point(character: str) -> str:
    """How a character that cannot be printed is named: ‹U+001B›."""
    return f"‹U+{ord(character):04X}›"


def _seen(text: str) -> str:
    """The text for a screen: white space of any kind as blanks of the same number, and nothing hidden."""
    return visible("".join(" " if sign in "\n\r\t\v\f\u2028\u2029" else sign for sign in text))


def _shown(text: str) -> list[str]:
    made: list[str] = []
    marks = 0
    before = ""
    for character in text:
        combining = unicodedata.combining(character) != 0
        marks = marks + 1 if combining else 0
        if character in "\n\r\t\v\f" or unicodedata.category(character) in ("Zs", "Zl", "Zp"):
            made.append(" ")
        elif _hidden(character, before) or not drawable(character) or marks > MAX_MARKS:
            made.append(code_point(character))
        else:
            made.append(character)
        before = character
    return made


def _hidden(character: str, before: str) -> bool:
    """Whether it leaves no mark of its own on paper."""
    if character in JOINERS:
        return not before or ord(before) < 0x600  # at home in Arabic, Indic scripts and emoji, a trick elsewhere
    if character in SELECTORS:
        return not before
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")
        or character in "\u034f\u115f\u1160\u3164\uffa0"
    )


def _breaks_itself(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@cache
def _coverage() -> tuple[list[int], list[int]]:
    ranges = json.loads((FONTS / "coverage.json").read_text(encoding="ascii"))
    return [first for first, _ in ranges], [last for _, last in ranges]
