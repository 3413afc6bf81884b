"""`python -m audit events`: who did what, when, on what, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from audit.cli.common import JsonOption, emit_json, reader, stdout
from audit.language.translating import tr
from audit.times import UNKNOWN, read_time
from models.terminal import grid, styled, visible

COLOURS = {"begun": "dim", "done": "green", "refused": "yellow", "failed": "red"}


def events(
    run_id: Annotated[
        str | None,
        typer.Option("--run", metavar="RUN", help="Only what was done to this run; a deleted one by its whole id."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="List at most N events, the newest.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List who started, steered, judged, reported or deleted what; refusals and failures too."""
    from audit.actions.verbs import KINDS, OUTCOMES, VERBS

    store = reader()
    found = store.events(limit=limit) if run_id is None else store.events_of(run_id, limit=limit)
    if as_json:
        emit_json({"events": [asdict(event) for event in found]})
        return
    if not found:
        stdout.print(tr("No events yet."))
        return
    table = grid((tr("when"), tr("who"), tr("what"), tr("on what"), tr("outcome")))
    for event in found:
        at = read_time(event.at)
        verb = tr(VERBS[event.verb].title) if event.verb in VERBS else event.verb
        kind = tr(KINDS[event.kind]) if event.kind in KINDS else event.kind
        subject = event.subject[:12] if event.kind == "table" else event.subject
        table.add_row(
            UNKNOWN if at is None else f"{at:%Y-%m-%d %H:%M:%S}", visible(event.who), verb, visible(f"{kind} {subject}".strip()),
            styled(tr(OUTCOMES[event.outcome]), COLOURS[event.outcome]),
        )  # fmt: skip
    stdout.print(table)
