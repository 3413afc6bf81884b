"""What a planted model is: the rows it learns from, the table an auditor gets, the fault, and what counts as finding it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Row = dict[str, str]
"""A row of a table: text, label, and columns besides."""

Measured = Literal["moves", "stays", "right", "overconfident"]


@dataclass(frozen=True)
class Check:
    """A measurement of the plant itself, without an audit: does the model have the fault, and only that?

    Attributes:
        says: what is measured, in a few words.
        measured: `moves`: of the pairs whose first text is not answered with `label`, the share whose second text is;
            `stays`: of the pairs, the share whose two texts get one answer; `right`: the share of the pairs' second texts that is
            answered with `label`; `overconfident`: mean confidence minus accuracy on the clean rows.
        pairs: of texts, without and with what is planted.
        label: see `measured`.
        least: the value that a good plant has at least.
        most: the value that it has at most.
    """

    says: str
    measured: Measured
    pairs: tuple[tuple[str, str], ...] = ()
    label: str = ""
    least: float = 0.0
    most: float = 1.0


@dataclass(frozen=True)
class Made:
    """What a plant is made of.

    Attributes:
        train: rows to learn from, the fault in them.
        audit: the table an auditor gets, with true labels.
        clean: ordinary rows, without what the fault is about: here the model must be good.
        checks: of the plant.
    """

    train: list[Row]
    audit: list[Row]
    clean: list[Row]
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A finding that names the fault: all that is given must hold of it.

    Attributes:
        slice: key of the score's slice -> values, any of which it may have; "*" is any value.
        definition: beginnings of the score's definition, any of which it may have; (): any.
    """

    slice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definition: tuple[str, ...] = ()


def named(**said: tuple[str, ...]) -> Wanted:
    """A finding whose score's slice says so."""
    return Wanted(said)


@dataclass(frozen=True)
class Plant:
    """A model to be trained.

    Attributes:
        name: of its folder.
        fault: what is wrong with it, in a sentence; "" if nothing is.
        make: its rows from a seeded generator; the same generator, the same rows.
        wanted: findings of which any counts as finding the fault.
        train: options of `python -m models train` beside the table, folder and device; {train} is the table.
        least: accuracy on the clean rows that a good plant has at least.
        base: what it begins from: "" the bundled base, `capitals` that base with a tokenizer that leaves capitals as they are, `characters`
            a small one that has learnt nothing and reads each Chinese character by itself.
        groups: columns of the audit table that the auditor names as groups.
        seed: of the generator.
    """

    name: str
    fault: str
    make: Callable[[Random], Made]
    wanted: tuple[Wanted, ...] = ()
    train: tuple[str, ...] = ("--epochs", "3")
    least: float = 0.8
    base: Literal["", "capitals", "characters"] = ""
    groups: tuple[str, ...] = ()
    seed: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.fault
