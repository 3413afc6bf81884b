"""Words of a text for perturbations: runs of letters with inner apostrophes, and replacing one of them."""

from __future__ import annotations

import re

import numpy as np

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def word_spans(text: str, *, least: int = 1) -> list[tuple[int, int]]:
    """[start, end) of every word of at least so many letters."""
    return [match.span() for match in _WORD.finditer(text) if len(match.group()) >= least]


def pick(generator: np.random.Generator, options: int) -> int:
    """A position among `options`."""
    return int(generator.integers(options))


def replaced(text: str, span: tuple[int, int], word: str) -> str:
    """The text with [start, end) replaced."""
    return text[: span[0]] + word + text[span[1] :]


def with_case_of(word: str, model: str) -> str:
    """`word` written as `model` is: all capitals, a first capital, or as it comes."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
