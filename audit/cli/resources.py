"""`audit resources`: what recipes want besides the model, what is here of it, and getting the rest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, stderr, stdout
from models.terminal import styled

app = typer.Typer(
    help="List what recipes need (WordNet, vectors, taggers ...) and provide it.", invoke_without_command=True
)

StandardOption = Annotated[
    bool, typer.Option("--standard", help="What the standard audit needs, made the same way everywhere.")
]


@app.callback()
def resources(context: typer.Context, json: JsonOption = False) -> None:
    """List every resource: what it is for, whether it is here, and how to have it."""
    if context.invoked_subcommand is None:
        _list(json)


@app.command("get")
def get_command(
    names: Annotated[list[str] | None, typer.Argument(help="Names of resources (default: with --standard).")] = None,
    standard: StandardOption = False,
) -> None:
    """Provide resources that are missing. Those that are here are left alone."""
    from audit.errors import InputError
    from audit.resources import get, provision_standard

    if not names and not standard:
        raise InputError("Name the resources to get, or say --standard; `python -m audit resources` lists them.")

    def say(line: str) -> None:
        stderr.print(f"  {line}", style="dim")

    found = provision_standard(say) if standard else []
    found += get(names or [], say)
    for item in found:
        stderr.print(f"{item.name}: {item.variant} ({item.note or item.version})")


def _list(as_json: bool) -> None:
    from audit.resources import listing
    from audit.resources.base import folder

    rows = listing()
    if as_json:
        emit_json([_entry(row) for row in rows])
        return
    for row in rows:
        state = styled("here", "green") if row.found else styled("missing", "yellow")
        stdout.print(styled(row.kind.name, "bold"), state, f" {row.kind.title}")
        for name, value in _facts(row):
            stdout.print(f"  {name + ':':<11}{value}")
    lacking = [row.kind.name for row in rows if row.found is None]
    if lacking:
        stderr.print(f"Get what is missing with: python -m audit resources get {' '.join(lacking)}")
    stderr.print(f"Provided resources lie in {folder()}")


def _facts(row: Any) -> list[tuple[str, str]]:
    found, facts = row.found, [("wanted by", row.kind.wanted_by)]
    if found is None:
        return [*facts, ("official", row.kind.official), ("otherwise", row.kind.otherwise)]
    which = f"{'stand-in: ' if found.stand_in else ''}{found.variant} {found.version}, sha256 {found.sha256[:12]}"
    return [*facts, ("which", f"{which}; {found.note}" if found.note else which), ("licence", found.licence)]


def _entry(row: Any) -> dict[str, Any]:
    kind = row.kind
    data = {"name": kind.name, "title": kind.title, "standard": kind.standard, "wanted_by": kind.wanted_by}
    data |= {"official": kind.official, "otherwise": kind.otherwise, "found": None}
    if row.found:
        data["found"] = asdict(row.found) | {"path": str(row.found.path)}
    return data
