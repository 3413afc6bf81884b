"""In which language texts are written, as far as their script and function words tell: offline, nothing learnt, nothing drawn.

A language is named by its ISO 639-1 code (`zh`). Where a text's letters tell its script alone, as a short text in Latin
letters, it is named by the script's ISO 15924 code (`Latn`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from models.places import ASSETS
from models.scripts import HAN, KANA, SCRIPTS, main_script, scripts_of

WORD_LIST = ASSETS / "wordlists" / "function-words.txt"
OF_SCRIPT = {
    "Armn": "hy", "Beng": "bn", "Geor": "ka", "Grek": "el", "Gujr": "gu", "Hang": "ko", "Hebr": "he", "Kana": "ja", "Khmr": "km",
    "Knda": "kn", "Laoo": "lo", "Mlym": "ml", "Mymr": "my", "Sinh": "si", "Taml": "ta", "Telu": "te", "Thai": "th",
}  # fmt: skip
"""Languages that a script tells, for nearly all that is written in it is in them."""
SCRIPT_OF = {
    **{language: script for script, language in OF_SCRIPT.items()}, "zh": HAN, "ru": "Cyrl", "uk": "Cyrl",
    "ar": "Arab", "fa": "Arab", "ur": "Arab", "hi": "Deva", "mr": "Deva", "ne": "Deva",
    "bg": "Cyrl", "sr": "Cyrl", "mk": "Cyrl", "be": "Cyrl",
}  # fmt: skip
"""Scripts of languages that are not written in Latin letters."""
SCRIPTS_ALONE = frozenset(SCRIPTS.values())
"""The codes that are scripts'."""
KANA_SHARE = 0.1
"""A text in Chinese characters with so many Japanese syllables among them is Japanese."""
LEAST = 2
"""Different function words that a language must show."""
SURE = 4
"""Those that a row must show of one language, with none of the table's own, to be told from a table of another one."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def language_of(text: str) -> str:
    """The language of a text, else its script; "" for a text without letters.

    >>> [language_of(t) for t in ("It was not for us.", "位置不错，很满意", "Das war nicht für uns.", "Superb!", "2020")]
    ['en', 'zh', 'de', 'Latn', '']
    """
    script = main_script(text)
    if script in (HAN, KANA):
        letters = scripts_of(text)
        kana = letters.get(KANA, 0)
        return "ja" if kana >= KANA_SHARE * (kana + letters.get(HAN, 0)) else "zh"
    if script in OF_SCRIPT or script not in _scripts():
        return OF_SCRIPT.get(script, script)
    shown = _shown(text, script)
    best, most = next(iter(shown.most_common(1)), ("", 0))
    second = shown.most_common(2)[-1][1] if len(shown) > 1 else 0
    return best if most >= LEAST and most > second else script


def row_languages(texts: Iterable[str]) -> list[str]:
    """The language of each text of one table, told with the help of the others.

    Texts of which the script alone can be told are taken for the language of most of the others in that script. A
    text that shows another language than those is taken for it only where it shows `SURE` words of it and none of
    theirs, for English has `die` and `war` too. What is in another script needs no such care.
    """
    held = list(texts)
    alone = [language_of(text) for text in held]
    usual = {script: _usual(alone, script) for script in _scripts()}
    return [_beside(text, found, usual) for text, found in zip(held, alone, strict=True)]


def counted(languages: Iterable[str], weights: Iterable[int] | None = None) -> dict[str, int]:
    """Texts of each language, the most frequent first; those without letters, "", count last."""
    found: Counter[str] = Counter()
    held = list(languages)
    for language, weight in zip(held, [1] * len(held) if weights is None else weights, strict=True):
        found[language] += weight
    return dict(sorted(found.items(), key=lambda item: (item[0] == "", -item[1], item[0])))


def main_languages(counts: Mapping[str, int], share: float = 0.05) -> tuple[str, ...]:
    """The languages that `share` of the texts with letters are in, or more; the most frequent first."""
    total = sum(rows for language, rows in counts.items() if language)
    return tuple(language for language, rows in counts.items() if language and rows >= share * total)


def fits(language: str, known: Collection[str]) -> bool:
    """Whether a text is of the languages or scripts that somebody knows; none named: any. What cannot be told is not held against it.

    Args:
        language: as `language_of` gives it.
        known: codes of languages and scripts.
    """
    if not known or not language or language in known or script_of_language(language) in known:
        return True
    return language in SCRIPTS_ALONE and any(script_of_language(one) == language for one in known)


def text_fits(text: str, known: Collection[str]) -> bool:
    """Whether one text, of which nothing else is known, is of the languages or scripts that somebody knows.

    Another language in a script of theirs must show as clearly as within a table of theirs, see `row_languages`.

    >>> text_fits("Es war nicht gut, aber wir haben es sehr gern.", ["en"]), text_fits("They die in the war.", ["en"])
    (False, True)
    """
    language = language_of(text)
    if fits(language, known):
        return True
    script = script_of_language(language)
    if all(script_of_language(one) != script for one in known):
        return False
    shown = _shown(text, script)
    return shown[language] < SURE or any(shown[one] for one in known)


def script_of_language(code: str) -> str:
    """The script that a language is written in; of a script itself."""
    return code if code in SCRIPTS_ALONE else SCRIPT_OF.get(code, "Latn")


def _beside(text: str, found: str, usual: Mapping[str, str]) -> str:
    script = script_of_language(found) if found else ""
    of_table = usual.get(script, "")
    if not of_table or found == of_table:
        return found
    if found == script:
        return of_table
    shown = _shown(text, script)
    return found if shown[found] >= SURE and not shown[of_table] else of_table


def _usual(languages: Sequence[str], script: str) -> str:
    """The language of most texts of a script that show one; "" where none do."""
    found = Counter(one for one in languages if one and one != script and script_of_language(one) == script)
    return found.most_common(1)[0][0] if found else ""


def _shown(text: str, script: str) -> Counter[str]:
    """How many different function words of each language of a script a text has."""
    words = {word.replace("’", "'") for word in _WORD.findall(text.lower())}
    return Counter({language: len(words & known) for language, known in _function_words()[script].items()})


@cache
def _function_words() -> dict[str, dict[str, frozenset[str]]]:
    """Script -> language -> the words that it alone has among the languages of that script."""
    lines = (line.partition(":") for line in WORD_LIST.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    lists = {code.strip(): frozenset(words.split()) for code, _, words in lines if words}
    found: dict[str, dict[str, frozenset[str]]] = {}
    for code, words in lists.items():
        script = script_of_language(code)
        others = (lists[one] for one in lists if one != code and script_of_language(one) == script)
        found.setdefault(script, {})[code] = words.difference(*others)
    return found


def _scripts() -> tuple[str, ...]:
    return tuple(_function_words())
