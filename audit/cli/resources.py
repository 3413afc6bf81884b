"""`audit resources`: what recipes want besides the model, what is here of it, and getting the rest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, stderr, stdout
from audit.language.translating import tr
from models.command_group import Command, Commands
from models.telling import again
from models.terminal import styled

app = typer.Typer(
    cls=Commands,
    help="List what recipes need (WordNet, vectors, taggers ...) and provide it.",
    invoke_without_command=True,
)

StandardOption = Annotated[
    bool, typer.Option("--standard", help="What the standard audit needs, made the same way everywhere.")
]


@app.callback()
def resources(context: typer.Context, json: JsonOption = False) -> None:
    """List every resource: what it is for, whether it is here, and how to have it."""
    if context.invoked_subcommand is None:
        _list(json)


@app.command("get", cls=Command)
def get_command(
    names: Annotated[list[str] | None, typer.Argument(help="Names of resources (default: with --standard).")] = None,
    standard: StandardOption = False,
) -> None:
    """Provide resources that are missing. Those that are here are left alone."""
    from audit.actions.resources import get
    from audit.actor import local_user
    from audit.errors import InputError

    if not names and not standard:
        raise InputError("Name the resources to get, or say --standard; `python -m audit resources` lists them.")

    def say(line: str) -> None:
        stderr.print(f"  {again(line)}", style="dim")

    for item in get(local_user(), names or [], say, standard=standard):
        stderr.print(f"{item.name}: {item.variant} ({again(item.note or item.version)})")


def _list(as_json: bool) -> None:
    from audit.resources import listing
    from audit.resources.base import folder

    rows = listing()
    if as_json:
        emit_json([_entry(row) for row in rows])
        return
    for row in rows:
        state = styled(tr("here"), "green") if row.found else styled(tr("missing"), "yellow")
        stdout.print(styled(row.kind.name, "bold"), state, f" {again(row.kind.title)}")
        for name, value in _facts(row):
            stdout.print(f"  {name + ':':<11}{again(value)}")
    lacking = [row.kind.name for row in rows if row.found is None]
    if lacking:
        stderr.print(tr("Get what is missing with: python -m audit resources get {lacking}", lacking=" ".join(lacking)))
    stderr.print(tr("Provided resources lie in {folder}", folder=str(folder())))


def _facts(row: Any) -> list[tuple[str, str]]:
    found, facts = row.found, [(tr("wanted by"), row.kind.wanted_by)]
    if found is None:
        return [*facts, (tr("official"), row.kind.official), (tr("otherwise"), row.kind.otherwise)]
    which = f"{found.variant} {found.version}, sha256 {found.sha256[:12]}"
    which = tr("stand-in: {which}", which=which) if found.stand_in else which
    which = f"{which}; {again(found.note)}" if found.note else which
    return [*facts, (tr("which"), which), (tr("licence"), found.licence)]


def _entry(row: Any) -> dict[str, Any]:
    kind = row.kind
    data = {"name": kind.name, "title": kind.title, "standard": kind.standard, "wanted_by": kind.wanted_by}
    data |= {"official": kind.official, "otherwise": kind.otherwise, "found": None}
    if row.found:
        data["found"] = asdict(row.found) | {"path": str(row.found.path)}
    return data
