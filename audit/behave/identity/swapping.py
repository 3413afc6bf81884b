"""The same text said of another group: terms with their case, articles and pronouns; or a neutral mention before a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.behave.identity.lists import NAMES, Lists
from audit.behave.identity.mentions import Mention
from audit.behave.spans import pick

_ARTICLE = re.compile(r"(?<![\w'’])(an?)(\s+)$", re.IGNORECASE)
_AN = re.compile(r"(?:[aeio]|u(?!ni|s[aeiu]|ti|ga|kr|r[ao])|hour|honest|heir|honou?r)", re.IGNORECASE)
_A = re.compile(r"(?:eu|ewe|one|once|ouija)", re.IGNORECASE)
_PHRASE = ("A ", "An ", "Somebody ")


@dataclass(frozen=True, slots=True)
class Swap:
    """A text of which every term of one dimension now says another group, and the terms that came in."""

    text: str
    terms: tuple[str, ...]


class Replacing:
    """What each term becomes, the same throughout a row."""

    def __init__(self, lists: Lists, dimension: str, target: str, generator: np.random.Generator) -> None:
        """Towards one group; the generator draws names, in an order of its own for each slot."""
        self._slots = lists.dimensions[dimension][target]
        self._lists = lists
        self._generator = generator
        self._drawn: dict[tuple[str, str], str] = {}
        self._left: dict[str, list[str]] = {}

    def term(self, mention: Mention) -> str | None:
        """The term in place of a mention, as the lists write it; None where the group has none."""
        terms = self._slots.get(mention.place.slot, ())
        if not terms:
            return None
        if mention.place.slot.startswith(NAMES):
            return self._name(mention.place.slot, mention.term.lower(), terms)
        return terms[min(mention.place.index, len(terms) - 1)]

    def own(self, mention: Mention) -> str:
        """A mention as the lists write it."""
        place = mention.place
        return self._lists.dimensions[place.dimension][place.group][place.slot][place.index]

    def _name(self, slot: str, name: str, terms: Sequence[str]) -> str:
        if (slot, name) not in self._drawn:
            left = self._left.setdefault(slot, [])
            if not left:
                left += [terms[i] for i in self._generator.permutation(len(terms))]
            self._drawn[slot, name] = left.pop()
        return self._drawn[slot, name]


def swapped(text: str, found: Sequence[Mention], replacing: Replacing) -> Swap | None:
    """A text with other terms in place of its mentions; None where the group lacks one of them.

    Args:
        text: as typed.
        found: its mentions of one dimension, in reading order.
        replacing: what each becomes.
    """
    parts, place = [], 0
    small = not any(letter.isupper() for letter in text)
    terms = []
    for mention in found:
        listed = replacing.term(mention)
        if listed is None:
            return None
        term = (
            listed.lower()
            if small
            else cased_as(listed, mention.term, replacing.own(mention), begins=_begins(text, mention.start))
        )
        parts.append(_with_article(text[place : mention.start], mention.term, term))
        parts.append(term)
        terms.append(term)
        place = mention.end
    return Swap("".join([*parts, text[place:]]), tuple(dict.fromkeys(terms)))


def cased_as(listed: str, found: str, own: str, *, begins: bool) -> str:
    """A term as the lists write it, in the letters of the one it stands for.

    Args:
        listed: the new term; own: the old one, both as the lists write them.
        found: the old one as typed.
        begins: whether it begins a sentence.

    >>> cased_as("Muslim", "christian", "Christian", begins=False), cased_as("atheist", "Hindu", "Hindu", begins=False)
    ('muslim', 'atheist')
    >>> cased_as("he", "She", "she", begins=True), cased_as("Muslim", "atheist", "atheist", begins=False)
    ('He', 'Muslim')
    """
    if found.isupper() and len(found) > 1:
        return listed.upper()
    if found == found.lower():
        return listed if own == own.lower() else listed.lower()
    typed_large = own == own.lower()  # a capital that the lists do not give it: at the beginning, or in a title
    return listed[:1].upper() + listed[1:] if begins or typed_large else listed


def inserted(text: str, lists: Lists, dimension: str, group: str, generator: np.random.Generator) -> Swap:
    """A neutral sentence that speaks of somebody of a group, then the text; equal generators give equal sentences."""
    template = lists.templates[pick(generator, len(lists.templates))]
    at = float(generator.random())
    ways = lists.carriers[dimension][group]
    who = ways[min(int(at * len(ways)), len(ways) - 1)]
    inside = who[:1].lower() + who[1:] if who.startswith(_PHRASE) else who
    said = template.replace("{Who}", who).replace("{who}", inside)
    if not any(letter.isupper() for letter in text) and lists.spaced:
        said, inside = said.lower(), inside.lower()
    return Swap(said + text, (re.sub(r"^(?:an?|一位)\s*", "", inside, flags=re.IGNORECASE),))


def _with_article(before: str, old: str, new: str) -> str:
    """What stands before a term, with its `a` or `an` as the new term wants it."""
    match = _ARTICLE.search(before)
    if match is None or _an(old) == _an(new):
        return before
    article = "an" if _an(new) else "a"
    written = match.group(1)
    article = article.upper() if written.isupper() and len(written) > 1 else article
    article = article.capitalize() if written[:1].isupper() and not article.isupper() else article
    return f"{before[: match.start()]}{article}{match.group(2)}"


def _an(word: str) -> bool:
    return _A.match(word) is None and _AN.match(word) is not None


def _begins(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?…:\"'“‘(-"
