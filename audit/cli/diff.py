"""`python -m audit diff A B`: what two runs were asked, and how their scores differ, with paired tests."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from audit.cli.common import JsonOption, emit_json


def diff(
    first: str = typer.Argument(metavar="RUN", help="The run before."),
    second: str = typer.Argument(metavar="RUN", help="The run after."),
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: spec, scores side by side, and paired tests on the rows they share."""
    from audit.run.compare import compare
    from audit.store import open_store

    store = open_store()
    found = compare(store, store.resolve(first), store.resolve(second))
    if as_json:
        emit_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    out = Console(highlight=False)
    out.print(Text(f"{found['first']} → {found['second']}", style="bold"))
    if not found["spec"]:
        out.print("The specs are the same.", style="dim")
    for change in found["spec"]:
        out.print(Text(f"{change['field']}: {_short(change['first'])} → {_short(change['second'])}"))
    if found["paired"]:
        out.print()
        out.print(_paired(found["paired"]))
    if found["scores"]:
        out.print()
        out.print(_scores(found["scores"]))


def _paired(rows: list[dict[str, Any]]) -> Table:
    from audit.cli.show import number
    from audit.score.definitions import define

    table = Table(box=None, pad_edge=False, title="On the rows both have", title_justify="left")
    for column in ("score", "rows", "first", "second", "difference", "p (Holm)", ""):
        table.add_column(column, justify="left" if column in {"score", ""} else "right")
    for row in rows:
        unit = define(row["name"]).unit
        span = f"{number(row['difference'], unit)} ({number(row['low'], unit)} to {number(row['high'], unit)})"
        said = {True: "better", False: "worse", None: ""}[row["better"]]
        table.add_row(
            row["key"], str(row["n"]), number(row["first"], unit), number(row["second"], unit), span,
            f"{row['p_adjusted']:.3g}", said,
        )  # fmt: skip
    return table


def _scores(rows: list[dict[str, Any]]) -> Table:
    from audit.cli.show import number

    table = Table(box=None, pad_edge=False)
    for column in ("score", "first", "second"):
        table.add_column(column, justify="left" if column == "score" else "right")
    for row in rows:
        table.add_row(row["key"], number(row["first"], row["unit"]), number(row["second"], row["unit"]))
    return table


def _short(value: Any) -> str:
    """A value of a spec in a few words; hashes by their beginning."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return "present"
    text = str(value)
    return text[:12] if len(text) == 64 else text
