"""`python -m audit suite`: behavioural suites, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from audit.cli.common import (
    JsonOption,
    emit_json,
    reader,
    stdout,
)
from audit.cli.suite_files import delete_command, export_command, import_command, new_command, save_command
from audit.cli.suite_reading import PlainTable, SuiteArgument, about, suite_of
from audit.cli.suite_run import run_command
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.command_group import Command, Commands
from models.flags import spread
from models.terminal import grid

if TYPE_CHECKING:
    pass

app = typer.Typer(
    cls=Commands, help="Behavioural suites: list, show, import, make and run them.", invoke_without_command=True
)
FEW = 4
"""Labels of a suite that its line in the list names."""
SHOWN = 3
"""Cases of a test that are shown."""


@app.callback()
def suites(context: typer.Context, json: JsonOption = False) -> None:
    """List the suites that come with Assay, and this installation's own: tests, cases and labels of each."""
    if context.invoked_subcommand is None:
        list_command(json)


def list_command(as_json: JsonOption = False) -> None:
    """List the suites, as `suite` does."""
    from audit.actions import suites

    store = reader()
    found = suites.listed(store)
    if as_json:
        told = (
            {**about(suites.read(store, one)), "name": one.name, "version": one.kept and one.kept.version}
            for one in found
        )
        emit_json({"suites": list(told)})
        return
    heads = (tr("suite"), tr("language"), tr("tests"), tr("cases"), tr("labels"), tr("from"))
    table = grid({head: "right" if place in (2, 3) else "left" for place, head in enumerate(heads)})
    for one in found:
        count = numbers().count
        whose = tr("Assay") if one.kept is None else tr("{who}, version {n}", who=one.kept.who, n=one.kept.version)
        table.add_row(one.name, one.language, count(one.tests), count(one.cases), _some(one.labels), whose)
    stdout.print(table)


@spread
def show_command(
    *,
    suite: SuiteArgument,
    plain: PlainTable,
    as_json: JsonOption = False,
) -> None:
    """Show the tests of a suite: what each expects, how many cases it has, and the first of them."""
    from audit.behave.suites.wording import expected
    from audit.cli.suite_told import cut

    read = suite_of(suite, plain.columns())
    if as_json:
        emit_json(about(read))
        return
    stdout.print(read.name, style="bold")
    stdout.print(
        tr("tests: {tests}, cases: {cases}; labels: {labels}", tests=len(read.tests), cases=numbers().count(read.cases),
           labels=", ".join(read.labels) or tr("none"))
    )  # fmt: skip
    for one in read.tests:
        stdout.print()
        stdout.print(f"{one.name} ({', '.join(filter(None, (one.capability, one.type)))})", style="bold")
        stdout.print(f"  {expected(one.expectation)}")
        for case in one.cases[:SHOWN]:
            stdout.print(f"  - {' | '.join(map(cut, case.texts))}")
        if len(one.cases) > SHOWN:
            stdout.print(tr_n("  and {n} more", "  and {n} more", len(one.cases) - SHOWN))


def _some(labels: tuple[str, ...]) -> str:
    """The first labels, and how many more there are."""
    first, more = ", ".join(labels[:FEW]), len(labels) - FEW
    return first if more <= 0 else tr_n("{labels} and {n} more", "{labels} and {n} more", more, labels=first)


app.command("list", cls=Command)(list_command)
app.command("save", cls=Command)(save_command)
app.command("export", cls=Command)(export_command)
app.command("delete", cls=Command)(delete_command)
app.command("show", cls=Command)(show_command)
app.command("import", cls=Command)(import_command)
app.command("new", cls=Command)(new_command)
app.command("run", cls=Command)(run_command)
