"""Whether a perturbed text still means the same, until a person has judged: the rule of METHODS.md."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from audit.records import Change
from audit.resources import locate
from audit.resources.wordnet import reader

Kind = Literal["character", "word", "mixed", "reduction"]

MOST_EDITS = 2
LEAST_SIMILARITY = 0.80


def is_valid(kind: Kind, changes: Sequence[Change], similarity: float | None) -> bool | None:
    """Keeps the meaning: character recipes at most 2 edits a word; word recipes cosine >= 0.80 and no antonym.

    A recipe that does both is held to the character rule where every change is at most 2 edits and makes no other word
    of WordNet, else to the word rule. None where the rule cannot be applied (no encoder, no WordNet, a reduction).
    """
    if kind == "reduction":
        return None
    few = all(edits(change.before.strip(), change.after.strip()) <= MOST_EDITS for change in changes)
    if kind == "character":
        return few
    if locate("wordnet") is None:
        return None
    if kind == "mixed" and few and not any(_is_word(change.after) for change in changes):
        return True
    if similarity is None:
        return None
    return similarity >= LEAST_SIMILARITY and not any(are_antonyms(c.before.strip(), c.after.strip()) for c in changes)


def edits(before: str, after: str) -> int:
    """Characters inserted, deleted or replaced, or neighbours exchanged, between two words."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(before, after))


@lru_cache(maxsize=1 << 16)
def are_antonyms(first: str, second: str) -> bool:
    """Whether WordNet calls any sense of one word, in any inflection, the antonym of one of the other.

    Synonyms of an antonym count too: WordNet ties `never` to `ever`, which shares its sense with `always`.
    """
    return bool(_opposites(first) & _lemmas(second) or _opposites(second) & _lemmas(first))


@lru_cache(maxsize=1 << 14)
def _opposites(word: str) -> frozenset[str]:
    antonyms = [other for name in _lemmas(word) for lemma in reader().lemmas(name) for other in lemma.antonyms()]
    return frozenset(name.lower() for antonym in antonyms for name in antonym.synset().lemma_names())


def _lemmas(word: str) -> frozenset[str]:
    lower = word.lower()
    bases = [reader().morphy(lower, pos) for pos in ("n", "v", "a", "r")]
    return frozenset([lower, *(base for base in bases if base)])


@lru_cache(maxsize=1 << 16)
def _is_word(text: str) -> bool:
    return any(reader().synsets(word.lower()) for word in text.split() if len(word) > 1)
