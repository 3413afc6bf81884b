"""The words our vectors are about: WordNet's single words that occur in running text, and their inflected forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SENSES = 2
_SENSE_POS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "s"}
_POS = {"n": "NOUN", "v": "VERB", "a": "ADJ", "s": "ADJ", "r": "ADV"}


def gloss_sentences(wordnet: Any) -> Iterator[list[str]]:
    """Lower-case words of every definition and example of WordNet, in the order of its files."""
    for synset in wordnet.all_synsets():
        yield _WORD.findall(synset.definition().lower())
        for example in synset.examples():
            yield _WORD.findall(example.lower())


def vocabulary(wordnet: Any) -> list[str]:
    """Words sorted alphabetically: lemmas that are used (counted in SemCor or found in glosses) and their inflections."""
    used = Counter(word for sentence in gloss_sentences(wordnet) for word in sentence)
    words: set[str] = set()
    for (lemma, pos), count in _lemmas(wordnet).items():
        if count > 0 or used[lemma] > 0:
            words.add(lemma)
            words.update(form for forms in inflections(lemma, pos).values() for form in forms)
    words.update(word for word, count in used.items() if count > 1 and word.isalpha() and wordnet.morphy(word))
    return sorted(word for word in words if word.isalpha() and word.isascii() and len(word) > 1)


def relations(wordnet: Any, words: list[str]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Synonym and antonym pairs of positions in `words`, each pair once and sorted; inflected alike on both sides.

    Synonyms count where the shared sense is among the two most frequent of both words: `love` and `screw` share a
    rare sense, and pulling them together makes neighbours that nobody would swap.
    """
    place = {word: i for i, word in enumerate(words)}
    same: set[tuple[int, int]] = set()
    opposite: set[tuple[int, int]] = set()
    for synset in wordnet.all_synsets():
        lemmas = [lemma for lemma in synset.lemmas() if lemma.name() in place]
        usual = [lemma.name() for lemma in lemmas if synset in wordnet.synsets(lemma.name(), synset.pos())[:_SENSES]]
        for name in usual:
            for other in usual:
                if name < other:
                    same |= _pairs(name, other, synset.pos(), place)
        for lemma in lemmas:
            for other in lemma.antonyms():
                for name in other.synset().lemma_names():  # `never` is tied to `ever`, and so opposed to `always`
                    opposite |= _pairs(lemma.name(), name, synset.pos(), place)
    return sorted(same - opposite), sorted(opposite)


def inflections(lemma: str, pos: str) -> dict[str, tuple[str, ...]]:
    """Penn tag to inflected forms of a lemma; known forms only, no guessing by rule."""
    import lemminflect

    forms: dict[str, tuple[str, ...]] = lemminflect.getAllInflections(lemma, upos=_POS[pos])
    return forms


def _lemmas(wordnet: Any) -> Counter[tuple[str, str]]:
    """(lemma, part of speech) of lower-case single words, with their count in SemCor."""
    counts: Counter[tuple[str, str]] = Counter()
    for synset in wordnet.all_synsets():
        for lemma in synset.lemmas():
            name = lemma.name()
            if name.isalpha() and name.islower():
                counts[name, synset.pos()] += 0
    with wordnet.open("cntlist.rev") as lines:  # far quicker than Lemma.count, which searches the file each time
        for line in lines:
            key, _, count = line.split()
            name, _, sense = key.partition("%")
            if (name, _SENSE_POS[sense[0]]) in counts:
                counts[name, _SENSE_POS[sense[0]]] += int(count)
    return counts


def _pairs(first: str, second: str, pos: str, place: dict[str, int]) -> set[tuple[int, int]]:
    found = set()
    mine, theirs = inflections(first, pos), inflections(second, pos)
    forms = [((first,), (second,)), *((mine[tag], theirs[tag]) for tag in mine.keys() & theirs.keys())]
    for left, right in forms:
        for a in left:
            for b in right:
                if a != b and a in place and b in place:
                    found.add((min(place[a], place[b]), max(place[a], place[b])))
    return found
