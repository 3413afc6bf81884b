"""Text of others with nothing hidden in it: what has no mark of its own is shown as its code point, ‹U+202E›."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
_BLANK = "\u034f\u115f\u1160\u2800\u3164\uffa0"


def visible(text: object) -> str:
    """A text on one line, in which every character can be seen; letters and blanks stay as they are."""
    said = str(text)
    if said.isprintable() and not any(character in said for character in _BLANK):
        return said
    return "".join(_shown(character, before) for character, before in zip(said, f" {said}", strict=False))


def _shown(character: str, before: str) -> str:
    seen = character.isprintable() or unicodedata.category(character) == "Zs"
    at_home = character in _JOINERS and ord(before) >= 0x600  # in Arabic, Indic scripts and emoji; a trick elsewhere
    return character if (seen or at_home) and character not in _BLANK else f"‹U+{ord(character):04X}›"
