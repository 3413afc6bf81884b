"""Whether one word may stand for another: same part of speech, same sense, no turn of polarity or negation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from audit.resources.polarity import polarity
from audit.resources.wordnet import reader

MEANT = 1 / 3
"""Least share of a word's uses that the senses have in which another stands for it: so likely it is meant in one of them."""
READ = 1 / 4
"""Least share of the uses of the other word that these senses have: so likely a reader takes it in one of them."""
POLAR = 0.3
"""Value from which a word speaks for or against: what replaces it has to do so on the same side."""
SAME_SIDE = 0.15
"""Least value of what replaces such a word."""
MOST_GAINED = 0.25
"""Value by which a word that takes no side may differ from what replaces it."""

NEGATIONS = frozenset(
    """
    no not n't never nor neither none nobody nothing nowhere without hardly barely scarcely rarely seldom little few less
    least lack lacks lacking fail fails failed cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt
    shouldnt hasnt havent hadnt only too but although though however despite except unless instead almost nearly
    """.split()  # noqa: SIM905
)
"""Words that turn, limit or withdraw what is said: no other word stands for them, and they stand for none."""
INSULTS = frozenset({"disparagement.n.01", "ethnic_slur.n.01", "obscenity.n.02"})
"""Marks of WordNet for senses in which no word stands for another: how much it offends is what such a word says."""
_POS = {"NOUN": ("n",), "VERB": ("v",), "ADJ": ("a",), "ADV": ("r",)}
_PARTICIPLES = ("ing", "ed", "en")


def may_stand_for(before: str, after: str, tag: str, new_tag: str) -> bool:
    """Whether `after` is likely to say in the place of `before` what that said.

    It has to be of the same part of speech, be read in a sense in which the other was likely meant, or in one that
    WordNet calls similar, and take the side that the other took: none, for (`funny`), or against.

    Args:
        before: the word as it was.
        after: the word in its place.
        tag: the universal part of speech of the first in its sentence.
        new_tag: that of the second in the changed one.
    """
    old, new = before.lower(), after.lower()
    if old == new:
        return True
    if old in NEGATIONS or new in NEGATIONS or are_antonyms(old, new):
        return False
    if any(_base(old, pos) == _base(new, pos) is not None for pos in "nvar"):
        return True  # another form of one word, whatever the tagger makes of it
    return any(_of_part(old, new, pos) for pos in _parts(old, tag) if pos in _parts(new, new_tag))


@lru_cache(maxsize=1 << 16)
def are_antonyms(first: str, second: str) -> bool:
    """Whether WordNet calls any sense of one word, in any inflection, the antonym of one of the other.

    Synonyms of an antonym count too: WordNet ties `never` to `ever`, which shares its sense with `always`.
    """
    return bool(_opposites(first) & _lemmas(second) or _opposites(second) & _lemmas(first))


@lru_cache(maxsize=1 << 16)
def _of_part(old: str, new: str, pos: str) -> bool:
    first, second = _value(old, pos), _value(new, pos)
    if abs(first) >= POLAR:
        one_side = first * second > 0 and abs(second) >= SAME_SIDE
    else:
        one_side = abs(second) < POLAR and abs(first - second) <= MOST_GAINED
    if not one_side:
        return False
    ours, theirs = _senses(old, pos), _senses(new, pos)
    return _share(old, pos, _like(ours, theirs)) >= MEANT and _share(new, pos, _like(theirs, ours)) >= READ


def _like(senses: frozenset[Any], others: frozenset[Any]) -> set[Any]:
    """The senses that are among the others or similar to one of them, but insults; a kind of a thing is not the thing."""
    like = {s for s in senses if not others.isdisjoint((s, *s.similar_tos(), *s.also_sees()))}
    return {s for s in like if INSULTS.isdisjoint(mark.name() for mark in s.usage_domains())}


def _share(word: str, pos: str, senses: set[Any]) -> float:
    """Share of a word's uses in SemCor that these senses have, each sense counted once more (Laplace): many are rare."""
    base = _base(word, pos)
    if base is None or not senses:
        return 0.0
    uses = [count + 1 for count in _uses(word, pos)]
    return sum(n for s, n in zip(reader().synsets(base, pos), uses, strict=True) if s in senses) / sum(uses)


def _value(word: str, pos: str) -> float:
    """Polarity of a word as this part of speech; where the list has none, as the one that says most."""
    bases = {part: _base(word, part) or word for part in "arnv"}
    own = polarity(bases[pos], pos)
    return own or max((polarity(base, part) for part, base in bases.items()), key=abs)


def _parts(word: str, tag: str) -> tuple[str, ...]:
    """WordNet's parts of speech for a tagged word; what it nearly always is counts too, for taggers err on odd texts.

    A participle may be a verb or an adjective.
    """
    parts = [*_POS.get(tag, ()), *_mostly(word)]
    if tag in {"VERB", "ADJ", "NOUN"} and word.endswith(_PARTICIPLES):
        parts.append("a")
    return tuple(dict.fromkeys(parts))


@lru_cache(maxsize=1 << 15)
def _mostly(word: str) -> tuple[str, ...]:
    """The part of speech of nine in ten of a word's uses, or the only one that WordNet knows it as."""
    uses = {pos: (len(_senses(word, pos)), sum(_uses(word, pos))) for pos in "nvar"}
    known = [pos for pos, (senses, _) in uses.items() if senses]
    total = sum(count for _, count in uses.values())
    return tuple(pos for pos in known if len(known) == 1 or (total and uses[pos][1] >= 0.9 * total))


@lru_cache(maxsize=1 << 15)
def _senses(word: str, pos: str) -> frozenset[Any]:
    base = _base(word, pos)
    return frozenset() if base is None else frozenset(reader().synsets(base, pos))


@lru_cache(maxsize=1 << 15)
def _uses(word: str, pos: str) -> tuple[int, ...]:
    """How often SemCor has the word in each of its senses."""
    base = _base(word, pos)
    senses = [] if base is None else reader().synsets(base, pos)
    return tuple(sum(lemma.count() for lemma in sense.lemmas() if lemma.name().lower() == base) for sense in senses)


@lru_cache(maxsize=1 << 15)
def _base(word: str, pos: str) -> str | None:
    found = reader().morphy(word, pos)
    return None if found is None else str(found)


@lru_cache(maxsize=1 << 14)
def _opposites(word: str) -> frozenset[str]:
    antonyms = [other for name in _lemmas(word) for lemma in reader().lemmas(name) for other in lemma.antonyms()]
    return frozenset(name.lower() for antonym in antonyms for name in antonym.synset().lemma_names())


def _lemmas(word: str) -> frozenset[str]:
    lower = word.lower()
    bases = [reader().morphy(lower, pos) for pos in ("n", "v", "a", "r")]
    return frozenset([lower, *(base for base in bases if base)])
