"""Whom a text speaks of: the terms of the lists in it, each told apart by what stands around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from audit.behave.identity.lists import NAMES, Lists, Place
from audit.resources.stopwords import WORD_LIST

BEFORE_A_NOUN = ("possessive", "adjective")
"""Slots whose terms stand before a noun, where the same term stands in another slot as well."""

_NEXT = re.compile(r"[ \t\u00a0]+([^\W\d_]+(?:['’-][^\W\d_]+)*)")
_SENTENCE_ENDS = ".!?…"
_BEFORE_NOUNS = {
    "own",
    "same",
    "first",
    "last",
    "new",
    "few",
    "other",
    "more",
    "most",
    "such",
    "only",
    "very",
    "one",
    "two",
}
_NO_NOUNS = [
    "again",
    "back",
    "up",
    "down",
    "out",
    "away",
    "home",
    "there",
    "here",
    "today",
    "yesterday",
    "tomorrow",
    "now",
    "then",
    "well",
    "something",
    "anything",
    "everything",
    "nothing",
    "really",
    "never",
    "always",
    "often",
    "sometimes",
    "ever",
    "maybe",
    "please",
    "though",
    "also",
    "even",
    "just",
    "too",
    "either",
    "instead",
    "anyway",
    "got",
    "get",
    "gets",
    "has",
    "had",
    "is",
    "was",
    "are",
    "were",
    "said",
    "says",
    "say",
    "told",
    "asked",
    "thinks",
    "thought",
    "knows",
    "knew",
    "went",
    "goes",
    "came",
    "comes",
    "made",
    "makes",
    "took",
    "takes",
    "did",
    "does",
    "do",
    "will",
    "would",
    "can",
    "could",
    "should",
    "must",
    "might",
    "may",
    "who",
    "whom",
    "which",
    "that",
    "because",
    "when",
    "while",
    "if",
    "until",
    "after",
    "before",
    "about",
    "into",
    "onto",
    "with",
    "without",
]


@dataclass(frozen=True, slots=True)
class Mention:
    """A term in a text, [start, end), and its place in the lists."""

    start: int
    end: int
    term: str
    place: Place


def mentions(text: str, lists: Lists, dimensions: Collection[str] | None = None) -> list[Mention]:
    """Every term of some dimensions in a text, in reading order.

    Args:
        text: what to read.
        lists: of the language it is written in.
        dimensions: which; None for all of the lists.
    """
    cased = any(letter.isupper() for letter in text) and any(letter.islower() for letter in text)
    found = []
    for match in lists.pattern.finditer(text):
        term = match.group()
        folded = " ".join(re.split(r"[ \-]", term.lower())) if lists.spaced else term
        folded = term.lower() if term.lower() in lists.places or term.lower() in lists.never else folded
        if folded in lists.never:
            continue
        options: dict[str, list[Place]] = {}
        for place in lists.places.get(folded, ()):
            wanted = dimensions is None or place.dimension in dimensions
            if wanted and _may_stand(place, text, match.start(), match.end(), lists, cased):
                options.setdefault(place.dimension, []).append(place)
        found += [
            Mention(match.start(), match.end(), term, _likeliest(some, text, match.end())) for some in options.values()
        ]
    return found


def groups_of(found: Sequence[Mention]) -> dict[str, dict[str, list[Mention]]]:
    """Mentions by dimension and group, in order of appearance."""
    made: dict[str, dict[str, list[Mention]]] = {}
    for mention in found:
        made.setdefault(mention.place.dimension, {}).setdefault(mention.place.group, []).append(mention)
    return made


def _may_stand(place: Place, text: str, start: int, end: int, lists: Lists, cased: bool) -> bool:
    if not lists.spaced:
        return True
    following = _NEXT.match(text, end)
    if place.slot == "before_person":
        return following is not None and following.group(1).lower() in lists.people
    if place.slot.startswith(
        NAMES
    ):  # one that is followed or led by another name is somebody known, and no example of a group
        known = following is not None and following.group(1)[0].isupper()
        return cased and text[start].isupper() and not text[start:end].isupper() and not known and not _led(text, start)
    return True


def _led(text: str, start: int) -> bool:
    """Whether a capitalised word inside the sentence stands directly before a place: `Billie Jean`, not `Then Jean`."""
    before = text[:start].rstrip(" ")
    word = re.search(r"[^\W\d_]+$", before)
    if word is None or not word.group()[0].isupper() or len(before) == start:
        return False
    ahead = before[: word.start()].rstrip()
    titled = word.group() in ("Mr", "Mrs", "Ms", "Miss", "Dr", "Aunt", "Uncle")
    return bool(ahead) and ahead[-1] not in _SENTENCE_ENDS and not titled


def _likeliest(places: Sequence[Place], text: str, end: int) -> Place:
    """Of the slots that a term stands in, the one that fits the word behind it."""
    if len(places) == 1:
        return places[0]
    noun = before_noun(text, end)
    fitting = [place for place in places if (place.slot in BEFORE_A_NOUN) == noun]
    return (fitting or places)[0]


def before_noun(text: str, end: int) -> bool:
    """Whether what stands behind a place looks like a noun or what comes before one.

    >>> before_noun("her book", 3), before_noun("told her.", 8), before_noun("told her that", 8), before_noun("her own", 3)
    (True, False, False, True)
    """
    following = _NEXT.match(text, end)
    if following is None:
        return False
    word = following.group(1).lower()
    if word in _closed():
        return False
    return not word.endswith("ly") or before_noun(text, following.end())  # `loved her dearly.`, but `her early films`


@cache
def _closed() -> frozenset[str]:
    return frozenset({*WORD_LIST.read_text(encoding="utf-8").split(), *_NO_NOUNS} - _BEFORE_NOUNS)
