"""Part-of-speech tags of a word list by NLTK's tagger, each word in its surroundings worked out once.

A swap changes one word of a window: the tags before it that cannot see it, and all after it, need no second look.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from audit.resources import resource
from audit.resources.nltk_data import use

_REACH = 2
"""Words to either side that the tagger looks at."""


@lru_cache(maxsize=1 << 14)
def universal_tags(words: tuple[str, ...]) -> tuple[str, ...]:
    """The universal tag of each word in its context: equal to `nltk.pos_tag(words, tagset="universal")`.

    Raises:
        ResourceError: no tagger is here.
    """
    return tuple(_universal(tag) for tag in _penn(words, len(words)))


def universal_tag_at(words: Sequence[str], place: int) -> str:
    """`universal_tags(words)[place]`, without tagging what comes after.

    Raises:
        ResourceError: no tagger is here.
    """
    return _universal(_penn(words, place + 1)[place])


def _penn(words: Sequence[str], count: int) -> list[str]:
    """Penn tags of the first `count` words; PerceptronTagger.tag, but for the caches."""
    tagger = _tagger()
    context = [*tagger.START, *(tagger.normalize(word) for word in words), *tagger.END]
    prev, prev2 = tagger.START
    tags: list[str] = []
    for i, word in enumerate(words[:count]):
        tag = tagger.tagdict.get(word) or _predicted(word, tuple(context[i : i + 2 * _REACH + 1]), prev, prev2)
        tags.append(tag)
        prev2, prev = prev, tag
    return tags


@lru_cache(maxsize=1 << 17)
def _predicted(word: str, around: tuple[str, ...], prev: str, prev2: str) -> str:
    tagger = _tagger()
    features = tagger._get_features(0, word, around, prev, prev2)  # counts places from the middle of `around`
    return str(tagger.model.predict(features)[0])


@cache
def _universal(tag: str) -> str:
    from nltk.tag.mapping import map_tag

    return str(map_tag("en-ptb", "universal", tag))


@cache
def _tagger() -> Any:
    use(resource("tagger").need())
    from nltk.tag.perceptron import PerceptronTagger

    return PerceptronTagger()
