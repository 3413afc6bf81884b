"""Running the examples of a docstring or page."""

from __future__ import annotations

import doctest

from audit.resources import locate

MADE_WITH = {
    "chinese-characters": "sounds-and-shapes", "encoder": "minilm", "gazetteer": "textattack-lists", "homoglyphs": "own-list",
    "language-model": "wordnet-trigram", "polarity": "own-list", "stopwords": "own-list", "tagger": "textblob-aptagger",
    "vectors": "minilm-counter-fitted", "wordnet": "debian-3.0",
}  # fmt: skip
"""Variants of resources with which the examples' outcomes were found."""


def run(text: str, globs: dict, name: str) -> int:
    """Run the examples of a text; how many there were.

    Raises:
        AssertionError: one gave something else, and what.
    """
    test = doctest.DocTestParser().get_doctest(text, globs, name, None, None)
    assert not [one.source for one in test.examples if one.options.get(doctest.SKIP)], f"{name}: an example is left out"
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    assert failed == 0, "".join(said)
    return tried


def lacking(names: tuple[str, ...]) -> list[str]:
    found = {name: locate(name) for name in names}
    return [
        f"{name}: {'missing' if here is None else here.variant}"
        for name, here in found.items()
        if here is None or here.variant != MADE_WITH.get(name)
    ]
