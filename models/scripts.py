"""Scripts of a text: which writing systems its letters belong to, by their ISO 15924 codes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

HAN, KANA, HANGUL = "Hani", "Kana", "Hang"

SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CJK": HAN, "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek", "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": HANGUL,
    "HEBREW": "Hebr", "HIRAGANA": KANA, "IDEOGRAPHIC": HAN, "KANNADA": "Knda", "KATAKANA": KANA, "KHMER": "Khmr", "LAO": "Laoo",
    "LATIN": "Latn", "MALAYALAM": "Mlym", "MYANMAR": "Mymr", "SINHALA": "Sinh", "TAMIL": "Taml", "TELUGU": "Telu", "THAI": "Thai",
}  # fmt: skip
"""First word of a letter's Unicode name -> script; `Kana` stands for both kinds of Japanese syllables."""
WHOLE_SYLLABLES = (HAN, KANA, HANGUL)
"""Scripts of which a character is a syllable or a word, not a sound."""
LETTERS_A_SYLLABLE = 3
"""Letters that one character of those counts for, when scripts within a text are weighed against each other."""


def scripts_of(text: str) -> Mapping[str, int]:
    """Letters of each script of a text; marks, digits and letters of no script in `SCRIPTS` are left out.

    >>> dict(scripts_of("Das 手机 ist gut"))
    {'Latn': 9, 'Hani': 2}
    """
    found: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        script = script_of(letter)
        if script:
            found[script] += times
    return found


def main_script(text: str) -> str:
    """The script that most of a text is written in; "" for a text without letters.

    >>> main_script("iPhone手机很好"), main_script("12:30 !")
    ('Hani', '')
    """
    weights = {
        script: letters * (LETTERS_A_SYLLABLE if script in WHOLE_SYLLABLES else 1)
        for script, letters in scripts_of(text).items()
    }
    return max(sorted(weights), key=weights.__getitem__, default="")


@lru_cache(maxsize=1 << 16)
def script_of(letter: str) -> str:
    """The script of one letter; "" for whatever is no letter of a script in `SCRIPTS`."""
    if letter.isascii():
        return "Latn" if letter.isalpha() else ""
    if not unicodedata.category(letter).startswith("L"):
        return ""
    return SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")
