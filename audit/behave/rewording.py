"""Perturbations of the wording: contractions, neutral additions, numbers, synonyms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick, replaced, with_case_of, word_spans
from audit.resources.stopwords import WORD_LIST
from audit.resources.wordnet import reader
from models.scripts import HAN, main_script

CONTRACTIONS = {
    "aren't": "are not", "can't": "cannot", "couldn't": "could not", "didn't": "did not", "doesn't": "does not",
    "don't": "do not", "hadn't": "had not", "hasn't": "has not", "haven't": "have not", "isn't": "is not",
    "mustn't": "must not", "shouldn't": "should not", "wasn't": "was not", "weren't": "were not", "won't": "will not",
    "wouldn't": "would not", "i'm": "I am", "i've": "I have", "i'll": "I will", "it's": "it is", "that's": "that is",
    "there's": "there is", "they're": "they are", "they've": "they have", "we're": "we are", "we've": "we have",
    "what's": "what is", "who's": "who is", "you're": "you are", "you've": "you have", "you'll": "you will",
    "he's": "he is", "she's": "she is",
}  # fmt: skip

OPENERS = (
    "As I said, ", "For the record, ", "Just to say: ", "Hello, ", "To whom it may concern: ", "Here is what I think: ",
    "In my own words, ",
)  # fmt: skip
CLOSERS = (
    " That is all I have to say.", " I wrote this on a Tuesday.", " Sent from my phone.", " This is my own view.",
    " I am writing this at home.", " Kind regards.", " There is nothing to add.",
)  # fmt: skip

CHINESE_OPENERS = (
    "说明一下，",
    "顺便说一句，",
    "大家好，",
    "以下是我的看法：",
    "用我自己的话说，",
    "如题，",
    "这里写几句，",
)
CHINESE_CLOSERS = (
    "以上就是我要说的。", "这是星期二写的。", "用手机写的。", "这是我个人的看法。", "我在家里写的。", "就说到这里。", "没有别的要补充了。",
)  # fmt: skip

_NUMBER_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty",
)  # fmt: skip
_MORE_FUNCTION_WORDS = """
also although along could despite even however less least like many may might much must never nothing one shall since
still though throughout unless until upon us within without would yet
"""
_DIGITS = re.compile(r"(?<![\w.,])\d{1,6}(?![\w]|[.,]\d)")


@dataclass(kw_only=True)
class Contractions(Perturbation):
    """One contraction written out, or one pair of words contracted.

    >>> import numpy as np
    >>> Contractions(k=3).variants("It isn't dull and it is short.", np.random.default_rng(0))
    ["It isn't dull and it's short.", 'It is not dull and it is short.']
    """

    name = "contractions"
    languages = ("en",)

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One place, either way."""
        places = _contraction_places(text)
        if not places:
            return text
        span, new = places[pick(generator, len(places))]
        return replaced(text, span, new)


@dataclass(kw_only=True)
class NeutralInsertions(Perturbation):
    """A phrase before or after the text that says nothing about it.

    >>> import numpy as np
    >>> NeutralInsertions(k=2).variants("A quiet delight.", np.random.default_rng(0))
    ['A quiet delight. I am writing this at home.', 'A quiet delight. I wrote this on a Tuesday.']
    >>> NeutralInsertions(k=2).variants("房间安静", np.random.default_rng(0))
    ['房间安静。我在家里写的。', '房间安静。这是星期二写的。']
    """

    name = "neutral_insertions"
    languages = ("en", "zh")
    version = 6

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the phrases, in the language of the text."""
        if not text.strip():
            return text
        chinese = main_script(text) == HAN
        openers, closers = (CHINESE_OPENERS, CHINESE_CLOSERS) if chinese else (OPENERS, CLOSERS)
        i = pick(generator, len(openers) + len(closers))
        if i < len(openers):
            return openers[i] + text
        whole, ends, end = text.rstrip(), ".!?…", "."
        if chinese:
            ends, end = "。！？…!?.~～", "。"
        return f"{whole}{'' if whole[-1] in ends else end}{closers[i - len(openers)]}"


@dataclass(kw_only=True)
class Numbers(Perturbation):
    """One number, in digits or as a word, replaced by another of the same length or kind.

    >>> import numpy as np
    >>> Numbers(k=3).variants("We saw it twice in 1994, at 9.", np.random.default_rng(0))
    ['We saw it twice in 1994, at 6.', 'We saw it twice in 1994, at 2.', 'We saw it twice in 1900, at 9.']
    """

    name = "numbers"

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """Another number at one place; a leading 0 stays, and so does a year's century."""
        places = [match.span() for match in _DIGITS.finditer(text)]
        words = [span for span in word_spans(text) if text[slice(*span)].lower() in _NUMBER_WORDS]
        if not places and not words:
            return text
        i = pick(generator, len(places) + len(words))
        if i >= len(places):
            span = words[i - len(places)]
            new = _NUMBER_WORDS[pick(generator, len(_NUMBER_WORDS))]
            return replaced(text, span, with_case_of(new, text[slice(*span)]))
        digits = text[slice(*places[i])]
        kept = 2 if len(digits) == 4 and digits[:2] in {"19", "20"} else min(1, len(digits) - 1)
        new = digits[:kept] + "".join(str(pick(generator, 10)) for _ in digits[kept:])
        return replaced(text, places[i], new if new.strip("0") else digits)


