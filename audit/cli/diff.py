"""`python -m audit diff A B`: what two runs were asked, and how their scores differ, with paired tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stdout
from audit.language.numbers import numbers
from audit.language.translating import tr
from models.telling import again
from models.terminal import grid

if TYPE_CHECKING:
    from rich.table import Table

    from audit.results.comparing import Comparison
    from audit.score.pairing import Difference


def diff(
    first: str = typer.Argument(metavar="RUN", help="The run before."),
    second: str = typer.Argument(metavar="RUN", help="The run after."),
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: spec, scores side by side, and paired tests on the rows they share."""
    from audit.results.comparing import compare

    store = reader()
    found = compare(store, store.resolve(first), store.resolve(second))
    if as_json:
        emit_json(found.to_json())
    else:
        _print(found)


def _print(found: Comparison) -> None:
    stdout.print(f"{found.first} → {found.second}", style="bold")
    if not found.spec:
        stdout.print(tr("The specs are the same."), style="dim")
    for change in found.spec:
        stdout.print(f"{change['field']}: {_short(change['first'])} → {_short(change['second'])}")
    for said in found.common.said:
        stdout.print(again(said), style="yellow")
    if found.paired:
        stdout.print()
        stdout.print(_paired(found.paired, found.level))
    if found.scores:
        stdout.print()
        stdout.print(_scores(found.scores))


def _paired(rows: Sequence[Difference], level: float) -> Table:
    from audit.score.definitions import define

    say = numbers()
    heads = (tr("rows"), tr("first"), tr("second"), tr("difference"), tr("p (Holm)"))
    table = grid(
        {tr("score"): "left", **dict.fromkeys(heads, "right"), "": "left"},
        tr("On the rows both have, {level} intervals", level=say.level(level)),
    )
    for row in rows:
        unit = define(row.name).unit
        ends = say.difference_interval(row.low, row.high, unit)
        table.add_row(
            row.key, say.count(row.n), say.number(row.first, unit), say.number(row.second, unit),
            say.with_interval(say.difference(row.difference, unit), ends), say.p_value(row.p_adjusted), again(row.said),
        )  # fmt: skip
    return table


def _scores(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = grid({tr("score"): "left", tr("first"): "right", tr("second"): "right"})
    for row in rows:
        table.add_row(
            row["key"], numbers().number(row["first"], row["unit"]), numbers().number(row["second"], row["unit"])
        )
    return table


def _short(value: Any) -> str:
    """A value of a spec in a few words; hashes by their beginning."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return tr("present")
    text = str(value)
    return text[:12] if len(text) == 64 else text
