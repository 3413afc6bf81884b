"""The kinds of records, and everything that differs between them: one table, which whoever needs a kind reads.

A kind is what a probe does (`attack`) and what its records are. Beside the record's class an entry says how many rows a
shard has, which columns its frame has, and where the rest stands that is made of such records: `module:attribute`,
imported on use, so that reading this table imports no engine.

To add a probe is one line in the file of its kind. Other packages add theirs by the entry point group `assay.probes`, each under its kind
and name joined by a dot:

    [project.entry-points."assay.probes"]
    "attack.my_recipe" = "my_package.recipes:MyRecipe"
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from audit import brought
from audit.brought import GROUP, entries
from audit.errors import UnknownName
from audit.kinds.attack import ATTACK
from audit.kinds.behaviour import BEHAVIOUR
from audit.kinds.direction import DIRECTION
from audit.kinds.embedding import EMBEDDING
from audit.kinds.entry import Kind, Part
from audit.kinds.explainer import EXPLAINER
from audit.kinds.identity import IDENTITY
from audit.kinds.perturbation import PERTURBATION
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.kinds.sample import SAMPLE
from audit.kinds.shortcut import SHORTCUT
from audit.kinds.trigger import TRIGGER
from audit.kinds.word import WORD
from audit.records.base import Record

log = logging.getLogger("assay.kinds")


R = TypeVar("R")


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        EXPLAINER,
        ATTACK,
        PERTURBATION,
        DIRECTION,
        PREDICTION,
        SAMPLE,
        BEHAVIOUR,
        IDENTITY,
        TRIGGER,
        SHORTCUT,
        WORD,
        EMBEDDING,
        REFERENCE,
    )
}


STORED: dict[str, Kind] = {kind.stored: kind for kind in KINDS.values()}
"""The same by the name under which their records are stored."""


_OF_RECORD = {kind.record: kind for kind in KINDS.values()}


def of_record(record: Record) -> Kind:
    """The kind of a record."""
    return _OF_RECORD[type(record)]


def all_of(records: Iterable[Record], record: type[R]) -> list[R]:
    """The records of one class among records of several kinds."""
    return [found for found in records if isinstance(found, record)]


def as_a(record: Record | None, kind: type[R]) -> R | None:
    """The record where it is one of this class, else None."""
    return record if isinstance(record, kind) else None


def names(kind: str) -> tuple[str, ...]:
    """The names on offer of one kind, those of other packages last."""
    return tuple(_probes(kind))


def forget() -> None:
    """Look for other packages' probes anew."""
    brought.forget()
    _installed.cache_clear()


def known(probes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Every name a probe of a run can go by: those on offer, and those its spec gives (fields id and name)."""
    given = (probe.get("id") or probe.get("name") for probe in probes)
    return tuple(dict.fromkeys([*(name for kind in KINDS for name in names(kind)), *filter(None, given)]))


def find(kind: str, name: str) -> Any:
    """Import and return the class of a probe.

    Raises:
        UnknownName: nothing of that kind has that name; the message lists the choices.
    """
    probes = _probes(kind)
    if name not in probes:
        raise UnknownName(kind, name, tuple(probes))
    return load(probes[name])


@cache
def load(path: str) -> Any:
    """What stands at `module:attribute`."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def parts(what: str) -> list[Part]:
    """The `families`, `tables` or `chapters` of all kinds in their order, each once."""
    found = {part.path: part for kind in KINDS.values() for part in getattr(kind, what)}
    return sorted(found.values(), key=lambda part: part.place)


def report_facts() -> dict[str, str]:
    """Field of a report -> what gathers it, of all kinds."""
    return {name: path for kind in KINDS.values() for name, path in kind.facts.items()}


def _probes(kind: str) -> dict[str, str]:
    return {**KINDS[kind].probes, **_installed().get(kind, {})}


@cache
def _installed() -> Mapping[str, Mapping[str, str]]:
    """Kind -> name -> `module:Class` of the probes that other packages bring; what cannot be one is logged and left out."""
    found: dict[str, dict[str, str]] = {}
    for entry, path in entries():
        kind, _, name = entry.partition(".")
        if kind not in KINDS or not name:
            log.warning("the entry point %r of %s is left out: it is not KIND.NAME with one of the kinds %s",
                        entry, GROUP, ", ".join(KINDS))  # fmt: skip
        elif name in KINDS[kind].probes:
            log.warning("the entry point %r of %s is left out: Assay has such a probe itself", entry, GROUP)
        else:
            found.setdefault(kind, {})[name] = path
    return found
