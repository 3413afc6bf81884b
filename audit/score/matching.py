"""Which measures a check of a policy is about. Names are compared as they are; the one sign with a meaning is `*`.

A text in a policy names a slice as it is printed (`label=billing [EU]`). A `*` that stands for a whole value means any,
whatever the labels of the run are: `*`, `label=*`, `group:*`, `label=*,predicted=x`; one at the end takes in whatever
follows. A structured slice is always meant as it stands: `{ label = "*" }` is the class called `*`, and no other. Of scores that any
part of the rows has (`SLICED`) a text that names no slice of the run's is a condition (`audit.where`), which no `*` stands for. In a
probe `*` stands for any run of characters; no probe has it in its name. A check that names `textfooler` is about every
probe of the run that is TextFooler, whatever its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from audit.score.measures import Measure, loss_of
from audit.score.policy import Check
from audit.score.sliced import SLICED
from audit.score.wildcards import ANY, wild_slice
from audit.slices import GROUP, Slice, of_condition
from audit.where import Unreadable, parse, written


def matching(check: Check, measures: Iterable[Measure]) -> list[Measure]:
    """The measures a check is held against, in their order."""
    own = [m for m in measures if m.name == _measured(check) and names_probe(check.probe, m.about, *_registered(m))]
    wanted = check.slice
    if isinstance(wanted, Slice):
        return [m for m in own if m.where == wanted]
    if not wild_slice(wanted):
        found = [m for m in own if str(m.where) == wanted]
        return found or ([m for m in own if m.where.by_hand] and [m for m in own if m.where == by_hand(check)])
    printed = [m for m in own if not m.where.by_hand]
    return [m for m in printed if wanted in (ANY, str(m.where)) or wanted in _patterns(m.where)]


def by_hand(check: Check) -> Slice | None:
    """The slice that somebody made by hand for a check, as measures have it; None where the check names no such."""
    wanted = check.slice
    if check.score not in SLICED or not isinstance(wanted, str) or not wanted or wild_slice(wanted):
        return None
    try:
        return of_condition(written(parse(wanted)))
    except Unreadable:
        return None


def _measured(check: Check) -> str:
    """The name of the measures a check is held against: those of its score, or of how much worse that is than a baseline."""
    return check.score if check.margin is None else loss_of(check.score)


def names_probe(wanted: str, *called: str) -> bool:
    """Whether a probe is one that a check names: by its key within the run or, for all that share it, by its name."""
    pattern = ".*".join(map(re.escape, wanted.split(ANY)))
    return any(re.fullmatch(pattern, name, re.DOTALL) is not None for name in called)


def _registered(measure: Measure) -> tuple[str, ...]:
    return ("+".join(measure.registered),) if measure.registered else ()


def _patterns(where: Slice) -> Iterator[str]:
    """Every text with `*` that stands for a slice."""
    parts = [list(_variants(column, value)) for column, value in where.items()]
    for end in range(1, len(parts) + 1):
        for chosen in product(*parts[:end]):
            if end == len(parts) or chosen[-1].endswith(ANY):
                yield ",".join(chosen)


def _variants(column: str, value: str | None) -> Iterator[str]:
    columns = [column, f"{GROUP}{ANY}"] if column.startswith(GROUP) else [column]
    for name in columns:
        yield name
        if value is not None:
            yield from (f"{name}={value}", f"{name}={ANY}")
