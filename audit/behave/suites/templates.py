"""Templates: `{name} is a {adj} {job}` with lists of words, to all texts that follow or a seeded sample of them.

However many there are (a billion is soon reached), only those drawn are made: the n-th expansion is read off n, digit by
digit, in the mixed radix of the lists' lengths.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from audit.errors import InputError
from audit.language.translating import tr_later

SLOT = re.compile(r"\{([^{}]*)\}")
MOST = 10_000
"""Cases that one template makes at most."""
TRIES = 50
"""Draws for each one wanted, where words have weights or some are excluded."""


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


def slots(template: Template) -> tuple[str, ...]:
    """Names of its slots, in order of appearance; `{{` and `}}` are braces.

    Raises:
        InputError: a brace that opens or closes nothing, a slot without a name, or a `vary` that is no slot.
    """
    found: dict[str, None] = {}
    for text in template.texts:
        plain = text.replace("{{", "").replace("}}", "")
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
    if template.vary and template.vary not in found:
        raise InputError(
            f"'{template.vary}' is to vary and is no slot of the template; its slots are: {', '.join(found) or 'none'}."
        )
    return tuple(found)


def count(template: Template, lists: Lists) -> int:
    """How many cases a template has, those it excludes among them.

    Raises:
        InputError: a slot has no list, or an empty one.
    """
    return math.prod(len(_list(lists, name)) for name in slots(template) if name != template.vary)


def most_texts(template: Template, lists: Lists) -> int:
    """How many texts its cases have at most; 0 where `expand` refuses it, which says why.

    Raises:
        InputError: as of `count`.
    """
    total = count(template, lists)
    if template.sample is None and total > MOST:
        return 0
    variants = len(_list(lists, template.vary)) if template.vary else 1
    return min(template.sample or total, total, MOST) * len(template.texts) * variants


def expand(template: Template, lists: Lists) -> list[tuple[str, ...]]:
    """The texts of each case, different from each other; all in order, or a seeded sample.

    Raises:
        InputError: a slot has no list, there are more cases than may be made and no sample is asked for, or everything is excluded.
    """
    total = count(template, lists)
    _known(template, lists)
    free = [name for name in slots(template) if name != template.vary]
    if template.sample is None and total > MOST:
        raise InputError(
            tr_later(f"A template has {total:,} expansions; say how many to draw (sample = 1000), at most {MOST:,}.")
        )
    wanted = min(template.sample or total, MOST)
    found: dict[tuple[str, ...], None] = {}
    for filling in _fillings(free, lists, total, wanted, template.seed):
        if not _excluded(filling, template.exclude) and (texts := _texts(template, filling, lists)):
            found[texts] = None
        if len(found) == wanted:
            break
    if not found:
        raise InputError(tr_later("A template makes no case: every filling of its slots is excluded."))
    return list(found)


def _fillings(names: Sequence[str], lists: Lists, total: int, wanted: int, seed: int) -> Iterator[dict[str, str]]:
    """Words for the slots: all in order where all are wanted, else drawn, by weight where words have any."""
    if wanted >= total:
        yield from (_nth(place, names, lists) for place in range(total))
        return
    draw = random.Random(seed)  # noqa: S311 - a sample of cases is no secret
    tries = wanted * TRIES
    if all(word.weight == 1.0 for name in names for word in lists[name]):
        yield from (_nth(place, names, lists) for place in draw.sample(range(total), min(total, tries)))
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


def _texts(template: Template, filling: Mapping[str, str], lists: Lists) -> tuple[str, ...]:
    """The texts of a case, each once; empty where nothing varies after all."""
    if not template.vary:
        return tuple(_fill(text, filling) for text in template.texts)
    varied = (
        {**filling, template.vary: word.text}
        for word in lists[template.vary]
        if not _excluded({**filling, template.vary: word.text}, template.exclude)
    )
    texts = tuple(dict.fromkeys(_fill(text, one) for one in varied for text in template.texts))
    return texts if len(texts) > 1 else ()


def _fill(text: str, words: Mapping[str, str]) -> str:
    parts = re.split(r"(\{\{|\}\}|\{[^{}]*\})", text)
    braces = {"{{": "{", "}}": "}"}
    return "".join(braces.get(part) or (words[part[1:-1]] if SLOT.fullmatch(part) else part) for part in parts)


def _excluded(filling: Mapping[str, str], exclude: Sequence[Mapping[str, str]]) -> bool:
    return any(all(filling.get(name) == word for name, word in one.items()) for one in exclude)


def _list(lists: Lists, name: str) -> Sequence[Word]:
    words = lists.get(name)
    if not words:
        have = ", ".join(islice((known for known in lists if lists[known]), 20)) or "none"
        raise InputError(f"There is no list of words called '{name}' for the slot {{{name}}}; there are: {have}.")
    return words


def _known(template: Template, lists: Lists) -> None:
    """Refuse what is to be excluded and can never occur: a misspelt word would exclude nothing."""
    have = slots(template)
    for one in template.exclude:
        for name, word in one.items():
            if name not in have or word not in {known.text for known in _list(lists, name)}:
                raise InputError(f"'{word}' of '{name}' is excluded, and no filling of the template has it.")
