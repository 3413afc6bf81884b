"""Templates: `{name} is a {adj} {job}` with lists of words, to all texts that follow or a seeded sample of them.

However many there are (a billion is soon reached), only those drawn are made: the n-th expansion is read off n, digit by
digit, in the mixed radix of the lists' lengths.
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from audit.behave.suites.model import LONGEST_TEXT, MOST_CHARACTERS, MOST_TEXTS
from audit.errors import InputError
from audit.language.translating import tr_later

SLOT = re.compile(r"\{([^{}]*)\}")
MOST = 10_000
"""Cases that one template makes at most."""
TRIES = 50
"""Draws for each one wanted, where words have weights or some are excluded."""
MOST_SLOTS = 100
ENDLESS = 10**15
"""From here on nobody wants to know how many expansions there are."""
MOST_WORK = 5_000_000
"""Words put into slots, and fillings held against those excluded, over all templates of a suite: some seconds."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a list; `weight` is how often it is drawn beside the others."""

    text: str
    weight: float = 1.0


Lists = Mapping[str, Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Template:
    """Texts of one case, the first the original, with `{slots}` that lists fill; a slot has one word in all of them.

    Attributes:
        texts: with slots.
        vary: slot that runs through its whole list within each case: the first word makes the original.
        exclude: fillings that make no sense, each slot -> word; whatever holds one is left out.
        sample: how many are drawn where there are more; None: all of them, at most `MOST`.
        seed: of the drawing.
    """

    texts: tuple[str, ...]
    vary: str = ""
    exclude: tuple[Mapping[str, str], ...] = field(default=())
    sample: int | None = None
    seed: int = 0


@dataclass(slots=True)
class Room:
    """What a suite still may have: its templates take of it before anything is made of them."""

    texts: int = MOST_TEXTS
    characters: int = MOST_CHARACTERS
    work: int = MOST_WORK

    def take(self, *, texts: int = 0, characters: int = 0, work: int = 0) -> None:
        """Have less room by so much.

        Raises:
            InputError: there is no room for it.
        """
        self.texts -= texts
        self.characters -= characters
        self.work -= work
        if self.texts < 0:
            raise InputError(
                f"with it the suite has more than {MOST_TEXTS:,} texts; draw fewer cases (sample = 1000), or part the suite."
            )
        if self.characters < 0:
            raise InputError(
                f"with it the texts of the suite have more than {MOST_CHARACTERS:,} characters together; draw fewer cases "
                "(sample = 1000), or part the suite."
            )
        if self.work < 0:
            raise InputError(
                tr_later(
                    "its templates must be filled too often before there are enough cases; exclude less, or draw fewer cases."
                )
            )


def slots(template: Template) -> tuple[str, ...]:
    """Names of its slots, in order of appearance; `{{` and `}}` are braces.

    Raises:
        InputError: a brace that opens or closes nothing, a slot without a name, too many slots, or a `vary` that is no slot.
    """
    found: dict[str, None] = {}
    for text in template.texts:
        plain = _plain(text)
        if set(SLOT.sub("", plain)) & {"{", "}"}:
            raise InputError(
                f"The template '{text[:80]}' has a brace that is not closed or not opened; write {{{{ or }}}} for a brace."
            )
        for name in SLOT.findall(plain):
            if not name.strip():
                raise InputError(
                    f"The template '{text[:80]}' has a slot without a name; write the name of a list, such as {{adj}}."
                )
            found[name] = None
    if len(found) > MOST_SLOTS:
        raise InputError(
            f"The template '{template.texts[0][:80]}' has {len(found):,} slots; {MOST_SLOTS} are the most."
        )
    if template.vary and template.vary not in found:
        raise InputError(
            f"'{template.vary}' is to vary and is no slot of the template; its slots are: {', '.join(found) or 'none'}."
        )
    return tuple(found)


def _plain(text: str) -> str:
    """A text without the braces that are meant as such."""
    return text.replace("{{", "").replace("}}", "")


def count(template: Template, lists: Lists) -> int:
    """How many cases a template has, those it excludes among them.

    Raises:
        InputError: a slot has no list, or an empty one.
    """
    return math.prod(len(_list(lists, name)) for name in slots(template) if name != template.vary)


def expand(template: Template, lists: Lists, room: Room | None = None) -> list[tuple[str, ...]]:
    """The texts of each case, different from each other; all in order, or a seeded sample.

    Args:
        template: with its slots; lists: words of them.
        room: what the suite still may have, which becomes less; None: that of a suite with nothing else in it.

    Raises:
        InputError: a slot has no list, there are more cases than may be made and no sample is asked for, everything is excluded,
            or there is no room for so much.
    """
    room = room or Room()
    total = count(template, lists)
    if template.sample is None and total > MOST:
        many = f"{total:,}" if total < ENDLESS else tr_later(f"more than {ENDLESS:,}")
        raise InputError(
            tr_later(f"A template has {many} expansions; say how many to draw (sample = 1000), at most {MOST:,}.")
        )
    names = slots(template)
    free = [name for name in names if name != template.vary]
    exclude = _Excluded(template, lists, names)
    wanted, variants = min(template.sample or total, MOST), len(lists[template.vary]) if template.vary else 1
    texts = min(wanted, total) * variants * len(template.texts)
    characters = min(wanted, total) * variants * _longest(template, lists)
    room.take(texts=texts, characters=characters)
    found: dict[tuple[str, ...], None] = {}
    for filling in _fillings(free, lists, total, wanted, template.seed):
        room.take(work=(len(names) + exclude.kinds) * variants)
        if not exclude.has(filling) and (case := _texts(template, filling, lists, exclude)):
            found[case] = None
        if len(found) == wanted:
            break
    if not found:
        raise InputError(tr_later("A template makes no case: every filling of its slots is excluded."))
    made = [text for case in found for text in case]
    room.take(texts=len(made) - texts, characters=sum(map(len, made)) - characters)
    return list(found)


def _longest(template: Template, lists: Lists) -> int:
    """Characters of the texts of one filling at most.

    Raises:
        InputError: one of them is longer than a text may be.
    """
    most = {name: max(len(word.text) for word in lists[name]) for name in slots(template)}
    found = [len(text) + sum(most[name] for name in SLOT.findall(_plain(text))) for text in template.texts]
    for text, longest in zip(template.texts, found, strict=True):
        if longest > LONGEST_TEXT:
            raise InputError(
                f"The template '{text[:80]}' makes texts of up to {longest:,} characters; {LONGEST_TEXT:,} are the most."
            )
    return sum(found)


class _Excluded:
    """The fillings that make no sense: by the slots they are about, so that a filling is looked up in each of these once.

    Raises:
        InputError: one can never occur, so that a misspelt word would exclude nothing.
    """

    def __init__(self, template: Template, lists: Lists, names: Sequence[str]) -> None:
        known = {
            name: {word.text for word in lists[name]}
            for name in {name for one in template.exclude for name in one} & set(names)
        }
        self._of: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for one in template.exclude:
            for name, word in one.items():
                if word not in known.get(name, ()):
                    raise InputError(f"'{word}' of '{name}' is excluded, and no filling of the template has it.")
            about = tuple(sorted(one))
            self._of.setdefault(about, set()).add(tuple(one[name] for name in about))

    @property
    def kinds(self) -> int:
        """How often a filling is looked up."""
        return len(self._of)

    def has(self, filling: Mapping[str, str]) -> bool:
        """Whether a filling is left out."""
        return any(tuple(filling.get(name) for name in about) in words for about, words in self._of.items())


def _fillings(names: Sequence[str], lists: Lists, total: int, wanted: int, seed: int) -> Iterator[dict[str, str]]:
    """Words for the slots: all in order where all are wanted, else drawn, by weight where words have any."""
    if wanted >= total:
        yield from (_nth(place, names, lists) for place in range(total))
        return
    draw = random.Random(seed)  # noqa: S311 - a sample of cases is no secret
    tries = wanted * TRIES
    if all(word.weight == 1.0 for name in names for word in lists[name]):
        places = (
            draw.sample(range(total), min(total, tries))
            if total <= sys.maxsize
            else (draw.randrange(total) for _ in range(tries))
        )
        yield from (_nth(place, names, lists) for place in places)
        return
    weights = {name: [word.weight for word in lists[name]] for name in names}
    for _ in range(tries):
        yield {name: draw.choices(lists[name], weights[name])[0].text for name in names}


def _nth(place: int, names: Sequence[str], lists: Lists) -> dict[str, str]:
    found = {}
    for name in reversed(names):
        place, digit = divmod(place, len(lists[name]))
        found[name] = lists[name][digit].text
    return found


def _texts(template: Template, filling: Mapping[str, str], lists: Lists, exclude: _Excluded) -> tuple[str, ...]:
    """The texts of a case, each once; empty where nothing varies after all."""
    if not template.vary:
        return tuple(_fill(text, filling) for text in template.texts)
    varied = (
        {**filling, template.vary: word.text}
        for word in lists[template.vary]
        if not exclude.has({**filling, template.vary: word.text})
    )
    texts = tuple(dict.fromkeys(_fill(text, one) for one in varied for text in template.texts))
    return texts if len(texts) > 1 else ()


def _fill(text: str, words: Mapping[str, str]) -> str:
    parts = re.split(r"(\{\{|\}\}|\{[^{}]*\})", text)
    braces = {"{{": "{", "}}": "}"}
    return "".join(braces.get(part) or (words[part[1:-1]] if SLOT.fullmatch(part) else part) for part in parts)


def _list(lists: Lists, name: str) -> Sequence[Word]:
    words = lists.get(name)
    if not words:
        have = ", ".join(islice((known for known in lists if lists[known]), 20)) or "none"
        raise InputError(f"There is no list of words called '{name}' for the slot {{{name}}}; there are: {have}.")
    return words
