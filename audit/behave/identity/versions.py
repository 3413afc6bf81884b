"""All versions of a row: what it says of other groups, or neutral mentions before it where it speaks of nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audit.behave.identity.lists import Lists, lists_of
from audit.behave.identity.mentions import Mention, groups_of, mentions
from audit.behave.identity.swapping import Replacing, inserted, swapped
from audit.records import Mentioned
from audit.seeds import row_generator

NAME = "identity_swaps"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A version that the model was not asked about yet; fields as of `audit.records.Version`."""

    dimension: str
    before: str
    group: str
    terms: tuple[str, ...]
    text: str
    pair: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """Whom a row speaks of, and its versions."""

    mentions: tuple[Mentioned, ...]
    versions: tuple[Drawn, ...]


def versions_of(
    text: str,
    pair: str | None,
    dimensions: Collection[str],
    *,
    most: int,
    sentences: int,
    seed: int,
    row_id: str,
    span: tuple[int, int] | None = None,
) -> Said:
    """What a row can be made to say of others.

    A dimension of which it names two groups or more gives no version: whose pronouns are whose cannot be told.

    Args:
        text, pair: the row.
        dimensions: names of `lists.DIMENSIONS`.
        most: other groups for each dimension, drawn where there are more.
        sentences: dimensions for which a row that speaks of nobody gets neutral sentences, drawn.
        seed, row_id: what is drawn follows from them alone.
        span: what the model reads of the text; a mention must lie there. None: all of it.
    """
    lists = lists_of(text)
    if lists is None:
        return Said((), ())
    first, second = mentions(text, lists, dimensions), mentions(pair, lists, dimensions) if pair else []
    by_group = groups_of([*first, *second])
    told = tuple(
        Mentioned(dimension, group, tuple(dict.fromkeys(m.term for m in found)))
        for dimension, groups in by_group.items()
        for group, found in groups.items()
    )
    start, end = span or (0, len(text))
    made: list[Drawn] = []
    for dimension, groups in by_group.items():
        read = any(start <= m.start and m.end <= end for m in first if m.place.dimension == dimension)
        if len(groups) == 1 and (read or any(m.place.dimension == dimension for m in second)):
            sides = ([m for m in side if m.place.dimension == dimension] for side in (first, second))
            made += _others(
                text, pair, lists, dimension, next(iter(groups)), *sides, most=most, seed=seed, row_id=row_id
            )
    if not told and text.strip() and start == 0:
        made += _sentences(text, pair, lists, dimensions, most=most, sentences=sentences, seed=seed, row_id=row_id)
    return Said(told, tuple(made))


def _others(
    text: str,
    pair: str | None,
    lists: Lists,
    dimension: str,
    own: str,
    first: Sequence[Mention],
    second: Sequence[Mention],
    *,
    most: int,
    seed: int,
    row_id: str,
) -> Iterator[Drawn]:
    draw = row_generator(seed, row_id, f"{NAME}:{dimension}")
    for group in _some([g for g in lists.dimensions[dimension] if g != own], most, draw):
        replacing = Replacing(lists, dimension, group, row_generator(seed, row_id, f"{NAME}:{dimension}:{group}"))
        new = swapped(text, first, replacing)
        other = swapped(pair, second, replacing) if pair else None
        if new is None or (pair and other is None):
            continue
        changed = (new.text, other.text if other else pair)
        if changed != (text, pair):
            terms = tuple(dict.fromkeys([*new.terms, *(other.terms if other else ())]))
            yield Drawn(dimension, own, group, terms, *changed)


def _sentences(
    text: str,
    pair: str | None,
    lists: Lists,
    dimensions: Collection[str],
    *,
    most: int,
    sentences: int,
    seed: int,
    row_id: str,
) -> Iterator[Drawn]:
    draw = row_generator(seed, row_id, f"{NAME}:sentences")
    offered = [dimension for dimension in lists.dimensions if dimension in dimensions]
    for dimension in _some(offered, sentences, draw):
        for group in _some(list(lists.carriers[dimension]), most + 1, draw):
            # the same draws for every group: their sentences differ in nothing but in whom they are about
            new = inserted(text, lists, dimension, group, row_generator(seed, row_id, f"{NAME}:sentences:{dimension}"))
            yield Drawn(dimension, "", group, new.terms, new.text, pair)


def _some(options: Sequence[str], most: int, generator: np.random.Generator) -> list[str]:
    """At most so many of some, drawn, in their order."""
    if len(options) <= most:
        return list(options)
    return [options[i] for i in sorted(generator.choice(len(options), size=most, replace=False))]
