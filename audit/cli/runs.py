"""What the commands about runs share: JSON of a run, the live display, the question on Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Group
from rich.live import Live

from audit.cli.common import emit_json, reader, stderr
from audit.cli.run_json import run_json
from audit.cli.states import state
from audit.errors import RunError
from audit.language.numbers import numbers
from audit.language.saying import capitalised
from audit.language.translating import tr
from models.signals import told_by
from models.telling import again
from models.terminal import grid, styled

if TYPE_CHECKING:  # `--help` need not wait for pandas and SQLAlchemy
    from rich.table import Table
    from rich.text import Text

    from audit.actions.reading import Reader
    from audit.stored import Progress, Run

POLL_SECONDS = 0.5
RESTARTS = 3
"""How often a blocking command starts another worker when the one it started has died."""
GONE_SECONDS, COMING_SECONDS = 20.0, 180.0
"""After so long without a sign of life it does, or gives up on one whose process is there: on a busy machine it comes late."""


def ensure_worker(store: Reader) -> bool:
    """Start a worker if none lives; returns whether one was started."""
    from audit.actions import workers

    if store.worker_alive:
        return False
    workers.start(store.actor)
    return True


def follow(run_id: str, store: Reader | None = None) -> Run:
    """Block until a run is paused or over, showing how far it is; keeps a worker alive meanwhile.

    Ctrl-C asks whether to detach (the run goes on) or to cancel.

    Raises:
        RunError: no worker stays alive.
        KeyboardInterrupt: told to end where nobody can be asked; the run goes on.
    """
    from audit.actions import workers

    store = store or reader()
    started, restarts = time.monotonic(), 0
    ensure_worker(store)
    interactive = stderr.is_terminal
    with Live(console=stderr, refresh_per_second=4, transient=True, auto_refresh=interactive) as live:
        while True:
            try:
                run = store.run(run_id)
                if not run.active:
                    return run
                if interactive:
                    live.update(panel(run, store.progress(run_id)))
                time.sleep(POLL_SECONDS)
                patience = COMING_SECONDS if workers.coming() else GONE_SECONDS
                if time.monotonic() - started < patience or store.worker_alive:
                    continue
                if restarts < RESTARTS and not workers.coming():
                    workers.start(store.actor)
                    started, restarts = time.monotonic(), restarts + 1
                else:
                    raise RunError(
                        f"Run {run_id} waits, but no worker stays alive{workers.last_words()}. Start one with "
                        "`python -m audit worker`, which says more."
                    )
            except KeyboardInterrupt:
                live.stop()
                if not sys.stdin.isatty() or told_by() != signal.SIGINT:  # nobody can be asked
                    stderr.print(
                        tr("Detached; run {run_id} goes on. `python -m audit cancel {run_id}` stops it.", run_id=run_id)
                    )
                    raise
                if not _ask_and_act(run_id, store):
                    return store.run(run_id)
                live.start()


def _ask_and_act(run_id: str, store: Reader) -> bool:
    """Ask what Ctrl-C meant; returns whether to go on watching."""
    try:
        answer = typer.prompt(tr("[d]etach (the run goes on), [c]ancel it, or [w]atch on"), default="d", err=True)
    except (KeyboardInterrupt, typer.Abort):
        answer = "d"
    if answer.lower().startswith("w"):
        return True
    if answer.lower().startswith("c"):
        from audit.actions import runs

        runs.cancel(store.actor, run_id)
        stderr.print(tr("Cancelling ..."))
        return True
    stderr.print(tr("Detached; `python -m audit status {run_id}` shows how far it is.", run_id=run_id))
    return False


def panel(run: Run, progress: Progress) -> Group:
    """The live display: one line per probe, sums beneath."""
    width = 24 if stderr.width >= 100 else 10
    heads = (tr("rows/s"), tr("to go"), tr("errors"))
    table = grid({tr("probe"): "left", tr("rows"): "right", "": "left", **dict.fromkeys(heads, "right")})
    for p in progress.probes:
        if p.status == "skipped":
            table.add_row(p.probe, "–", styled(tr("skipped: {reason}", reason=again(p.reason)), "yellow"), "", "", "")
            continue
        share = p.rows_done / p.rows if p.rows else 1.0
        bar = "━" * round(width * share) + "╌" * (width - round(width * share))
        rate = numbers().number(p.rate, "rows") if p.rate is not None and p.shards_done > p.shards_reused else "–"
        errors = styled(p.errors, "red" if p.errors else "")
        table.add_row(p.probe, f"{p.rows_done}/{p.rows}", bar, rate, numbers().duration(p.eta), errors)
    lines: list[Table | Text] = [styled(f"{run.name}  ({run.id})", "bold"), table, styled(summary_line(run, progress))]
    if progress.waiting:
        lines.append(styled(capitalised(again(progress.waiting)), "yellow"))
    if run.estimate and run.active:
        lines.append(styled(estimate_line(run.estimate), "dim"))
    return Group(*lines)


def estimate_line(estimate: Mapping[str, Any]) -> str:
    """What the calibration expects of the whole run."""
    queries = estimate.get("queries")
    said = tr("estimated from a few rows: {value} of computing", value=numbers().duration(estimate.get("seconds")))
    return said + (f", {numbers().quantity(queries, 'queries')}" if queries else "")


def summary_line(run: Run, progress: Progress) -> str:
    """One line: state, shards, reuse, time."""
    if run.status == "queued":
        return tr("waiting for a worker") if progress.workers == 0 else tr("queued")
    if run.status == "preparing":
        return tr("loading the model, checking the table, trying a few rows")
    parts = [state(run.status if run.wanted == "run" or not run.active else f"{run.wanted}_asked_for")]
    parts.append(tr("{done}/{shards} shards", done=progress.shards_done, shards=progress.shards))
    if progress.shards_reused:
        parts.append(tr("{shards_reused} reused from earlier runs", shards_reused=progress.shards_reused))
    if progress.shards_failed:
        parts.append(tr("{n} failed", n=progress.shards_failed))
    if progress.elapsed is not None:
        parts.append(tr("{elapsed} so far", elapsed=numbers().duration(progress.elapsed)))
    if run.active:
        parts.append(tr("about {eta} to go", eta=numbers().duration(progress.eta)))
    return ", ".join(parts)


def report_end(store: Reader, run: Run, *, as_json: bool, told: Collection[str] = ()) -> None:
    """Print how a blocking command ended, but for the warnings it has `told`; exit status 1 when the run failed, else 0."""
    if as_json:
        emit_json(run_json(store, run))
    else:
        from audit.cli.show import print_run

        print_run(store, run, told=told)
    if run.status == "failed":
        if as_json:
            stderr.print(tr("Error: {error}", error=again(run.error)), style="red")
        raise typer.Exit(1)
