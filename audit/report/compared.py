"""Runs put side by side, ready to print: what a comparison's chapters tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.results.comparing import Comparison, compare
from audit.results.several import Several, check_several, compare_several
from audit.store import Run, Store


@dataclass(frozen=True)
class Compared:
    """Two runs or more.

    Attributes:
        runs: in the order asked for; the others are held against the first.
        pair: what two runs come to, text by text; None for more than two.
        several: what three or more come to; None for two.
    """

    runs: tuple[Run, ...]
    pair: Comparison | None = None
    several: Several | None = None


def compared(store: Store, ids: Sequence[str]) -> Compared:
    """Compare runs, two by `audit.results.comparing`, more by `audit.results.several`.

    Args:
        store: where they are; ids: ids, unique prefixes or `latest`.

    Raises:
        InputError: fewer than two runs, too many, or of several one twice.
        UnknownName: no such run.
    """
    runs = tuple(store.run(store.resolve(one)) for one in ids)
    named = [run.id for run in runs]
    check_several(named)
    if len(named) == 2:
        return Compared(runs, pair=compare(store, *named))
    return Compared(runs, several=compare_several(store, named))
