"""Which words of a text say something by themselves: what an explanation puts on punctuation, pieces and function words is shown apart."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

from audit.words import HAN
from models.places import ASSETS

WordKind = Literal["content", "function", "fragment", "mark"]
LISTS = ("stopwords-english.txt", "stopwords-chinese.txt")
WHOLE = frozenset({"a", "i"})
"""Letters that are words."""
NEGATIONS = frozenset({"no", "nor", "not"})
"""On the lists of function words, and still words that turn what a text says; so are those that end in n't."""


def word_kind(word: str) -> WordKind:
    """What kind of word it is.

    Args:
        word: as explanations have it; upper and lower case make no difference.

    Returns:
        `mark` for punctuation and signs; `fragment` for a piece that is no word (`##ing`, `t`, `'ll`);
        `function` for words that hold a sentence together (the, and, of, 的); else `content`.
    """
    plain = word.strip().casefold()
    if not any(character.isalnum() or unicodedata.category(character) == "So" for character in plain):
        return "mark"
    if plain in NEGATIONS or plain.endswith(("n't", "n\u2019t")):
        return "content"
    letter = len(plain) == 1 and plain.isalpha() and not HAN.fullmatch(plain) and plain not in WHOLE
    if letter or plain.startswith(("##", "'", "\u2019")):
        return "fragment"
    return "function" if plain in function_words() else "content"


def says_something(word: str) -> bool:
    """Whether a word is one that people would decide by."""
    return word_kind(word) == "content"


@cache
def function_words() -> frozenset[str]:
    """The function words of the languages there is a list of, in small letters."""
    lines = (line for name in LISTS for line in (ASSETS / "wordlists" / name).read_text(encoding="utf-8").splitlines())
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))
