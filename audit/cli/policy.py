"""`python -m audit policy`: the policies that runs can be held against, by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout, write_new
from audit.cli.run import BaselineOption
from audit.cli.run_json import RunArgument
from audit.language.translating import tr
from models.command_group import Command, Commands
from models.names import short
from models.terminal import grid

if TYPE_CHECKING:
    from audit.actions.policies import NamedPolicy

app = typer.Typer(
    cls=Commands,
    help="List, show, keep and use policies: the thresholds that runs are held against.",
    invoke_without_command=True,
)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the policy, see `policy list`.")]


@app.callback()
def policy(context: typer.Context, json: JsonOption = False) -> None:
    """List the policies that runs can be held against: those that come with Assay, and this installation's own."""
    if context.invoked_subcommand is None:
        list_command(json)


@app.command("list", cls=Command)
def list_command(as_json: JsonOption = False) -> None:
    """List the policies, as `policy` does."""
    from audit.actions import policies

    found = policies.listed(reader())
    if as_json:
        emit_json({"policies": [_about(policy) for policy in found]})
        return
    table = grid((tr("policy"), tr("version"), tr("checks"), tr("patterns"), tr("kept by")))
    for policy in found:
        counts = (str(len(policy.policy.get(part, ()))) for part in ("check", "pattern"))
        kept = policy.kept
        by = tr("comes with Assay") if kept is None else tr("{who}, version {n}", who=kept.who, n=kept.version)
        table.add_row(policy.name, policy.digest[:12], *counts, by)
    stdout.print(table)


@app.command("show", cls=Command)
def show_command(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show a policy in plain words."""
    from audit.actions import policies
    from audit.score.policy import policy_from_dict, policy_name
    from audit.score.policy_words import looked_for, sureness, wanted

    found = policies.named(reader(), name)
    if as_json:
        emit_json({**_about(found), "policy": dict(found.policy)})
        return
    policy = policy_from_dict(found.policy)
    stdout.print(short(policy_name(found.policy)), style="bold")
    stdout.print(sureness(policy))
    for check in policy.checks:
        stdout.print(f"- {wanted(check)}")
    if policy.patterns:
        stdout.print(tr("Patterns, which inform and do not decide:"))
    for pattern in policy.patterns:
        stdout.print(f"- {looked_for(pattern)}")


@app.command("import", cls=Command)
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML file of checks with thresholds.")],
    name: Annotated[str | None, typer.Option("--name", help="Name to keep it under (default: its own).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a policy file under a name, for `gate --policy NAME` and the pages; again is its next version."""
    from audit.actions import policies
    from audit.score.policy import load_policy

    policy = load_policy(file)
    kept = policies.save(reader().actor, policy.name if name is None else name, policy.to_dict())
    if as_json:
        emit_json({"name": kept.name, "version": kept.version, "digest": kept.digest})
    else:
        stderr.print(tr("Kept the policy {name}, version {n}.", name=kept.name, n=kept.version))


@app.command("export", cls=Command)
def export_command(
    name: NameArgument,
    out: Annotated[Path, typer.Option("--out", help="Place of the TOML file; it must not exist yet.")],
    as_json: JsonOption = False,
) -> None:
    """Write a policy as a TOML file."""
    from audit.actions import policies
    from audit.score.policy_file import policy_toml

    found = policies.named(reader(), name)
    write_new(out, policy_toml(found.policy))
    emit_json({"name": name, "path": str(out)}) if as_json else stderr.print(tr("Wrote {path}", path=str(out)))


@app.command("delete", cls=Command)
def delete_command(name: NameArgument, as_json: JsonOption = False) -> None:
    """Forget a policy; runs that were judged by it keep their verdict and its thresholds."""
    from audit.actions import policies

    policies.delete(reader().actor, name)
    emit_json({"name": name, "status": "deleted"}) if as_json else stderr.print(
        tr("Deleted the policy {name}.", name=name)
    )


@app.command("use", cls=Command)
def use_command(
    run_id: RunArgument, name: NameArgument, baseline: BaselineOption = None, as_json: JsonOption = False
) -> None:
    """Judge a finished run by another policy from now on. No model runs; `gate --policy` only looks."""
    from audit.actions import policies
    from audit.cli.run_json import run_json
    from audit.cli.show import print_run

    store = reader()
    chosen = policies.named(store, name).policy
    if baseline is not None:
        chosen = policies.against(store, chosen, baseline)
    run = policies.use(store.actor, run_id, chosen)
    if as_json:
        emit_json(run_json(store, run))
    else:
        print_run(store, run)


def _about(policy: NamedPolicy) -> dict[str, Any]:
    kept = policy.kept
    about: dict[str, Any] = {"name": policy.name, "digest": policy.digest, "comes_with_assay": kept is None}
    return about if kept is None else {**about, "version": kept.version, "who": kept.who, "saved_at": kept.saved_at}
