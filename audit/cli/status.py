"""`python -m audit status [RUN]`: all runs, or how far one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stdout
from audit.cli.states import state, verdict
from audit.errors import InputError
from audit.language.translating import tr, tr_n
from audit.times import UNKNOWN, read_time
from models.telling import again
from models.terminal import grid, styled

if TYPE_CHECKING:
    from audit.actions.reading import Reader

VERDICTS = ("PASS", "FAIL", "INCONCLUSIVE")
COLORS = {"finished": "green", "failed": "red", "running": "cyan", "paused": "yellow", "cancelled": "dim"}


def status(
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Id, unique beginning, or latest.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="List at most N runs.")] = 20,
    search: Annotated[
        str | None, typer.Option("--search", help="Only runs with this in their name, model, table, tags or notes.")
    ] = None,
    verdict_said: Annotated[
        str | None, typer.Option("--verdict", help="Only runs with this verdict: pass, fail or inconclusive.")
    ] = None,
    starred: Annotated[bool, typer.Option("--starred", help="Only runs with a star.")] = False,
    archived: Annotated[bool, typer.Option("--archived", help="Only archived runs, which are left out else.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the runs, or show how far one is."""
    from audit.run.retention import Retention
    from audit.stored import ACTIVE

    store = reader()
    if run_id is not None:
        _one(store, store.resolve(run_id), as_json)
        return
    wanted: dict[str, Any] = {
        "search": search,
        "verdict": _verdict(verdict_said),
        "starred": starred or None,
        "archived": archived,
    }
    frame, kept = store.runs(limit=limit, **wanted), Retention.read()
    workers = [w for w in store.workers() if w.alive]
    waits = [str(w.waiting) for w in workers if w.waiting is not None]
    if as_json:
        rows: list[Any] = frame.astype(object).where(frame.notna(), None).to_dict("records")
        listed = [{"erased_on": kept.day(r), "run_id": r.pop("id"), **r} for r in rows]
        emit_json({"runs": listed, "workers": len(workers), "waiting": waits})
        return
    if frame.empty and store.count_runs():
        stdout.print(tr("No run fits."))
        return
    if frame.empty:
        stdout.print(tr("No runs yet; `python -m audit run --model … --csv …` starts one."))
        return
    table = grid((tr("run"), tr("name"), tr("table"), tr("state"), tr("shards"), tr("verdict"), tr("started")))
    for row in frame.to_dict("records"):
        said = state(str(row["status"]))
        said = tr("{state}, waiting", state=said) if waits and row["status"] in ACTIVE else said
        now = styled(said, COLORS.get(str(row["status"]), "white"))
        shards = f"{row['shards_done']}/{row['shards']}" if row["shards"] else "–"
        began = read_time(row["created_at"])
        started = UNKNOWN if began is None else f"{began:%Y-%m-%d %H:%M}"
        table.add_row(
            str(row["id"]),
            ("★ " if row["starred"] else "") + " ".join([str(row["name"]), *(f"#{tag}" for tag in row["tags"])]),
            str(row["table_name"]),
            now,
            shards,
            verdict(row["verdict"]) if isinstance(row["verdict"], str) else "–",
            started,
        )
    stdout.print(table)
    for one in waits:
        stdout.print(tr("A worker is {what}", what=again(one)), style="yellow")
    lines: list[Any] = frame.to_dict("records")
    for row in lines:
        if note := kept.note(row):
            stdout.print(f"{row['id']} {again(note)}", style="dim")
    stdout.print(
        tr_n("{n} worker alive", "{n} workers alive", len(workers)) if workers else tr("no worker alive"),
        style="dim",
    )


def _verdict(said: str | None) -> tuple[str, ...] | None:
    if said is None:
        return None
    if said.upper() not in VERDICTS:
        raise InputError(f"There is no verdict '{said}'; choose pass, fail or inconclusive.")
    return (said.upper(),)


def _one(store: Reader, run_id: str, as_json: bool) -> None:
    from dataclasses import asdict

    from audit.cli.runs import panel
    from audit.run.retention import Retention

    run, progress, kept = store.run(run_id), store.progress(run_id), Retention.read()
    if as_json:
        data = asdict(progress)
        data["estimate"] = run.estimate
        data["erased_on"] = kept.day(run)
        emit_json(data)
        return
    stdout.print(panel(run, progress))
    if run.error:
        stdout.print(again(run.error), style="red")
    if run.note:
        stdout.print(again(run.note), style="yellow")
    if note := kept.note(run):
        stdout.print(tr("This run {note}.", note=again(note)), style="dim")
