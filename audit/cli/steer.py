"""`resume`, `cancel`, `priority`, `delete`: what to do with a run that exists."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, visible
from audit.cli.run_json import RunArgument
from audit.cli.states import state
from audit.errors import InputError
from audit.language.translating import tr


def resume(
    run_id: RunArgument,
    retry: Annotated[bool, typer.Option("--retry", help="Compute the failed rows of an ended run again.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; a worker does the rest.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Go on with a paused, cancelled or failed run and wait for its end; a finished one is shown as it is."""
    from audit.actions import runs
    from audit.cli.runs import ensure_worker, follow, report_end

    store = reader()
    run = (runs.retry if retry else runs.resume)(store.actor, run_id)
    if detach:
        if run.active:
            ensure_worker(store)
        emit_json({"run_id": run.id, "status": run.status}) if as_json else stderr.print(
            tr("Run {id}: {status}.", id=run.id, status=state(run.status))
        )
        return
    if run.active:
        run = follow(run.id, store)
    report_end(store, run, as_json=as_json)


def cancel(
    run_id: RunArgument,
    pause: Annotated[bool, typer.Option("--pause", help="Only pause it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Stop a run within seconds; what is done stays, and `resume` goes on from there."""
    from audit.actions import runs

    store = reader()
    run = (runs.pause if pause else runs.cancel)(store.actor, run_id)
    run = store.wait(run.id, timeout=15, poll=0.2)
    if run.active:
        stderr.print(tr("The worker has not stopped yet; it does so after the model's current batch."))
    if as_json:
        emit_json({"run_id": run.id, "status": run.status})
    else:
        progress = store.progress(run.id)
        stderr.print(
            tr(
                "Run {id} is {status}; {shards_done} of {shards} shards are kept.",
                id=run.id,
                status=state(run.status),
                shards_done=progress.shards_done,
                shards=progress.shards,
            )
        )


def priority(
    run_id: RunArgument,
    number: Annotated[int, typer.Argument(metavar="N", help="1 goes first, 100 last.")],
    as_json: JsonOption = False,
) -> None:
    """Have what a run still has to do go before or after other runs'."""
    from audit.actions import runs

    run = runs.set_priority(reader().actor, run_id, number)
    if as_json:
        emit_json({"run_id": run.id, "priority": run.priority})
    else:
        stderr.print(tr("Run {id} has the priority {n}.", id=run.id, n=run.priority))


def delete(
    run_id: RunArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needs the whole id.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete a run with its results and reports; the table it used stays."""
    from audit.actions import runs

    store = reader()
    run = store.run(run_id)
    if yes and run_id != run.id:
        raise InputError(f"'{run_id}' is not the whole id of a run; to delete without being asked, say {run.id}.")
    if not yes:
        if not sys.stdin.isatty():
            raise InputError(f"Deleting run {run.id} cannot be undone; say --yes.")
        typer.confirm(
            visible(tr("Delete run {id} ({name}) and all its results?", id=run.id, name=run.name)), abort=True, err=True
        )
    runs.delete(store.actor, run.id)
    if as_json:
        emit_json({"run_id": run.id, "status": "deleted"})
    else:
        stderr.print(tr("Deleted run {id}.", id=run.id))
