"""Perturbations of the surface: capitals, punctuation, white space. None touches a word's letters."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick, word_spans
from models.scripts import HAN, KANA, main_script

_ENDS = ".!?…"
_MARKS = re.compile(r"(?<=\w)[,;:!?.](?=\s|$)")
_CHINESE_ENDS = "。！？" + _ENDS
_CHINESE_MARKS = re.compile(r"(?<=\w)[，、；：！？。]")
_IN_LATIN = str.maketrans("，、；：！？。", ",,;:!?.")


@dataclass(kw_only=True)
class Case(Perturbation):
    """All small, all capitals, a capital at each word or at the start, one word shouted.

    >>> import numpy as np
    >>> Case(k=3).variants("A quiet delight.", np.random.default_rng(0))
    ['A quiet DELIGHT.', 'A Quiet Delight.', 'A QUIET DELIGHT.']
    """

    name = "case"
    languages = ("Latn", "Cyrl", "Grek", "Armn")

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the five."""
        spans = word_spans(text, least=2)
        kind = pick(generator, 5)
        if kind == 4 and spans:
            start, end = spans[pick(generator, len(spans))]
            return text[:start] + text[start:end].upper() + text[end:]
        made = (text.lower(), text.upper(), _each_word(text), text[:1].upper() + text[1:])
        return made[kind % 4]


@dataclass(kw_only=True)
class Punctuation(Perturbation):
    """The end mark dropped, added, doubled or turned into dots; the marks inside dropped or set apart.

    Of a Chinese or Japanese text its own marks, which are full width; those inside are dropped, or typed as in Latin letters.

    >>> import numpy as np
    >>> Punctuation(k=3).variants("Quiet, a delight.", np.random.default_rng(0))
    ['Quiet , a delight .', 'Quiet, a delight...', 'Quiet, a delight']
    >>> Punctuation(k=3).variants("房间安静，很舒服。", np.random.default_rng(0))
    ['房间安静,很舒服.', '房间安静，很舒服……', '房间安静，很舒服']
    """

    name = "punctuation"
    languages = ("Latn", "Cyrl", "Grek", "Armn", "Geor", "Hang", "Hebr", "zh", "ja")
    version = 6

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the six."""
        if main_script(text) in (HAN, KANA):
            made = _chinese(text)
            chosen = made[pick(generator, len(made))]
            return chosen if chosen.strip() else text
        body = text.rstrip().rstrip(_ENDS)  # a regular expression would try each blank of a long gap
        end = text[len(body) :].strip()
        made = (
            body,
            f"{body}.",
            f"{body}{end or '.'}{end[-1:] or '.'}",
            f"{body}...",
            _MARKS.sub("", text),
            _MARKS.sub(lambda mark: f" {mark.group()}", text),
        )
        chosen = made[pick(generator, len(made))]
        return chosen if chosen.strip() else text


@dataclass(kw_only=True)
class WhiteSpace(Perturbation):
    r"""Doubled, leading, trailing and no-break spaces, tabs and line breaks between words.

    >>> import numpy as np
    >>> WhiteSpace(k=3).variants("A quiet delight.", np.random.default_rng(0))
    ['A quiet\ndelight.', 'A\tquiet delight.', 'A quiet delight. \n']
    """

    name = "white_space"

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the six."""
        gaps = [match.start() for match in re.finditer(r"(?<=\S) (?=\S)", text)]
        kind = pick(generator, 6)
        if kind < 2 or not gaps:
            return f"  {text}" if kind % 2 == 0 else f"{text} \n"
        place = gaps[pick(generator, len(gaps))]
        return text[:place] + ("  ", "\t", "\u00a0", "\n")[kind - 2] + text[place + 1 :]


def _chinese(text: str) -> tuple[str, ...]:
    """The six of a text with full-width marks."""
    body = text.rstrip().rstrip(_CHINESE_ENDS)
    end = text[len(body) :].strip()
    return (
        body,
        f"{body}。",
        f"{body}{end or '。'}{end[-1:] or '。'}",
        f"{body}……",
        _CHINESE_MARKS.sub("", text),
        _CHINESE_MARKS.sub(lambda mark: mark.group().translate(_IN_LATIN), text),
    )


def _each_word(text: str) -> str:
    parts, place = [], 0
    for start, end in word_spans(text):
        parts += [text[place:start], text[start:end].capitalize()]
        place = end
    return "".join([*parts, text[place:]])
