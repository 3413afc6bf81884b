"""How many rows would settle an open check, said as rows of what: those that its score counts, and of such a table in all."""

from __future__ import annotations

import math

from audit.score.measures import Measure, Measures
from audit.score.wording import fill, wording
from audit.slices import GROUP


def rows_run_on(measure: Measure, measures: Measures) -> int:
    """The rows its probe was run on, of which a score counts some: those of a class, those an attack tried ..."""
    return max((other.n for other in measures if other.probe == measure.probe), default=measure.n)


def what_to_audit(measure: Measure, n_to_settle: int, run_on: int) -> str:
    """What to do: `Audit about 23 rows of 'refund' to settle it: about 230 rows in all, if as many of them count.`

    Args:
        measure: what is open.
        n_to_settle: rows that its score would have to count.
        run_on: see `rows_run_on`.
    """
    return _said("next", "whole", measure, n_to_settle, math.ceil(n_to_settle * run_on / max(measure.n, 1)), run_on)


def what_would_settle(measure: Measure, n_to_settle: int, run_on: int) -> str:
    """The same as a statement: `About 23 rows of 'refund' would settle it if the value stayed; there are 12 ...`."""
    return _said("note", "whole_of", measure, n_to_settle, run_on, run_on)


def counted(measure: Measure, run_on: int) -> str:
    """What the n of a measure counts: `rows of 'refund'`; `rows` where that is every row audited."""
    if run_on <= measure.n:
        return "rows"
    phrase = wording().get(measure.name, {}).get("rows") or wording()["unsettled"]["rows"]
    groups = {name: value for name, value in measure.where.items() if name.startswith(GROUP)}
    column, value = next(iter(groups.items()), ("", ""))
    return fill(phrase, {**measure.where, "group": column.removeprefix(GROUP), "value": value})


def _said(slot: str, about: str, measure: Measure, n_to_settle: int, table: int, run_on: int) -> str:
    entry = wording()["unsettled"]
    names = {"n_to_settle": f"{n_to_settle:,} {counted(measure, run_on)}", "n": f"{measure.n:,}"}
    if run_on > measure.n:
        names[about] = fill(entry[about], {"table": f"{table:,}"})
    return fill(entry[slot], names)
