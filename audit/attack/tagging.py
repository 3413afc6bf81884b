"""Part-of-speech tags of a word list, each list tagged once; older versions of NLTK load the tagger on every call."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from audit.resources import resource
from audit.resources.nltk_data import use


@lru_cache(maxsize=1 << 16)
def universal_tags(words: tuple[str, ...]) -> tuple[str, ...]:
    """The universal tag of each word in its context: equal to `nltk.pos_tag(words, tagset="universal")`.

    Raises:
        ResourceError: no tagger is here.
    """
    from nltk.tag.mapping import map_tag

    return tuple(map_tag("en-ptb", "universal", tag) for _, tag in _tagger().tag(list(words)))


@cache
def _tagger() -> Any:
    use(resource("tagger").need())
    from nltk.tag.perceptron import PerceptronTagger

    return PerceptronTagger()
