"""Labels that no name explains: a column of positions, counted from 0 or 1, or of truth values; always a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audit.language.translating import tr_later
from audit.table.label_names import canonical, caseless, whole_of

_POSITION = re.compile(r"label_(\d{1,6})")
_INTEGER = re.compile(r"\d+")
DIGITS = 9  # of a number inside a name; a longer one is an identifier
TRUTH = {"true": True, "yes": True, "t": True, "y": True, "false": False, "no": False, "f": False, "n": False}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the labels of a whole column may mean.

    Attributes:
        mapping: label as typed -> label of the model.
        sure: whether it may be used, with a warning; else it is only proposed, and the labels are faults until it is confirmed.
        why: what speaks for it, as a clause; empty without a mapping.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    sure: bool = False
    why: str = ""


def reading(typed: Sequence[str], labels: Sequence[str]) -> Reading:
    """What the labels of a column mean of which not one is a name of the model's.

    Numbers are positions in the model's labels, from 0, unless something speaks against it: names that are numbers or
    hold them, names that are truth values the other way round, a column that counts from 1.
    """
    if not typed:
        return Reading()
    said = [_POSITION.fullmatch(caseless(label)) for label in typed]
    if all(said):
        return _positions({label: int(match[1]) for label, match in zip(typed, said, strict=True) if match}, labels)
    numbers = {label: int(match[1]) if match else whole_of(label) for label, match in zip(typed, said, strict=True)}
    whole = {label: number for label, number in numbers.items() if number is not None}
    if len(whole) == len(typed):
        return _numbers(whole, labels)
    truths = {label: TRUTH.get(caseless(label)) for label in typed}
    known = {label: truth for label, truth in truths.items() if truth is not None}
    return _truths(known, labels) if len(known) == len(typed) else Reading()


def shifted(typed: Sequence[str], labels: Sequence[str]) -> Reading:
    """For names that are numbers, of which a column has some only: the same column one more or one less, if that fits."""
    numbers = {label: whole_of(label) for label in typed}
    names = {whole_of(label): label for label in labels}
    if None in numbers.values() or None in names or len(names) < len(labels):
        return Reading()
    for by, start in ((1, 0), (-1, 1)):
        moved = {label: names.get((number or 0) + by) for label, number in numbers.items()}
        found = {label: name for label, name in moved.items() if name is not None}
        if len(found) == len(typed):
            return Reading(found, why=tr_later(f"the labels seem to be counted from {start}"))
    return Reading()


def truth_named(typed: str, labels: Sequence[str]) -> str | None:
    """The label of a model with truth values for names that a truth value in other words means (`True` for `yes`)."""
    truth, names = TRUTH.get(caseless(typed)), _truth_names(labels)
    return None if truth is None or names is None else names[truth]


def _numbers(numbers: Mapping[str, int], labels: Sequence[str]) -> Reading:
    if any(whole_of(label) is not None for label in labels):
        return shifted(list(numbers), labels)
    inside = _numbers_inside(labels)
    by_number = {label: inside[n] for label, n in numbers.items() if n in inside} if inside else {}
    positions = _positions(numbers, labels)
    if inside and by_number != positions.mapping:
        fits = len(by_number) == len(numbers)
        return (
            Reading(by_number, why=tr_later("the names of the model's labels hold these numbers"))
            if fits
            else Reading()
        )
    names = _truth_names(labels)
    if names is not None and positions.mapping:
        meant = {label: names[bool(n)] for label, n in numbers.items()}
        if meant != positions.mapping:
            return Reading(
                meant, why=tr_later("1 is true and 0 is false, but the model's labels stand the other way round")
            )
    if not positions.mapping and all(1 <= n <= len(labels) for n in numbers.values()):
        mapping = {label: labels[n - 1] for label, n in numbers.items()}
        return Reading(mapping, why=tr_later("the labels seem to be counted from 1"))
    return positions


def _positions(numbers: Mapping[str, int], labels: Sequence[str]) -> Reading:
    if not all(0 <= n < len(labels) for n in numbers.values()):
        return Reading()
    return Reading(
        {label: labels[n] for label, n in numbers.items()}, True, tr_later("they count the model's labels from 0")
    )


def _truths(truths: Mapping[str, bool], labels: Sequence[str]) -> Reading:
    if len(labels) != 2:
        return Reading()
    names = _truth_names(labels)
    if names is None and {whole_of(label) for label in labels} == {0, 1}:
        names = {bool(whole_of(label)): label for label in labels}
    why = (
        tr_later("they say the same in other words")
        if names is not None
        else tr_later("false is 0 and true is 1, as positions")
    )
    chosen = names or {False: labels[0], True: labels[1]}
    return Reading({label: chosen[truth] for label, truth in truths.items()}, why=why)


def _truth_names(labels: Sequence[str]) -> dict[bool, str] | None:
    named = {TRUTH.get(caseless(label)): label for label in labels}
    return (
        {True: named[True], False: named[False]}
        if named.keys() == {True, False} and len(labels) == len(named)
        else None
    )


def _numbers_inside(labels: Sequence[str]) -> dict[int, str]:
    """The one whole number that each name holds (`4 stars`) -> the name; empty unless every name has one of its own.

    Empty as well for `LABEL_0`, `LABEL_1` ...: these numbers are the positions.
    """
    found = {}
    for label in labels:
        numbers = _INTEGER.findall(canonical(label))
        if len(numbers) != 1 or len(numbers[0]) > DIGITS:
            return {}
        found[int(numbers[0])] = label
    return found if len(found) == len(labels) and found != dict(enumerate(labels)) else {}