@dataclass(kw_only=True)
class Synonyms(Perturbation):
    """One word replaced by a WordNet synonym in a sense that half of both words' uses in SemCor have, or more.

    Base forms alone; no verbs and no function words.

    >>> import numpy as np
    >>> Synonyms(k=3).variants("A truly quiet film.", np.random.default_rng(0))
    ['A truly quiet movie.', 'A genuinely quiet film.', 'A really quiet film.']
    """

    name = "synonyms"
    needs = ("wordnet",)
    languages = ("en",)

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """Another word at one place."""
        places = [(span, synonyms(text[slice(*span)].lower())) for span in word_spans(text, least=3)]
        places = [(span, others) for span, others in places if others]
        if not places:
            return text
        span, others = places[pick(generator, len(places))]
        new = others[pick(generator, len(others))]
        return replaced(text, span, with_case_of(new, text[slice(*span)]))


@lru_cache(maxsize=1 << 15)
def synonyms(word: str) -> tuple[str, ...]:
    """Words that share the sense in which they and `word` are mostly used, and were met in it.

    Only base forms have any, for a synonym must fit in the same place: `film` does, `films` does not.
    """
    if word in _function_words() or word.endswith("s"):
        return ()
    main = _usual_sense(word)
    if main is None or main.pos() == "v" or word not in main.lemma_names():
        return ()
    names = [lemma.name() for lemma in main.lemmas() if lemma.count() and lemma.name() != word]
    plain = (name for name in names if name.isalpha() and name.islower() and name not in _function_words())
    return tuple(name for name in plain if _usual_sense(name) == main)


@cache
def _function_words() -> frozenset[str]:
    return frozenset(f"{WORD_LIST.read_text(encoding='utf-8')} {_MORE_FUNCTION_WORDS}".split())


@lru_cache(maxsize=1 << 15)
def _usual_sense(word: str) -> Any:
    """The sense that half of a word's uses in SemCor have or more, of any part of speech, inflections counted.

    WordNet lists nouns first, whatever their use: the first sense of `boring` is a drilling.
    """
    wordnet = reader()
    senses = wordnet.synsets(word)
    bases = {(wordnet.morphy(word, pos), pos) for pos in "nvar"}
    counts = [
        sum(lemma.count() for lemma in sense.lemmas() if (lemma.name().lower(), sense.pos().replace("s", "a")) in bases)
        for sense in senses
    ]
    if any(lemma.name() == word.capitalize() for sense in senses for lemma in sense.lemmas()):
        return None  # `john` is a name more often than what WordNet knows best under it
    most = max(counts, default=0)
    return senses[counts.index(most)] if most and 2 * most >= sum(counts) else None


def _contraction_places(text: str) -> list[tuple[tuple[int, int], str]]:
    plain = text.replace("’", "'")
    found = []
    for short, long in CONTRACTIONS.items():
        for pattern, new in ((short, long), (long.lower(), short)):
            for match in re.finditer(rf"\b{re.escape(pattern)}\b", plain, re.IGNORECASE):
                fitting = new[:1].upper() + new[1:] if text[match.start()].isupper() else new
                found.append((match.span(), fitting if not fitting.startswith("i'") else f"I{fitting[1:]}"))
    return sorted(found)
