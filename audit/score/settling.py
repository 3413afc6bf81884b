"""How many rows would settle an open check, said as rows of what: those that its score counts, and of such a table in all."""

from __future__ import annotations

import math

from audit.language.sentences import names_in, sentences
from audit.said import Said, Value
from audit.score.definitions import define
from audit.score.measures import Measure, Measures
from audit.slices import GROUP


def rows_run_on(measure: Measure, measures: Measures) -> int:
    """The rows its probe was run on, of which a score counts some: those of a class, those an attack tried ..."""
    alike = (other.n for other in measures if other.probe == measure.probe and not _of_more(other))
    return max(alike, default=measure.n)


def _of_more(measure: Measure) -> bool:
    """Whether its n counts rows that were not audited: those of a reference table, or the whole table of which a sample was taken."""
    return measure.counted or define(measure.name).family == "shift"


def what_to_audit(measure: Measure, n_to_settle: int, run_on: int) -> Said:
    """What to do: `Audit about 23 rows of 'refund' to settle it: about 230 rows in all, if as many of them count.`

    Args:
        measure: what is open.
        n_to_settle: rows that its score would have to count.
        run_on: see `rows_run_on`.
    """
    if _only_whole(measure, "whole"):
        return Said(f"finding.{measure.name}.whole")
    values: dict[str, Value] = {"needed": about(n_to_settle), "counted": counted(measure, run_on)}
    if run_on <= measure.n:
        return Said("finding.unsettled.next", values)
    table = about(math.ceil(n_to_settle * run_on / max(measure.n, 1)))
    return Said("finding.unsettled.next_of", {**values, "table": table})


def what_would_settle(measure: Measure, n_to_settle: int, run_on: int) -> Said:
    """The same as a statement: `About 23 rows of 'refund' would settle it if the value stayed; there are 12 ...`."""
    if _only_whole(measure, "sample"):
        return Said(f"finding.{measure.name}.sample")
    values: dict[str, Value] = {"needed": about(n_to_settle), "counted": counted(measure, run_on), "n": measure.n}
    if run_on <= measure.n:
        return Said("note.would_settle", values)
    return Said("note.would_settle_of", {**values, "table": run_on})


def _only_whole(measure: Measure, what: str) -> bool:
    """Whether a larger sample would not settle it: rows that occur several times are seldom drawn together."""
    return f"finding.{measure.name}.{what}" in sentences()


def about(rows: int) -> int:
    """So many rows as far as such a figure bears: two digits, rounded up. It rests on the value as it is, which will move.

    >>> [about(n) for n in (7, 99, 148, 1077, 83060)]
    [7, 99, 150, 1100, 84000]
    """
    step = int(10 ** max(0, len(str(rows)) - 2))
    return -(-rows // step) * step


def counted(measure: Measure, run_on: int) -> Said:
    """What the n of a measure counts: `rows of 'refund'`; `rows` where that is every row audited."""
    if run_on <= measure.n:
        return Said("finding.unsettled.every_row")
    if measure.where.by_hand:
        return Said("finding.unsettled.rows_of_slice")
    own = f"finding.{measure.name}.rows"
    key = own if own in sentences() else "finding.unsettled.rows"
    groups = {name: value for name, value in measure.where.items() if name.startswith(GROUP)}
    column, value = next(iter(groups.items()), ("", ""))
    offered = {**measure.where, "group": column.removeprefix(GROUP), "value_of": value}
    return Said(key, {name: offered.get(name) or "" for name in sorted(names_in(key))})
